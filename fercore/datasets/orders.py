"""Label numbers: which emotion each of them is, and what proves it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fercore.datasets.spelling import encode_names, label_name
from fercore.emotions import EMOTIONS, UNKNOWN
from fercore.errors import DatasetError

ORDERS: dict[str, tuple[str, ...]] = {
    "FER2013": EMOTIONS,
    "alphabetical": tuple(sorted(EMOTIONS)),
    "alphabetical with Contempt": tuple(sorted((*EMOTIONS, "Contempt"))),
    "FER+": ("Neutral", "Happy", "Surprise", "Sad", "Angry", "Disgust", "Fear", "Contempt"),
}
"""Orders of label numbers that are in use; the position of a name is its number."""

LARGEST_NUMBER = 127
"""A larger number is no label (labels are held as int8)."""

# Faces by emotion, in the order of EMOTIONS, in the whole of FER2013 and in the parts that go
# round as files of their own; counted from the published files.
_PUBLISHED_COUNTS = {
    "the whole of FER2013": (4953, 547, 5121, 8989, 6077, 4002, 6198),
    "FER2013's Training part": (3995, 436, 4097, 7215, 4830, 3171, 4965),
    "FER2013's two test parts": (958, 111, 1024, 1774, 1247, 831, 1233),
    "FER2013's PublicTest part": (467, 56, 496, 895, 653, 415, 607),
    "FER2013's PrivateTest part": (491, 55, 528, 879, 594, 416, 626),
}
# Share of rows by which counts may differ: some broken rows shall not hide a match. The two
# orders differ by 11 % and more.
_TOLERANCE = 0.005


class Reading(NamedTuple):
    """Names by label number, whether a person has to check them, and a sentence on why."""

    mapping: dict[int, str]
    needs_mapping: bool
    note: str


def read_numbers(ids: npt.NDArray[np.int16], published: bool) -> Reading:
    """Decide how to read label numbers that the file does not name.

    Parameters
    ----------
    ids : int16 array (n,)
        The numbers, -1 where a row has none.
    published : bool
        The file has the columns of a published FER2013 file, whose order is documented.

    Returns
    -------
    Reading
        ``needs_mapping`` is False only where counts or columns speak for FER2013's order.
    """
    present = [int(number) for number in np.unique(ids) if number != UNKNOWN]
    matched = _match_counts(ids)
    if matched:
        order, part = matched
        note = f"label numbers read in {order} order, since their counts are those of {part}"
        return Reading(dict(enumerate(ORDERS[order])), order != "FER2013", note)
    if set(present) <= set(range(len(EMOTIONS))):
        how = "as published" if published else "assumed: nothing in the file names them"
        note = f"label numbers 0 to 6 read in FER2013's order ({how})"
        return Reading(dict(enumerate(EMOTIONS)), not published, note)
    first = 1 if present == list(range(1, len(EMOTIONS) + 1)) else 0
    mapping = {number: _assumed_name(number - first, number) for number in present}
    note = (
        f"label numbers {', '.join(map(str, present[:10]))}, which are not FER2013's 0 to 6: "
        "check which emotion each of them is"
    )
    return Reading(mapping, True, note)


def _assumed_name(position: int, number: int) -> str:
    return EMOTIONS[position] if position in range(len(EMOTIONS)) else f"Label {number}"


def apply_mapping(
    ids: npt.NDArray[np.int16], mapping: Mapping[int, str]
) -> tuple[npt.NDArray[np.int8], tuple[str, ...]]:
    """Label codes of label numbers (-1 stays -1), and the names in code order.

    Raises
    ------
    DatasetError
        If a number among `ids` has no name in `mapping`.
    """
    present = [int(number) for number in np.unique(ids) if number != UNKNOWN]
    if missing := [str(number) for number in present if number not in mapping]:
        raise DatasetError(
            f"No emotion was given for the label number {', '.join(missing)}. Give one for each of "
            f"{', '.join(map(str, present))}; an empty name stands for unknown."
        )
    codes, emotions = encode_names([label_name(mapping[number]) for number in present])
    table = np.full(LARGEST_NUMBER + 2, UNKNOWN, dtype=np.int8)
    table[present] = codes
    return table[ids], emotions  # -1 reads the spare last entry


def pair_names(ids: npt.NDArray[np.int16], names: Sequence[str]) -> dict[int, str] | None:
    """The name of each label number by the name beside it, or None if two names share one."""
    pairs = [(n, name) for n, name in Counter(zip(ids.tolist(), names, strict=True)) if name]
    mapping = {number: name for number, name in pairs if number != UNKNOWN}
    consistent = all(number == UNKNOWN or mapping[number] == name for number, name in pairs)
    return mapping if consistent else None


def published_part(codes: npt.NDArray[np.integer[Any]]) -> str | None:
    """The part of FER2013 whose published counts by emotion these label codes have, if any."""
    matched = _match_counts(codes)
    return matched[1] if matched and matched[0] == "FER2013" else None


def _match_counts(numbers: npt.NDArray[np.integer[Any]]) -> tuple[str, str] | None:
    """The order and the part of FER2013 whose published counts these numbers have, if any."""
    known = numbers[numbers != UNKNOWN]
    if not len(known) or known.max() >= len(EMOTIONS):
        return None
    counts = np.bincount(known, minlength=len(EMOTIONS))
    for order in ("FER2013", "alphabetical"):
        positions = [EMOTIONS.index(name) for name in ORDERS[order]]
        for part, published in _PUBLISHED_COUNTS.items():
            difference = np.abs(counts - np.array(published)[positions]).sum()
            if difference <= _TOLERANCE * sum(published):
                return order, part
    return None
