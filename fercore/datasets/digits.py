"""Pixels written as decimal text to uint8, a block of rows at a time, without a loop per number."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_SPACE, _NEWLINE, _RETURN, _QUOTE = b' \n\r"'
_LEAD = 2  # blanks before the block, so that three bytes can be read up to any of it


@dataclass(frozen=True)
class Shape:
    """How the lines of a block look: columns, their delimiter, and the numbers in one of them."""

    delimiter: int
    columns: int
    pixel_column: int
    pixels: int


@dataclass
class Block:
    """A parsed block: pixels (k, shape.pixels), and the byte range of each cell (k, columns)."""

    pixels: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.intp]
    stops: npt.NDArray[np.intp]


def parse_block(lines: bytes, shape: Shape) -> Block | None:
    r"""Parse whole lines (each with its ``\n``), or decline.

    Declines with None as soon as anything in the block is out of the ordinary: another number of
    cells or pixels, a character that is no digit, a value over 255. Such a block is for the
    careful reader, which says what is wrong with which row.

    The method: every byte is taken for the last digit of a number, its value being
    ``d0 + 10 d1 + 100 d2`` of the three bytes up to it (a blank counts 0, as ``0x20 & 15`` does);
    then the values at those bytes that do end a number are picked. All of it in uint8, on blocks
    that fit into the processor's cache.
    """
    raw = np.frombuffer(lines, dtype=np.uint8)
    cells = _cells(raw, shape)
    if cells is None:
        return None
    starts, stops = cells
    first, last = starts[:, shape.pixel_column], stops[:, shape.pixel_column]
    quoted = raw[first] == _QUOTE
    if quoted.any():
        if not (quoted.all() and (raw[last - 1] == _QUOTE).all() and (last - first > 1).all()):
            return None
        first, last = first + 1, last - 1

    text = np.full(len(raw) + _LEAD + 1, _SPACE, dtype=np.uint8)
    for start, stop in zip(first.tolist(), last.tolist(), strict=True):
        text[start + _LEAD : stop + _LEAD] = raw[start:stop]
    values = _values(text, len(first) * shape.pixels)
    if values is None:
        return None
    number_ends, pixels = values
    number_ends = number_ends.reshape(len(first), shape.pixels)
    if (number_ends[:, 0] < first).any() or (number_ends[:, -1] >= last).any():
        return None
    return Block(pixels.reshape(len(first), shape.pixels), starts, stops)


def _cells(
    raw: npt.NDArray[np.uint8], shape: Shape
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]] | None:
    """First byte and end of each cell, (lines, columns) each, or None if lines differ."""
    ends = np.flatnonzero(raw == _NEWLINE)
    line_starts = np.concatenate(([0], ends[:-1] + 1))
    line_stops = ends - (raw[ends - 1] == _RETURN)
    cuts = np.flatnonzero(raw == shape.delimiter) if shape.columns > 1 else ends[:0]
    if len(cuts) != len(ends) * (shape.columns - 1):
        return None
    cuts = cuts.reshape(len(ends), shape.columns - 1)
    starts = np.column_stack((line_starts, cuts + 1))
    stops = np.column_stack((cuts, line_stops))
    in_its_line = (starts[:, -1] <= line_stops) & (stops[:, 0] >= line_starts)
    return (starts, stops) if in_its_line.all() else None


def _values(
    text: npt.NDArray[np.uint8], expected: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.uint8]] | None:
    """Position of the last digit and value of every number in digits and blanks, or None."""
    is_digit = text - np.uint8(48) < 10
    if np.count_nonzero(is_digit) + np.count_nonzero(text == _SPACE) != len(text):
        return None
    ends = np.flatnonzero(is_digit[_LEAD:-1] > is_digit[_LEAD + 1 :])
    if len(ends) != expected:
        return None
    pairs = is_digit[1:] & is_digit[:-1]
    if (pairs[2:] & pairs[:-2]).any():  # four digits in a row
        return None
    low = text & np.uint8(15)
    hundreds = low[:-3] * pairs[1:-1].view(np.uint8)
    if hundreds.max() > 2:
        return None
    hundreds *= np.uint8(100)
    value = low[_LEAD:-1] + np.uint8(10) * low[1:-2]
    value += hundreds
    if (value < hundreds).any():  # wrapped round: 256 to 299
        return None
    return ends, value.take(ends)
