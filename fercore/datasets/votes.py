"""FER+ votes: ten people's judgement of each face, joined to the faces of another file.

Barsoum et al. 2016, "Training deep networks for facial expression recognition with crowd-sourced
label distribution" (github.com/microsoft/FERPlus, fer2013new.csv).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from fercore.datasets.cells import RowError, split_line
from fercore.datasets.faceset import FaceSet
from fercore.datasets.spelling import split_of
from fercore.emotions import UNKNOWN
from fercore.errors import DatasetError

VOTE_NAMES = (
    "Neutral", "Happy", "Surprise", "Sad", "Angry", "Disgust", "Fear", "Contempt",
    "Unknown", "Not a face",
)  # fmt: skip
"""What the ten columns of votes stand for, in the order of FER+."""

_HEADER = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt",
           "unknown", "nf")  # fmt: skip
_BOX = re.compile(r"\(\d+, ?\d+, ?\d+, ?\d+\)")
_LEAST_AGREEMENT = 0.4
_FEWEST_TO_CHECK = 100


@dataclass(frozen=True, eq=False)
class Votes:
    """The rows of a file of votes.

    ``counts`` is uint8 (n, 10), the columns as in `VOTE_NAMES`; ``splits`` int8 (n,), -1 where the
    file does not tell; ``files`` the pictures' names, empty where missing.
    """

    counts: npt.NDArray[np.uint8]
    splits: npt.NDArray[np.int8]
    files: tuple[str, ...]


def is_votes(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first rows of a table are those of FER+ votes, with a header or not."""
    if not rows:
        return False
    return _has_header(rows[0]) or (len(rows[0]) == 12 and bool(_BOX.fullmatch(rows[0][1])))


def _has_header(row: Sequence[str]) -> bool:
    return tuple(cell.strip().casefold() for cell in row[-10:]) == _HEADER


def read_votes(data: bytes, title: str) -> Votes:
    """Read a file of votes, in the form of ``fer2013new.csv`` or of FER+'s ``label.csv``.

    Votes are joined by row, so every row counts: a broken one has no votes.

    Raises
    ------
    DatasetError
        If it is no such file.
    """
    raw = data if isinstance(data, bytes) else data.read()
    rows = [
        _cells(line) for line in raw.decode("utf-8-sig", "replace").splitlines() if line.strip()
    ]
    if not is_votes(rows):
        raise DatasetError(
            f"{title} holds no FER+ votes. Choose fer2013new.csv, or a label.csv made from it."
        )
    has_header = _has_header(rows[0])
    rows = rows[1:] if has_header else rows
    counts = np.zeros((len(rows), 10), dtype=np.uint8)
    for number, row in enumerate(rows):
        if len(row) == 12 and all(re.fullmatch(r"\s*[0-9]{1,2}\s*", cell) for cell in row[-10:]):
            counts[number] = [int(cell) for cell in row[-10:]]
    codes = [split_of(row[0]) if has_header and row else None for row in rows]
    splits = np.array([UNKNOWN if code is None else code for code in codes], dtype=np.int8)
    name_at = 1 if has_header else 0
    files = tuple(row[name_at].strip() if len(row) == 12 else "" for row in rows)
    return Votes(counts, splits, files)


def _cells(line: str) -> list[str]:
    try:
        return split_line(line, ",")
    except RowError:
        return []


