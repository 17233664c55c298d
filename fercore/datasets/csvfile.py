"""Tables of faces as text: fer2013.csv and its relatives, fast where rows are in order."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import BinaryIO

import numpy as np

from fercore.datasets import digits
from fercore.datasets.cells import RowError, picture_bytes, pixels_of, split_line
from fercore.datasets.columns import Columns, find_columns
from fercore.datasets.found import Found, Progress
from fercore.datasets.lines import blocks
from fercore.datasets.spelling import split_of
from fercore.datasets.trees import READ_ERRORS
from fercore.emotions import SPLITS
from fercore.errors import PictureError
from fercore.pictures import SIDE, face_from_array, face_from_bytes

_HEAD_ROWS = 20
_THREADS = min(os.cpu_count() or 1, 4)


def head_rows(head: bytes) -> tuple[list[list[str]], str]:
    """The cells of the first rows of a table, its header among them, and the delimiter."""
    lines = [text for line in head.split(b"\n") if (text := _text(line)).strip()][:_HEAD_ROWS]
    if not lines:
        return [], ","
    delimiter = max(",;\t", key=lines[0].count)
    rows = []
    for line in lines:
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
    while head.count(b"\n") < 2 and (more := next(source, b"")):  # rows of large pictures
        head += more
    rows, delimiter = head_rows(head)
    columns = find_columns(rows)
    if columns is None:
        return None
    reader = _Reader(columns, delimiter, title)
    try:
        for block, parsed in _parsed(chain([reader.without_header(head)], source), reader.shape):
            reader.add(block, parsed)
    except READ_ERRORS as error:
        reason = f"the file cannot be read from this row on: {str(error).rstrip('.')}."
        reader.found.leave_out(reader.row, f"line {reader.line + 1}", reason)
    return reader.found


def _parsed(
    source: Iterable[bytes], shape: digits.Shape | None
) -> Iterator[tuple[bytes, digits.Block | None]]:
    """The blocks in order, each with what fast parsing made of it.

    Some threads parse ahead: NumPy lets go of the interpreter's lock while it computes. An error
    in reading is raised after the blocks before it.
    """
    failure = None
    with ThreadPoolExecutor(_THREADS) as pool:
        ahead: deque[tuple[bytes, Future[digits.Block | None]]] = deque()
        try:
            for block in source:
                ahead.append((block, pool.submit(_parse, block, shape)))
                if len(ahead) > 2 * _THREADS:
                    first, parsing = ahead.popleft()
                    yield first, parsing.result()
        except READ_ERRORS as error:
            failure = error
        for first, parsing in ahead:
            yield first, parsing.result()
    if failure:
        raise failure


def _parse(block: bytes, shape: digits.Shape | None) -> digits.Block | None:
    """A block parsed fast; None for pictures, and for a last line without an end."""
    if shape is None or not block.endswith(b"\n"):
        return None
    return digits.parse_block(block, shape)


class _Reader:
    """Takes blocks of lines and keeps count of rows (from 0) and lines (from 1)."""

    def __init__(self, columns: Columns, delimiter: str, title: str) -> None:
        self.columns = columns
        self.delimiter = delimiter
        self.shape = None
        if columns.side:
            self.shape = digits.Shape(
                ord(delimiter), len(columns.names), columns.pixels, columns.side**2
            )
        self.found = Found(title, f"a table (CSV), {columns.describe()}")
        self.found.published = columns.published
        self.line = 0
        self.row = 0
        pairs = (
            (columns.label, self.found.labels),
            (columns.words, self.found.words),
            (columns.usage, self.found.usages),
        )
        self.kept = [(column, cells) for column, cells in pairs if column is not None]

    def without_header(self, head: bytes) -> bytes:
        """What follows the header in the first block; the header is the first line not blank."""
        line = b"" if self.columns.has_header else head
        while head and not line.strip():
            line, _, head = head.partition(b"\n")
            self.line += 1
        return head

    def add(self, block: bytes, parsed: digits.Block | None) -> None:
        """Take whole lines, parsed or not; a last line without an end is the file's last."""
        if parsed is None:
            self._add_carefully(block)
        else:
            self._add_parsed(block, parsed)

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
    if split_of(word) is None and any(name.startswith(word) for name in SPLITS):
        raise RowError(f"its last word is {word!r}.")


def _text(line: bytes) -> str:
    return line.removesuffix(b"\r").decode("utf-8", "replace")
