"""What a file is, by its bytes: one of the forms of a data set, or what it seems to be instead."""

import csv
import io
import re
from enum import Enum
from pathlib import PurePosixPath
from typing import BinaryIO

from fercore.datasets.arrays import picture_arrays
from fercore.datasets.columns import find_columns
from fercore.datasets.csvfile import head_rows
from fercore.datasets.folder import is_side_file, may_be_picture
from fercore.datasets.lines import BLOCK, blocks
from fercore.datasets.trees import ZipTree
from fercore.datasets.votes import is_votes
from fercore.errors import DatasetError


class Form(Enum):
    """The forms of files that hold faces, or votes on faces; the value is for people."""

    TABLE = "table (CSV)"
    PARQUET = "table (parquet)"
    NPZ = "arrays (npz)"
    ZIP = "zip archive"
    VOTES = "FER+ votes"


DATA_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".parquet", ".npz", ".zip"})
"""Endings of files that promise a data set; their bytes decide."""

_ARCHIVES = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
)
_OTHERS = (
    (b"\x89PNG", "a single picture (PNG)"),
    (b"\xff\xd8\xff", "a single picture (JPEG)"),
    (b"GIF8", "a single picture (GIF)"),
    (b"%PDF", "a PDF document"),
    (b"\x89HDF", "an HDF5 file, such as a saved model"),
    (b"\x93NUMPY", "a single NumPy array without labels"),
    (b"\x80", "a Python pickle, which is not opened since it could run programs"),
)
_WANTED = (
    "Choose fer2013.csv or one of its relatives, a parquet or npz file, or a zip of a folder of "
    "pictures by emotion"
)


def recognise(stream: BinaryIO, title: str) -> Form:
    """The form of a file; the stream is at its beginning afterwards.

    Raises
    ------
    DatasetError
        If it is no data set; the text says what it seems to be and what to do.
    """
    stream.seek(0)
    head = stream.read(BLOCK)
    stream.seek(0)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        form = _kind_of_zip(ZipTree(stream, title), title)
        stream.seek(0)
        return form
    if head.startswith(b"PAR1"):
        return Form.PARQUET
    text = b"".join(blocks(io.BytesIO(head), len(head)))
    rows, _ = head_rows(text)
    if find_columns(rows) is not None:
        return Form.TABLE
    if is_votes(rows):
        return Form.VOTES
    raise DatasetError(_what_it_seems(head, text.decode("utf-8", "replace"), title))


def _kind_of_zip(tree: ZipTree, title: str) -> Form:
    names = tree.names
    if names and all(name.endswith(".npy") for name in names):
        picture_arrays(tree, title)
        return Form.NPZ
    if any(may_be_picture(name) or may_be_data(name) for name in names):
        return Form.ZIP
    inside = f"It holds {', '.join(names[:3])}" if names else "It is empty"
    raise DatasetError(
        f"{title} is a zip archive without pictures and without a table. {inside}. {_WANTED}."
    )


def may_be_data(name: str) -> bool:
    """Whether a file's name promises a data set; its bytes decide later."""
    return not is_side_file(name) and PurePosixPath(name).suffix.casefold() in DATA_SUFFIXES


def _what_it_seems(head: bytes, text: str, title: str) -> str:
    start = text[:2048].strip()
    if not start and len(head) < BLOCK:
        empty = f"{len(head)} bytes" if not head else "nothing but blanks"
        return f"{title} is empty ({empty}). The download may have failed: get it again."
    if re.match(r"<!doctype|<html|<\?xml|<head|<body", start, re.IGNORECASE):
        return (
            f"{title} is a web page, not a data set: probably an error or a login page was saved "
            "in its place. Download it again, logged in."
        )
    if start.startswith("version https://git-lfs"):
        size = re.search(r"size (\d+)", start)
        real = f" of {int(size[1][:15]):,} bytes" if size else ""
        return (
            f"{title} is a Git-LFS pointer: a note in place of the real file{real}. "
            "Fetch that one with: git lfs pull."
        )
    for signature, kind in _ARCHIVES:
        if head.startswith(signature):
            return f"{title} is {kind}. Unpack it, or pack its contents as a zip."
    for signature, kind in _OTHERS:
        if head.startswith(signature):
            return f"{title} is {kind}, not a data set. {_WANTED}."
    if b"\0" in head[:1024] or text[:1024].count("\ufffd") > 32:
        return f"{title} is a binary file of no known kind. {_WANTED}."
    if start.startswith(("{", "[")):
        return f"{title} seems to be JSON, and not a table of faces. {_WANTED}."
    return _which_text(start, title)


def _which_text(start: str, title: str) -> str:
    lines = start.splitlines()
    columns = _columns(lines[0])
    if len(columns) > 1:
        names = ", ".join(columns[:6]) + (", ..." if len(columns) > 6 else "")
        return (
            f"{title} is a table, but none of its columns ({names}) holds the pixels of faces. "
            f"{_WANTED}."
        )
    kind = "a path or a note" if len(lines) < 5 else "a text"
    return f"{title} holds {kind} ({lines[0][:60]!r}), not faces. {_WANTED}."


def _columns(line: str) -> list[str]:
    delimiter = max(",;\t", key=line.count)
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [cell.strip()[:30] for cell in cells]
