"""What remains of a face set when the faces of some findings are left out."""

import numpy as np
import pytest
from faulty import faulty_csv

from fercore import datasets, quality
from fercore.errors import DatasetError


@pytest.fixture(scope="module")
def faces():
    return datasets.load_bytes(faulty_csv().encode(), "faulty.csv")


@pytest.mark.parametrize(
    ("ids", "gone"),
    [
        (["one-colour"], [9]),
        (["exact-duplicates"], [10, 11]),
        (["label-conflicts"], [1, 11]),
        (["split-leaks"], [10]),
        (["one-colour", "label-conflicts", "split-leaks"], [1, 9, 10, 11]),
        (["class-imbalance"], []),
        (["not-a-face"], []),  # without votes it cannot be looked for
        ([], []),
    ],
)
def test_the_faces_of_the_findings_go_and_the_others_keep_their_numbers(faces, ids, gone):
    left = quality.leave_out(faces, ids)
    assert sorted(set(range(12)) - set(left.rows.tolist())) == gone
    for row in left.rows:
        assert (left.images[left.position(row)] == faces.images[row]).all()


def test_an_examination_made_before_is_used(faces):
    examined = quality.examine(faces)
    again = quality.leave_out(faces, ["exact-duplicates"], examined)
    assert again.digest == quality.leave_out(faces, ["exact-duplicates"]).digest


def test_nothing_to_leave_out_gives_the_set_itself():
    faces = datasets.load()
    assert quality.leave_out(faces, ["one-colour", "exact-duplicates"]) is faces


def test_an_unknown_finding_and_an_empty_rest_are_refused(faces):
    with pytest.raises(DatasetError, match="not a problem"):
        quality.leave_out(faces, ["ugly"])
    black = datasets.FaceSet(
        "black", "Black", "", "",
        np.zeros((2, 48, 48), np.uint8),
        *(np.zeros(2, np.int8) for _ in range(2)),
        np.arange(2),
    )  # fmt: skip
    with pytest.raises(DatasetError, match="no face of Black would remain"):
        quality.leave_out(black, ["one-colour"])
