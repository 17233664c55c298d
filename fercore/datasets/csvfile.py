"""Tables of faces as text: fer2013.csv and its relatives, fast where rows are in order."""

from typing import BinaryIO

import numpy as np

from fercore.datasets import digits
from fercore.datasets.cells import RowError, picture_bytes, pixels_of, split_line
from fercore.datasets.columns import Columns, find_columns
from fercore.datasets.found import Found, Progress
from fercore.datasets.lines import blocks
from fercore.datasets.spelling import split_of
from fercore.datasets.trees import READ_ERRORS
from fercore.errors import PictureError
from fercore.pictures import SIDE, face_from_array, face_from_bytes

_HEAD_ROWS = 20
_SPLITS = ("Training", "PublicTest", "PrivateTest")


def head_rows(head: bytes) -> tuple[list[list[str]], str]:
    """The cells of the first rows of a table, its header among them, and the delimiter.

    A last line without an end is left out (unless it is the only one): the head may cut it.
    """
    *whole, rest = head.split(b"\n")
    lines = [text for line in whole[: 2 * _HEAD_ROWS] if (text := _text(line))] or [_text(rest)]
    delimiter = max(",;\t", key=lines[0].count)
    rows = []
    for line in lines[:_HEAD_ROWS]:
        try:
            rows.append(split_line(line, delimiter))
        except RowError:
            continue
    return rows, delimiter


def read_csv(
    stream: BinaryIO, size: int, title: str, progress: Progress | None = None
) -> Found | None:
    """Read a table of faces from `stream` of `size` bytes; None if no column holds pixels."""
    source = blocks(stream, size, progress)
    head = next(source, b"")
    rows, delimiter = head_rows(head)
    columns = find_columns(rows)
    if columns is None:
        return None
    reader = _Reader(columns, delimiter, title)
    reader.add(head)
    try:
        for block in source:
            reader.add(block)
    except READ_ERRORS as error:
        reason = f"the file cannot be read from this row on: {str(error).rstrip('.')}."
        reader.found.leave_out(reader.row, f"line {reader.line + 1}", reason)
    return reader.found


class _Reader:
    """Takes blocks of lines and keeps count of rows (from 0) and lines (from 1)."""

    def __init__(self, columns: Columns, delimiter: str, title: str) -> None:
        self.columns = columns
        self.delimiter = delimiter
        self.shape = digits.Shape(
            ord(delimiter), len(columns.names), columns.pixels, columns.side**2
        )
        self.found = Found(title, f"a table (CSV), {columns.describe()}")
        self.found.published = columns.published
        self.header_due = columns.has_header
        self.line = 0
        self.row = 0
        pairs = (
            (columns.label, self.found.labels),
            (columns.words, self.found.words),
            (columns.usage, self.found.usages),
        )
        self.kept = [(column, cells) for column, cells in pairs if column is not None]

    def add(self, block: bytes) -> None:
        """Take whole lines; a last line without an end is the file's last."""
        if self.header_due:
            block = self._without_header(block)
        if not block:
            return
        parsed = None
        if self.columns.side and block.endswith(b"\n"):
            parsed = digits.parse_block(block, self.shape)
        if parsed is None:
            self._add_carefully(block)
        else:
            self._add_parsed(block, parsed)

    def _without_header(self, block: bytes) -> bytes:
        while block and self.header_due:
            line, _, block = block.partition(b"\n")
            self.line += 1
            self.header_due = not line.strip()
        return block

    def _add_parsed(self, block: bytes, parsed: digits.Block) -> None:
        number = len(parsed.pixels)
        side = self.columns.side
        images = parsed.pixels.reshape(number, side, side)
        if side != SIDE:
            images = np.stack([face_from_array(image) for image in images])
        rows = np.arange(self.row, self.row + number)
        self.found.add(images, rows, (side, side))
        for column, cells in self.kept:
            ends = zip(
                parsed.starts[:, column].tolist(), parsed.stops[:, column].tolist(), strict=True
            )
            cells += [block[a:b].decode("utf-8", "replace").strip(' "\t') for a, b in ends]
        self.row += number
        self.line += number

    def _add_carefully(self, block: bytes) -> None:
        lines = block.split(b"\n")
        last = lines.pop()  # empty unless the file ends without a line end
        for line in lines:
            self._add_line(_text(line), is_cut=False)
        if last:
            self._add_line(_text(last), is_cut=True)

    def _add_line(self, line: str, is_cut: bool) -> None:
        self.line += 1
        if not line.strip():
            return
        try:
            self._add_row(line, is_cut)
        except (RowError, PictureError) as error:
            reason = f"the file seems to be cut in this row: {error}" if is_cut else str(error)
            self.found.leave_out(self.row, f"line {self.line}", reason)
        self.row += 1

    def _add_row(self, line: str, is_cut: bool) -> None:
        cells = split_line(line, self.delimiter)
        if len(cells) != len(self.columns.names):
            raise RowError(f"it has {len(cells)} cells instead of {len(self.columns.names)}.")
        if is_cut and self.columns.usage is not None:
            _check_whole(cells[self.columns.usage].strip())
        cell, side = cells[self.columns.pixels], self.columns.side
        if side:
            image, size = face_from_array(pixels_of(cell, side)), (side, side)
        else:
            data = picture_bytes(cell)
            if data is None:
                raise RowError("the cell of the picture holds none.")
            image, info = face_from_bytes(data)
            size = (info.width, info.height)
        self.found.add(image[np.newaxis], [self.row], size)
        for column, kept in self.kept:
            kept.append(cells[column].strip())


def _check_whole(word: str) -> None:
    """Refuse the beginning of a split's name, as a file that is cut ends with."""
    if split_of(word) is None and any(name.startswith(word) for name in _SPLITS):
        raise RowError(f"its last word is {word!r}.")


def _text(line: bytes) -> str:
    return line.removesuffix(b"\r").decode("utf-8", "replace")
