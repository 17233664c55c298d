"""fercore.quality on the whole of FER2013, against the published counts."""

import time

import numpy as np
import pandas as pd
import pytest

from fercore import quality
from fercore.emotions import EMOTIONS


@pytest.fixture(scope="module")
def fer2013(shared):
    with np.load(shared / "fer2013" / "faces.npz") as file:
        faces = {name: file[name] for name in ("X", "y", "usage")}
    votes = pd.read_csv(shared / "fer2013" / "ferplus.csv")
    return faces | {"votes": votes[list(quality.FERPLUS_COLUMNS)].to_numpy(np.uint8)}


@pytest.fixture(scope="module")
def timed(fer2013):
    start = time.perf_counter()
    report = quality.report(fer2013["X"], fer2013["y"], fer2013["usage"], fer2013["votes"])
    return report, time.perf_counter() - start


@pytest.fixture(scope="module")
def report(timed):
    return timed[0]


def test_everything_in_five_seconds(timed):
    report, seconds = timed
    assert len(report.findings) == len(quality.FINDING_IDS)
    assert seconds < 5


def test_one_colour(report):
    rows = [6458, 7629, 10423, 11286, 13148, 13402, 13988, 15894, 22198, 22927, 28601, 30002]
    assert report["one-colour"].positions.tolist() == rows
    assert report["one-colour"].details.values.tolist() == [[0, 12]]


def test_exact_duplicates(report):
    finding = report["exact-duplicates"]
    assert finding.figures == {"groups": 1516, "surplus": 1853, "distinct": 34034}
    assert finding.headline == "1,853 of 35,887 pictures (5.2 %)"
    surplus = finding.details.set_index("emotion of the first")["surplus pictures"]
    assert surplus[list(EMOTIONS)].tolist() == [226, 90, 308, 191, 152, 739, 147]
    assert report.keep(["exact-duplicates"]).sum() == 34034


def test_duplicates_are_equal_and_what_is_kept_is_distinct(fer2013, report):
    images = fer2013["X"].reshape(35887, -1)
    finding = report["exact-duplicates"]
    group_start = np.searchsorted(finding.groups, finding.groups)
    first = finding.positions[group_start]
    assert (images[finding.positions] == images[first]).all()
    kept = np.ascontiguousarray(images[report.keep(["exact-duplicates"])])
    assert len(np.unique(kept.view(f"V{kept.shape[1]}"))) == len(kept)


def test_label_conflicts(report):
    finding = report["label-conflicts"]
    assert finding.figures == {"groups": 56, "pictures": 148}
    assert (finding.count, len(finding.leave_out), finding.groups.max() + 1) == (148, 148, 56)


def test_split_leaks(report):
    finding = report["split-leaks"]
    assert finding.figures == {
        "PublicTest in Training": 280,
        "PrivateTest in Training": 288,
        "PrivateTest in PublicTest": 44,
        "PrivateTest in either": 314,
    }
    assert finding.count == len(finding.leave_out) == 280 + 314


def test_class_imbalance(report):
    finding = report["class-imbalance"]
    assert finding.headline == "16.4 : 1"
    assert finding.figures == {"Happy": 8989, "Disgust": 547}
    assert finding.details["PrivateTest"].tolist() == [491, 55, 528, 879, 594, 416, 626]


def test_not_a_face(report):
    figures = {"all votes": 176, "top vote": 177, "any vote": 349}
    assert report["not-a-face"].figures == figures


@pytest.mark.parametrize(
    ("finding_id", "count", "of"),
    [
        ("top-vote-differs", 12098, 34111),
        ("majority-differs", 8004, 27604),
        ("label-without-vote", 5856, 35887),
    ],
)
def test_votes_against_labels(report, finding_id, count, of):
    finding = report[finding_id]
    assert (finding.count, finding.of, len(finding.positions)) == (count, of, count)


def test_near_duplicates_differ_and_resemble(fer2013, report):
    finding = report["near-duplicates"]
    # The last digit of a median may fall otherwise on another machine.
    assert finding.figures["groups"] == pytest.approx(935, abs=3)
    pixels = fer2013["X"][finding.positions].reshape(len(finding.positions), -1).astype(float)
    same_group = finding.groups[1:] == finding.groups[:-1]
    likeness = np.array([np.corrcoef(pixels[i : i + 2])[0, 1] for i in np.flatnonzero(same_group)])
    assert np.median(likeness) > 0.9
    assert (likeness > 0.5).mean() > 0.98
    assert not (pixels[1:] == pixels[:-1]).all(axis=1).any()


def test_disagreement_sorts_the_clear_faces_first(fer2013):
    measured = quality.disagreement(fer2013["votes"])
    unanimous = fer2013["votes"].max(axis=1) == fer2013["votes"].sum(axis=1)
    assert ((measured == 0) == unanimous).all()
    assert measured.max() <= 1
