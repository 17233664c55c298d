"""From the cells of label columns to labels: numbers or words, and which rows have neither."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from fercore.datasets import orders
from fercore.datasets.spelling import encode_names, label_name
from fercore.emotions import EMOTIONS, UNKNOWN

_FEW = 10  # a number outside 0 to 6 in fewer rows of a published file is a slip, not a label


@dataclass
class Labels:
    """Labels of the rows that have a proper one.

    ``keep`` marks those rows among all; ``refused`` gives the position and reason of the others.
    The arrays have one entry a row kept; the rest is as in :class:`FaceSet`.
    """

    codes: npt.NDArray[np.int8]
    emotions: tuple[str, ...]
    note: str
    ids: npt.NDArray[np.int16] | None = None
    mapping: dict[int, str] | None = None
    needs_mapping: bool = False
    keep: npt.NDArray[np.bool_] | None = None
    refused: dict[int, str] = field(default_factory=dict)


def read_labels(
    cells: Sequence[str],
    words: Sequence[str],
    number: int,
    published: bool,
    number_names: Mapping[int, str] | None,
) -> Labels:
    """Read the label cells of `number` rows.

    Parameters
    ----------
    cells : sequence of str
        The label column, numbers or words; empty where the file has none.
    words : sequence of str
        A second column that names the label of each row in words; empty where there is none.
    published : bool
        The columns are those of a published FER2013 file.
    number_names : dict of int to str, or None
        Names that the file itself gives to its label numbers.

    Raises
    ------
    DatasetError
        If the column holds too many different words to be emotions.
    """
    if not cells:
        return Labels(np.full(number, UNKNOWN, np.int8), EMOTIONS, "no labels")
    values = {cell: _number(cell) for cell in set(cells)}
    count = Counter(cells)
    of_numbers = sum(count[cell] for cell, value in values.items() if value is not None)
    of_words = sum(count[cell] for cell, value in values.items() if value is None)
    of_words -= sum(count[cell] for cell in values if not label_name(cell))
    if of_words > of_numbers:
        return _from_words(cells, values)
    if not of_numbers and words:
        return _from_words(words, {word: _number(word) for word in set(words)})
    if not of_numbers:
        return Labels(np.full(number, UNKNOWN, np.int8), EMOTIONS, "no labels")
    reasons = _odd_numbers(values, count, published)
    keep, refused = _sort_out(cells, reasons)
    ids = np.array(
        [UNKNOWN if (value := values[cell]) is None else value for cell in _kept(cells, keep)],
        dtype=np.int16,
    )
    kept_words = [label_name(word) for word in _kept(words, keep)] if words else []
    labels = _from_numbers(ids, kept_words, published, number_names)
    labels.keep, labels.refused = keep, refused
    return labels


def _from_words(cells: Sequence[str], values: Mapping[str, int | None]) -> Labels:
    reasons = {
        cell: f"the label {cell!r} is a number, where other rows have words."
        for cell, value in values.items()
        if value is not None and value != UNKNOWN
    }
    keep, refused = _sort_out(cells, reasons)
    names = {cell: "" if values[cell] == UNKNOWN else label_name(cell) for cell in values}
    codes, emotions = encode_names([names[cell] for cell in _kept(cells, keep)])
    return Labels(codes, emotions, "labels are words", keep=keep, refused=refused)


def _from_numbers(
    ids: npt.NDArray[np.int16],
    names: Sequence[str],
    published: bool,
    number_names: Mapping[int, str] | None,
) -> Labels:
    present = {int(number) for number in np.unique(ids)} - {UNKNOWN}
    if names:
        mapping = orders.pair_names(ids, names)
        if mapping is None:
            codes, emotions = encode_names(names)
            note = "labels are words; the numbers beside them contradict them and are not used"
            return Labels(codes, emotions, note)
        note, needs_mapping = "a column of words names the label numbers", False
        mapping |= dict.fromkeys(present - mapping.keys(), "")
    elif number_names and present <= number_names.keys():
        mapping = {number: label_name(name) for number, name in number_names.items()}
        needs_mapping = False
        note = "the file itself names its label numbers"
    else:
        mapping, needs_mapping, note = orders.read_numbers(ids, published)
    codes, emotions = orders.apply_mapping(ids, mapping)
    return Labels(codes, emotions, note, ids, mapping, needs_mapping)


def _number(cell: str) -> int | None:
    """The whole number that a cell holds (``3``, ``3.0``, ``-1``), or None."""
    return int(float(cell)) if re.fullmatch(r"\s*[+-]?[0-9]{1,9}(\.0*)?\s*", cell) else None


def _odd_numbers(
    values: Mapping[str, int | None], count: Mapping[str, int], published: bool
) -> dict[str, str]:
    """Why rows with these cells are left out, in a column of numbers."""
    reasons = {}
    for cell, value in values.items():
        if value is None:
            if label_name(cell):
                reasons[cell] = f"the label {cell[:40]!r} is not a number as in other rows."
        elif not UNKNOWN <= value <= orders.LARGEST_NUMBER:
            reasons[cell] = f"the label {value} is not from 0 to {orders.LARGEST_NUMBER}."
        elif published and value >= len(EMOTIONS) and count[cell] < _FEW:
            reasons[cell] = f"the emotion {value} is not one of FER2013's 0 to 6."
    return reasons


def _sort_out(
    cells: Sequence[str], reasons: Mapping[str, str]
) -> tuple[npt.NDArray[np.bool_], dict[int, str]]:
    refused = (
        {i: reasons[cell] for i, cell in enumerate(cells) if cell in reasons} if reasons else {}
    )
    keep = np.ones(len(cells), dtype=bool)
    keep[list(refused)] = False
    return keep, refused


def _kept(cells: Sequence[str], keep: npt.NDArray[np.bool_]) -> list[str]:
    return [cell for cell, kept in zip(cells, keep.tolist(), strict=True) if kept]
