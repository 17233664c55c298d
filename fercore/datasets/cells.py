"""One row of a table, read with care: cells, pixels, pictures, or a sentence on what is wrong."""

import ast
import base64
import binascii
import csv
import re

import numpy as np
import numpy.typing as npt

from fercore.errors import FercoreError

_BASE64_STARTS = ("data:image/", "iVBORw0KGgo", "/9j/", "R0lGOD", "UklGR", "Qk0")
_LITERAL_START = re.compile(r"""^(\{.*)?b['"](\\x89PNG|\\xff\\xd8\\xff|GIF8|BM|RIFF)""")
_BYTES_LITERAL = re.compile(r"""b'(?:[^'\\]|\\.)*'|b"(?:[^"\\]|\\.)*\"""")


class RowError(FercoreError):
    """A row is no face; the text says why."""


def split_line(line: str, delimiter: str) -> list[str]:
    """The cells of a line of CSV.

    Raises
    ------
    RowError
        If its quotation marks are in disorder or a quoted cell is too long.
    """
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        if len(line) > csv.field_size_limit():
            raise RowError(f"a cell is longer than {csv.field_size_limit():,} letters.") from error
        raise RowError("a quotation mark is missing or misplaced.") from error


def count_pixels(cell: str) -> int:
    """How many numbers there are in a cell that holds nothing but numbers; 0 for any other."""
    text = _without_brackets(cell)
    return len(text.split()) if re.fullmatch(r"[0-9\s]+", text) else 0


def pixels_of(cell: str, side: int) -> npt.NDArray[np.uint8]:
    """The pixels (side, side) that a cell lists, divided by blanks or commas.

    Raises
    ------
    RowError
        If there are more or fewer, a value is over 255, or anything is no whole number.
    """
    text = _without_brackets(cell)
    if not text:
        raise RowError("the pixels are missing.")
    words = text.split()
    if not re.fullmatch(r"[0-9\s]+", text):
        odd = next(word for word in words if not re.fullmatch(r"[0-9]+", word))
        raise RowError(f"{odd[:20]!r} among the pixels is not a whole number from 0 to 255.")
    if len(words) != side * side:
        raise RowError(f"{len(words):,} pixels instead of {side * side:,} ({side} × {side}).")
    try:
        values = bytes(map(int, words))
    except ValueError as error:  # int() has a limit of its own, far beyond 255
        odd = next(word for word in words if len(word.lstrip("0")) > 3 or int(word) > 255)
        raise RowError(f"the pixel value {odd[:20]} is over 255.") from error
    return np.frombuffer(values, dtype=np.uint8).reshape(side, side)


def holds_picture(cell: str) -> bool:
    """Whether a cell begins like a picture file, as base64 or as a Python bytes literal."""
    start = cell[:200].strip()
    return start.startswith(_BASE64_STARTS) or bool(_LITERAL_START.search(start))


def picture_bytes(cell: str) -> bytes | None:
    """The picture file that a cell holds as base64 or as a Python bytes literal, or None.

    The latter (``b'...'``, or ``{'bytes': b'...', 'path': ...}``) is what pandas writes for a
    column of pictures.
    """
    text = cell.strip()
    if text.startswith(_BASE64_STARTS):
        try:
            return base64.b64decode(text.partition("base64,")[2] or text)
        except (binascii.Error, ValueError):
            return None
    if text.startswith(("b'", 'b"', "{")) and (literal := _BYTES_LITERAL.search(text)):
        try:
            data = ast.literal_eval(literal[0])
        except (ValueError, SyntaxError):
            return None
        return bytes(data)
    return None


def _without_brackets(cell: str) -> str:
    return cell.strip().removeprefix("[").removesuffix("]").replace(",", " ").strip()
