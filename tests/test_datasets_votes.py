"""FER+ votes are joined to the faces they were cast on, and to no others."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from fercore import datasets
from fercore.emotions import EMOTIONS, SPLITS
from fercore.errors import DatasetError

HEADER = (
    "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
)
FERPLUS_COLUMN = {"Neutral": 0, "Happy": 1, "Surprise": 2, "Sad": 3, "Angry": 4, "Disgust": 5,
                  "Fear": 6}  # fmt: skip
NUMBER = 210
LABELS = np.arange(NUMBER) % 7
USAGE = np.repeat([0, 1, 2], NUMBER // 3)
IMAGES = np.random.default_rng(3).integers(0, 256, (NUMBER, 48, 48), dtype=np.uint8)


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", "off")


def votes_for(labels: np.ndarray) -> np.ndarray:
    """Eight of ten votes for the label, one each for Contempt and Not a face."""
    votes = np.zeros((len(labels), 10), int)
    votes[np.arange(len(labels)), [FERPLUS_COLUMN[EMOTIONS[label]] for label in labels]] = 8
    votes[:, [7, 9]] += 1
    return votes


VOTES = votes_for(LABELS)
LINES = [
    f"{SPLITS[USAGE[row]]},fer{row:07d}.png,{','.join(map(str, VOTES[row]))}"
    for row in range(NUMBER)
]
FERPLUS = "\r\n".join([HEADER, *LINES]).encode()
LABEL_CSV = "\n".join(
    line.split(",", 1)[1].replace(".png,", '.png,"(0, 0, 48, 48)",') for line in LINES
).encode()


def fer2013(rows: np.ndarray, labels: bool = True, usage: bool = True) -> bytes:
    header = ",".join(["emotion"] * labels + ["pixels"] + ["Usage"] * usage)
    lines = [header]
    for row in rows:
        cells = [str(LABELS[row])] * labels
        cells += [" ".join(map(str, IMAGES[row].ravel()))] + [SPLITS[USAGE[row]]] * usage
        lines.append(",".join(cells))
    return "\n".join(lines).encode()


@pytest.mark.parametrize("votes", [FERPLUS, LABEL_CSV])
def test_votes_join_row_by_row(votes):
    faces = datasets.load_bytes(fer2013(np.arange(NUMBER)), "fer2013.csv", votes=votes)
    assert (faces.votes == VOTES).all()
    assert faces.votes.dtype == np.uint8
    assert not faces.votes.flags.writeable
    assert "joined row by row" in faces.form


def test_rows_left_out_do_not_shift_the_votes():
    lines = fer2013(np.arange(NUMBER)).split(b"\n")
    lines[11] = lines[11].replace(b" ", b" x", 1)
    faces = datasets.load_bytes(b"\n".join(lines), "x", votes=FERPLUS)
    assert [left.row for left in faces.left_out] == [10]
    assert (faces.votes == np.delete(VOTES, 10, axis=0)).all()


def test_training_part_and_test_parts_get_theirs_with_the_splits():
    for part in (USAGE == 0, USAGE > 0):
        rows = np.flatnonzero(part)
        faces = datasets.load_bytes(fer2013(rows, usage=False), "x", votes=FERPLUS)
        assert (faces.votes == VOTES[rows]).all()
        assert (faces.splits == USAGE[rows]).all()
    unlabelled = datasets.load_bytes(fer2013(np.flatnonzero(USAGE > 0), False, False), "x",
                                     votes=FERPLUS)  # fmt: skip
    assert (unlabelled.labels == -1).all()
    assert (unlabelled.votes == VOTES[USAGE > 0]).all()


def test_votes_on_other_faces_are_refused():
    with pytest.raises(DatasetError, match=r"210 rows of votes.*100 rows"):
        datasets.load_bytes(fer2013(np.arange(100)), "x", votes=FERPLUS)
    with pytest.raises(DatasetError, match="splits"):
        datasets.load_bytes(fer2013(np.arange(NUMBER)[::-1]), "x", votes=FERPLUS)
    shuffled = np.random.default_rng(0).permutation(NUMBER)
    with pytest.raises(DatasetError, match=r"Only \d+% of the votes"):
        datasets.load_bytes(fer2013(shuffled, usage=False), "x", votes=FERPLUS)
    with pytest.raises(DatasetError, match=r"no FER\+ votes"):
        datasets.load_bytes(fer2013(np.arange(NUMBER)), "x", votes=b"a,b\n1,2\n")


def test_a_broken_row_of_votes_counts_as_none_and_shifts_nothing():
    lines = FERPLUS.split(b"\r\n")
    lines[6] = b"Training,fer,what?"
    faces = datasets.load_bytes(fer2013(np.arange(NUMBER)), "x", votes=b"\n".join(lines))
    assert (faces.votes[5] == 0).all()
    assert (np.delete(faces.votes, 5, axis=0) == np.delete(VOTES, 5, axis=0)).all()


def test_votes_alone_say_where_they_belong():
    for votes in (FERPLUS, LABEL_CSV):
        with pytest.raises(DatasetError, match=r"FER\+ votes and no pixels.*beside fer2013"):
            datasets.load_bytes(votes, "fer2013.csv")


def test_pictures_with_the_names_of_ferplus_join_by_name():
    buffer = io.BytesIO()
    rows = [205, 3, 77]
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("FER2013Test/label.csv", LABEL_CSV)
        for row in rows:
            picture = io.BytesIO()
            Image.fromarray(IMAGES[row]).save(picture, "PNG")
            archive.writestr(f"FER2013Test/fer{row:07d}.png", picture.getvalue())
    faces = datasets.load_bytes(buffer.getvalue(), "x")
    assert (faces.images == IMAGES[sorted(rows)]).all()
    assert (faces.votes == VOTES[sorted(rows)]).all()
    assert "joined by file name" in faces.form


def test_votes_in_a_file_for_each_split_as_ferplus_keeps_them():
    buffer = io.BytesIO()
    lines = LABEL_CSV.split(b"\n")
    with zipfile.ZipFile(buffer, "w") as archive:
        for code, part in enumerate(("FER2013Train", "FER2013Valid", "FER2013Test")):
            rows = np.flatnonzero(code == USAGE)[:5]
            archive.writestr(f"{part}/label.csv", b"\n".join(lines[row] for row in rows))
            for row in rows:
                picture = io.BytesIO()
                Image.fromarray(IMAGES[row]).save(picture, "PNG")
                archive.writestr(f"{part}/fer{row:07d}.png", picture.getvalue())
    faces = datasets.load_bytes(buffer.getvalue(), "x")
    rows = [int(file[-11:-4]) for file in faces.files]
    assert len(rows) == 15
    assert (faces.votes == VOTES[rows]).all()
    assert (faces.splits == USAGE[rows]).all()
    assert (faces.labels == -1).all()


def test_votes_in_the_data_folder_join_where_they_fit(tmp_path):
    (tmp_path / "fer2013.csv").write_bytes(fer2013(np.arange(NUMBER)))
    (tmp_path / "few.csv").write_bytes(fer2013(np.arange(9)))
    (tmp_path / "fer2013new.csv").write_bytes(FERPLUS)
    assert [source.id for source in datasets.sources(tmp_path)] == [
        "sample", "fer2013.csv", "few.csv",
    ]  # fmt: skip
    assert (datasets.open_source("fer2013.csv", tmp_path).votes == VOTES).all()
    few = datasets.open_source("few.csv", tmp_path)
    assert few.votes is None
    assert "votes not joined" in few.form


def test_the_published_votes_and_the_first_row(shared):
    from fercore.datasets.votes import read_votes

    votes = read_votes((shared / "fer2013/ferplus.csv").read_bytes(), "ferplus.csv")
    assert votes.counts.shape == (35_887, 10)
    assert votes.counts[0].tolist() == [4, 0, 0, 1, 3, 2, 0, 0, 0, 0]
    assert (votes.counts[:, 9] == 10).sum() == 176
    assert np.bincount(votes.splits).tolist() == [28_709, 3_589, 3_589]
    assert sum(not file for file in votes.files) == 173
