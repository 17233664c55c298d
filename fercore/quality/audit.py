"""The whole examination: checks the arrays, runs every check that they allow, keeps the order."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from fercore.emotions import EMOTIONS, SPLITS
from fercore.errors import DatasetError
from fercore.quality import checks, identical, similar
from fercore.quality import votes as ferplus
from fercore.quality.findings import Finding, IntArray, Report
from fercore.quality.similar import Progress


def report(
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.integer],
    splits: npt.NDArray[np.integer],
    votes: npt.NDArray[np.integer] | None = None,
    rows: npt.NDArray[np.integer] | None = None,
    emotions: Sequence[str] = EMOTIONS,
    progress: Progress | None = None,
) -> Report:
    """Look for everything that is known to go wrong in a data set of faces.

    Parameters
    ----------
    images : uint8 array of shape (n, 48, 48)
    labels : int array of shape (n,)
        Positions in `emotions`; -1 where unknown.
    splits : int array of shape (n,)
        Positions in :data:`fercore.emotions.SPLITS`; -1 where unknown.
    votes : int array of shape (n, 10), optional
        FER+ votes by :data:`FERPLUS_COLUMNS`; all 0 for a face without votes.
    rows : int array of shape (n,), optional
        The row of each face in its source, from 0; by default its position.
    emotions : sequence of str
        The names of the labels.
    progress : callable, optional
        Called as ``progress(part, text)`` with the part that is done, 0–1.

    Returns
    -------
    Report
        A problem that these arrays do not allow to look for, such as wrong labels where there
        are none, stands in ``not_checked`` with the reason.

    Raises
    ------
    DatasetError
        If an array has another shape, type or range than stated.
    """
    images = identical.check_images(images)
    n = len(images)
    label = _codes("label", labels, n, len(emotions))
    split = _codes("split", splits, n, len(SPLITS))
    row = np.arange(n) if rows is None else _column("row number", rows, n)
    if votes is not None:
        ferplus.check_votes(votes)
        if len(votes) != n:
            raise DatasetError(f"There are {len(votes):,} lines of FER+ votes for {n:,} pictures.")
    findings, not_checked = _examine(images, label, split, votes, tuple(emotions), progress)
    return Report(tuple(findings), not_checked, row, label, split, tuple(emotions))


def _examine(
    images: npt.NDArray[np.uint8],
    labels: IntArray,
    splits: IntArray,
    votes: npt.NDArray[np.integer] | None,
    emotions: tuple[str, ...],
    progress: Progress | None,
) -> tuple[list[Finding], dict[str, str]]:
    """Run the checks in the order of a report; note those that cannot be run, and why."""
    tell = progress or (lambda part, text: None)
    skipped: dict[str, str] = {}
    labelled = bool((labels >= 0).any())
    no_label = "no face has a label."

    tell(0.0, "Comparing the pictures pixel by pixel")
    first, plain = identical.first_occurrence(images), identical.one_colour(images)
    found = [
        checks.plain_pictures(images, plain),
        checks.exact_duplicates(first, labels, emotions),
    ]
    if labelled:
        found.append(checks.label_conflicts(first, plain, labels, emotions))
    else:
        skipped["label-conflicts"] = no_label
    if len(np.unique(splits[splits >= 0])) > 1:
        found.append(checks.split_leaks(first, splits))
    else:
        skipped["split-leaks"] = "the faces are not divided into training and test faces."

    near = similar.alike(images, first, progress=lambda part, text: tell(0.3 + 0.6 * part, text))
    found.append(checks.near_duplicates(near, first, labels, splits))

    tell(0.9, "Counting labels and votes")
    if labelled:
        found.append(checks.class_imbalance(labels, splits, emotions))
    else:
        skipped["class-imbalance"] = no_label
    against_labels = ("top-vote-differs", "majority-differs", "label-without-vote")
    if votes is None:
        skipped |= dict.fromkeys(("not-a-face", *against_labels), "there are no FER+ votes.")
    else:
        found.append(ferplus.not_a_face(votes))
        if labelled:
            found += ferplus.votes_against_labels(votes, labels, emotions)
        else:
            skipped |= dict.fromkeys(against_labels, no_label)
    tell(1.0, "Done")
    return found, skipped


def _column(name: str, values: npt.NDArray[np.integer], n: int) -> IntArray:
    """`values` as (n,) positions, or a refusal."""
    if values.shape != (n,) or values.dtype.kind not in "iu":
        raise DatasetError(
            f"The {name}s came as {values.dtype} values of shape {values.shape}; one whole number "
            f"for each of the {n:,} pictures is needed."
        )
    return values.astype(np.intp)


def _codes(name: str, values: npt.NDArray[np.integer], n: int, names: int) -> IntArray:
    """`values` as (n,) codes from -1 to ``names - 1``, or a refusal."""
    codes = _column(name, values, n)
    wrong = (codes < -1) | (codes >= names)
    if wrong.any():
        at = int(wrong.argmax())
        raise DatasetError(
            f"Picture {at:,} has the {name} {codes[at]}; allowed are 0 to {names - 1}, and -1 for "
            "unknown."
        )
    return codes
