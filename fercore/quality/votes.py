"""FER+: ten people voted on the emotion of each face of FER2013. Where they differ from the label.

E. Barsoum, C. Zhang, C. Canton Ferrer, Z. Zhang, "Training Deep Networks for Facial Expression
Recognition with Crowd-Sourced Label Distribution", ICMI 2016; https://github.com/microsoft/FERPlus.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from fercore.errors import DatasetError
from fercore.quality.findings import BoolArray, Finding, IntArray

FERPLUS_COLUMNS = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
    "unknown",
    "NF",
)
"""What can be voted for, in the order of the published columns; NF is "not a face"."""

_NOT_A_FACE = FERPLUS_COLUMNS.index("NF")
_MAJORITY = 5  # of ten votes; more than this is a majority
_FER2013_NAMES = {"happiness": "happy", "sadness": "sad", "anger": "angry"}


def disagreement(votes: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """How much the voters disagree about each face.

    The Shannon entropy of the shares of the ten columns, divided by its largest possible value,
    log 10: 0 where all votes agree, 1 where every column has the same number of votes.

    Parameters
    ----------
    votes : int array of shape (n, 10)
        Votes by :data:`FERPLUS_COLUMNS`.

    Returns
    -------
    float64 array of shape (n,)
        0–1; NaN for a face that has no votes.

    Raises
    ------
    DatasetError
        If `votes` has another shape, or values that are no counts.
    """
    check_votes(votes)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = votes / votes.sum(axis=1, keepdims=True, dtype=np.int64)
        terms = np.where(votes > 0, shares * np.log(shares), 0)
    entropy = np.abs(terms.sum(axis=1)) / np.log(len(FERPLUS_COLUMNS))
    return np.where(votes.any(axis=1), entropy, np.nan)


def check_votes(votes: npt.NDArray[np.integer]) -> None:
    """Refuse what is not a table of ten counts a face."""
    if votes.ndim != 2 or votes.shape[1] != len(FERPLUS_COLUMNS):
        raise DatasetError(
            f"The FER+ votes came in the shape {votes.shape}; {len(FERPLUS_COLUMNS)} columns are "
            f"needed: {', '.join(FERPLUS_COLUMNS)}."
        )
    if votes.dtype.kind not in "iu" or (votes.size and votes.min() < 0):
        raise DatasetError("The FER+ votes must be whole numbers from 0 upwards.")


def vote_columns(emotions: Sequence[str]) -> IntArray:
    """The FER+ column of each emotion; -1 for one that FER+ does not have."""
    names = [_plain(column) for column in FERPLUS_COLUMNS[:_NOT_A_FACE]]
    plain = [_plain(emotion) for emotion in emotions]
    return np.array([names.index(name) if name in names else -1 for name in plain], np.intp)


def not_a_face(votes: npt.NDArray[np.integer]) -> Finding:
    """The faces for which "not a face" has more votes than anything else."""
    against = votes[:, _NOT_A_FACE]
    voted = votes.any(axis=1)
    top = _top_vote(votes) == _NOT_A_FACE
    figures = {
        "all votes": int((voted & (against == votes.sum(axis=1))).sum()),
        "top vote": int(top.sum()),
        "any vote": int((against > 0).sum()),
    }
    return Finding(
        id="not-a-face",
        title="Not a face, say the FER+ voters",
        count=figures["top vote"],
        of=int(voted.sum()),
        unit="pictures",
        explanation=(
            "For these pictures “not a face” got more of the ten FER+ votes than any emotion. "
            "Whatever label they carry, a network cannot learn an emotion from them."
        ),
        positions=np.flatnonzero(top),
        leave_out=np.flatnonzero(top),
        leave_out_rule="all of them",
        details=pd.DataFrame({"“not a face” has": figures.keys(), "pictures": figures.values()}),
        figures=figures,
    )


def votes_against_labels(
    votes: npt.NDArray[np.integer], labels: IntArray, emotions: Sequence[str]
) -> list[Finding]:
    """The faces whose label is not what the voters saw, by three measures."""
    columns = vote_columns(emotions)
    column = np.where(labels >= 0, columns[labels], -1)
    comparable = votes.any(axis=1) & (column >= 0)
    top = _top_vote(votes)
    has_top = comparable & (top >= 0)
    majority = has_top & (votes.max(axis=1) > _MAJORITY)
    differs = top != column
    unsupported = comparable & (votes[np.arange(len(votes)), column] == 0)
    return [
        Finding(
            id="top-vote-differs",
            title="The top FER+ vote is another emotion",
            count=int((has_top & differs).sum()),
            of=int(has_top.sum()),
            unit="pictures",
            explanation=(
                "One answer got more FER+ votes than any other, and it is not the label of the "
                "picture. Pictures whose top vote is shared by several answers are not counted."
            ),
            positions=np.flatnonzero(has_top & differs),
            leave_out=np.flatnonzero(has_top & differs),
            leave_out_rule="all of them",
            details=_cross_table(labels, top, has_top, emotions),
        ),
        Finding(
            id="majority-differs",
            title="The FER+ majority is for another emotion",
            count=int((majority & differs).sum()),
            of=int(majority.sum()),
            unit="pictures",
            explanation=(
                f"More than {_MAJORITY} of the ten FER+ voters agree on an answer that is not the "
                "label of the picture: here the label is probably wrong."
            ),
            positions=np.flatnonzero(majority & differs),
            leave_out=np.flatnonzero(majority & differs),
            leave_out_rule="all of them",
            details=_cross_table(labels, top, majority, emotions),
        ),
        Finding(
            id="label-without-vote",
            title="Not one FER+ vote for the label",
            count=int(unsupported.sum()),
            of=int(comparable.sum()),
            unit="pictures",
            explanation=(
                "None of the ten FER+ voters saw the emotion that the label names: here the label "
                "is almost certainly wrong."
            ),
            positions=np.flatnonzero(unsupported),
            leave_out=np.flatnonzero(unsupported),
            leave_out_rule="all of them",
            details=_by_emotion(labels, unsupported, comparable, emotions),
        ),
    ]


def _plain(emotion: str) -> str:
    name = emotion.casefold()
    return _FER2013_NAMES.get(name, name)


def _top_vote(votes: npt.NDArray[np.integer]) -> IntArray:
    """The column with the most votes; -1 where several share the first place, or none has any."""
    most = votes.max(axis=1, keepdims=True)
    single = (votes == most).sum(axis=1) == 1
    return np.where(single, votes.argmax(axis=1), -1)


def _cross_table(
    labels: IntArray, top: IntArray, chosen: BoolArray, emotions: Sequence[str]
) -> pd.DataFrame:
    """The chosen faces by label (lines) and top vote (columns)."""
    counts = np.zeros((len(emotions), len(FERPLUS_COLUMNS)), int)
    np.add.at(counts, (labels[chosen], top[chosen]), 1)
    table = pd.DataFrame(counts, columns=list(FERPLUS_COLUMNS))
    table.insert(0, "label", list(emotions))
    return table


def _by_emotion(
    labels: IntArray, hit: BoolArray, examined: BoolArray, emotions: Sequence[str]
) -> pd.DataFrame:
    """How many of the examined faces of each label are hit."""
    size = len(emotions)
    return pd.DataFrame(
        {
            "label": list(emotions),
            "pictures": np.bincount(labels[hit], minlength=size),
            "of": np.bincount(labels[examined], minlength=size),
        }
    )
