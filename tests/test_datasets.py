"""The built-in sample, and what every face set can do."""

import hashlib
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from fercore import datasets
from fercore.datasets import FaceSet
from fercore.emotions import EMOTIONS, SPLITS
from fercore.errors import DatasetError, FaceError


@pytest.fixture
def few() -> FaceSet:
    """Six faces of a file of eight rows, one of them without label and one without split."""
    return FaceSet(
        name="few",
        title="few.csv",
        origin="Made for the test.",
        form="By hand.",
        images=np.arange(6 * 48 * 48, dtype=np.uint64).astype(np.uint8).reshape(6, 48, 48),
        labels=np.array([0, 3, 3, -1, 6, 0], np.int8),
        splits=np.array([0, 0, 1, 2, -1, 0], np.int8),
        rows=np.array([0, 1, 3, 4, 6, 7]),
        label_ids=np.array([0, 3, 3, -1, 4, 0], np.int16),
        mapping={0: "Angry", 3: "Happy", 4: "Neutral"},
        needs_mapping=True,
        left_out=(
            datasets.LeftOut(2, "line 4", "2,303 pixels."),
            datasets.LeftOut(5, "line 7", "No."),
        ),
    )


def test_sample_is_forty_people_with_seven_faces_each_split_by_person():
    faces = datasets.load()
    assert faces.images.shape == (280, 48, 48)
    assert faces.images.dtype == np.uint8
    table = pd.crosstab(faces.persons, faces.labels)
    assert table.shape == (40, 7)
    assert (table == 1).all(axis=None)
    splits_of_a_person = pd.Series(faces.splits).groupby(faces.persons).nunique()
    assert (splits_of_a_person == 1).all()
    people = pd.Series(faces.persons).groupby(faces.splits).nunique()
    assert people.tolist() == [28, 6, 6]
    assert "endered" in faces.origin
    assert datasets.load() is faces


def test_sample_opens_without_pandas_pyarrow_or_tensorflow():
    code = (
        "import sys; from fercore import datasets; datasets.load();"
        "print([m for m in ('pandas', 'pyarrow', 'tensorflow', 'streamlit') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_arrays_are_read_only(few):
    for array in (few.images, few.labels, few.splits, few.rows, datasets.load().persons):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_position_finds_rows_and_says_why_one_is_missing(few):
    assert [few.position(row) for row in few.rows] == list(range(6))
    with pytest.raises(FaceError, match=r"line 4.*2,303 pixels"):
        few.position(2)
    with pytest.raises(FaceError, match=r"no face 8.*from 0 to 7"):
        few.position(8)
    with pytest.raises(FaceError, match="no face -1"):
        few.position(-1)


def test_where_takes_names_in_any_case_and_codes(few):
    assert few.where("happy").tolist() == few.where(3).tolist() == [1, 2]
    assert few.where(split="Training").tolist() == [0, 1, 5]
    assert few.where("Angry", 0).tolist() == [0, 5]
    assert few.where("unknown").tolist() == [3]
    assert few.where().tolist() == list(range(6))
    with pytest.raises(FaceError, match=r"'bored'.*Angry, Disgust"):
        few.where("bored")
    with pytest.raises(FaceError, match="split 9"):
        few.where(split=9)


def test_counts_agree_with_a_cross_table(few):
    counts = few.counts()
    assert list(counts.index) == [*EMOTIONS, "Unknown"]
    assert list(counts.columns) == [*SPLITS, "Unknown", "all"]
    names = np.array([*EMOTIONS, "Unknown"])[few.labels]
    splits = np.array([*SPLITS, "Unknown"])[few.splits]
    expected = pd.crosstab(names, splits)
    for emotion in expected.index:
        for split in expected.columns:
            assert counts.loc[emotion, split] == expected.loc[emotion, split]
    assert counts["all"].sum() == len(few)
    sample = datasets.load().counts()
    assert list(sample.index) == list(EMOTIONS)
    assert list(sample.columns) == [*SPLITS, "all"]


def test_without_drops_rows_by_number_and_keeps_the_numbers_of_the_rest(few):
    fewer = few.without([1, 4, 99])
    assert fewer.rows.tolist() == [0, 3, 6, 7]
    assert (fewer.images == few.images[[0, 2, 4, 5]]).all()
    assert fewer.label_ids.tolist() == [0, 3, 4, 0]
    assert few.without([]) is few


def test_digest_is_of_pictures_labels_and_splits(few):
    together = few.images.tobytes() + few.labels.tobytes() + few.splits.tobytes()
    assert few.digest == hashlib.sha256(together).hexdigest()
    assert few.without([7]).digest != few.digest


def test_remap_reads_the_numbers_anew(few):
    assert few.label_order == ("Angry", "Happy", "Neutral")
    other = few.remap({0: "sadness", 3: "Bored", 4: ""})
    assert other.emotions == (*EMOTIONS, "Bored")
    assert other.labels.tolist() == [4, 7, 7, -1, -1, 4]
    assert not other.needs_mapping
    assert other.remap(few.mapping).labels.tolist() == few.labels.tolist()
    with pytest.raises(DatasetError, match="label number 4"):
        few.remap({0: "Sad", 3: "Happy"})
    with pytest.raises(DatasetError, match="no numbers"):
        datasets.load().remap({0: "Sad"})