def join_votes(faces: FaceSet, votes: Votes, title: str) -> FaceSet:
    """Join votes to the faces they were cast on: by file name if the pictures have FER+'s names,
    else row by row.

    Row by row, the votes may cover the same rows as the file of faces, or the file may be the
    Training part or the two test parts of them (``train.csv``, ``test.csv``). Splits that the file
    of faces does not tell are taken from the votes.

    Raises
    ------
    DatasetError
        If number of rows, splits or labels show that the votes were cast on other faces.
    """
    place = {name: row for row, name in enumerate(votes.files) if name}
    names = [file.rpartition("/")[2] for file in faces.files or ()]
    if 2 * sum(name in place for name in names) > len(faces):
        at = np.array([place.get(name, -1) for name in names])
        how = "by file name"
    else:
        at = _rows_of_votes(faces, votes, title)
        how = "row by row"
    joined = np.where(at[:, np.newaxis] >= 0, votes.counts[at], 0).astype(np.uint8)
    _check_labels(faces, joined, title)
    splits = faces.splits
    if (splits == UNKNOWN).all():
        splits = np.where(at >= 0, votes.splits[at], UNKNOWN).astype(np.int8)
        how += ", and the splits with them"
    form = f"{faces.form.removesuffix('.')}; FER+ votes of {title} joined {how}."
    return replace(faces, votes=joined, splits=splits, form=form)


def join_fitting_votes(faces: FaceSet, files: Mapping[str, Callable[[], bytes]]) -> FaceSet:
    """The faces with the votes of those of the files that fit; what does not is noted.

    FER+ itself keeps its votes in a file for each split, so all files together are tried first.
    """
    held, problems = {}, []
    for name, read in files.items():
        try:
            held[name] = read_votes(read(), name)
        except (DatasetError, OSError) as error:
            problems.append(str(error))
    tries = dict(held)
    if len(held) > 1:
        tries = {", ".join(held): _merged(list(held.values())), **held}
    for name, votes in tries.items():
        try:
            return join_votes(faces, votes, name)
        except DatasetError as error:
            problems.append(str(error))
    if not problems:
        return faces
    form = f"{faces.form.removesuffix('.')}; FER+ votes not joined: {problems[-1]}"
    return replace(faces, form=form)


def _merged(parts: Sequence[Votes]) -> Votes:
    """The rows of several files of votes, one after the other."""
    return Votes(
        np.concatenate([part.counts for part in parts]),
        np.concatenate([part.splits for part in parts]),
        tuple(name for part in parts for name in part.files),
    )


def _rows_of_votes(faces: FaceSet, votes: Votes, title: str) -> npt.NDArray[np.intp]:
    """The row of votes for each face, by the number of rows and the splits."""
    number = len(faces) + len(faces.left_out)
    for covered in (
        np.arange(len(votes.counts)),
        np.flatnonzero(votes.splits == 0),
        np.flatnonzero(votes.splits > 0),
    ):
        if len(covered) == number > 0:
            break
    else:
        raise DatasetError(
            f"{title} has {len(votes.counts):,} rows of votes, {faces.title} has {number:,} rows: "
            "the votes were cast on other faces. Join them to the whole fer2013.csv."
        )
    at = covered[faces.rows]
    known = (faces.splits != UNKNOWN) & (votes.splits[at] != UNKNOWN)
    if (faces.splits[known] != votes.splits[at][known]).any():
        raise DatasetError(
            f"The splits in {title} are not those of {faces.title}: the faces are in another "
            "order than the votes. Join the votes to fer2013.csv as it was published."
        )
    return at


def _check_labels(faces: FaceSet, joined: npt.NDArray[np.uint8], title: str) -> None:
    """Refuse votes that agree with the labels no better than those of other faces would.

    On FER2013 in its own order 65 % of clear votes agree, on a shuffled one about 20 %.
    """
    emotions = joined[:, : len(VOTE_NAMES) - 2]
    top = emotions.max(axis=1, keepdims=True)
    clear = (top > 0).ravel() & ((emotions == top).sum(axis=1) == 1) & (faces.labels != UNKNOWN)
    if clear.sum() < _FEWEST_TO_CHECK:
        return
    names = np.array(VOTE_NAMES)[emotions[clear].argmax(axis=1)]
    agreement = (names == np.array(faces.emotions)[faces.labels[clear]]).mean()
    if agreement < _LEAST_AGREEMENT:
        raise DatasetError(
            f"Only {agreement:.0%} of the votes in {title} agree with the labels of {faces.title} "
            "(about 65 % should): the faces are in another order, or their label numbers are read "
            "wrongly. Join the votes to fer2013.csv as it was published."
        )
