r"""The bytes of a text file as blocks of whole lines, whatever its line ends and encoding."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from fercore.datasets.found import Progress

BLOCK = 1 << 18
"""Bytes read at a time: few enough for the processor's cache, enough for NumPy."""

LONGEST_LINE = 1 << 24
"""Of a longer line only this much is handed on, so that memory stays bounded."""

_BYTES_BETWEEN_REPORTS = 1 << 23


def blocks(stream: BinaryIO, size: int, progress: Progress | None = None) -> Iterator[bytes]:
    r"""Yield blocks of whole lines, each line with its ``\n``; the file's last may lack it.

    UTF-16 (known by its mark) becomes UTF-8, a byte order mark is dropped, and where the first
    block has ``\r`` but no ``\n``, ``\r`` ends a line.
    """
    carry, skipping = b"", False
    for piece in _unix_lines(_utf8(_pieces(stream, size, progress))):
        if skipping:
            piece = piece[piece.find(b"\n") + 1 or len(piece) :]
            skipping = not piece
        text = carry + piece
        end = text.rfind(b"\n") + 1
        if end:
            yield text[:end]
        carry = text[end:]
        if len(carry) > LONGEST_LINE:
            yield carry[:LONGEST_LINE] + b"\n"
            carry, skipping = b"", True
    if carry:
        yield carry


def _pieces(stream: BinaryIO, size: int, progress: Progress | None) -> Iterator[bytes]:
    done = reported = 0
    while piece := stream.read(BLOCK):
        done += len(piece)
        if progress and done - reported >= _BYTES_BETWEEN_REPORTS:
            progress(min(done / max(size, 1), 1.0), f"{done >> 20} of {size >> 20} MB read")
            reported = done
        yield piece


def _utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    first = next(pieces, b"")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
        yield decoder.decode(first).encode("utf-8", "replace")
        for piece in pieces:
            yield decoder.decode(piece).encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")
    else:
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from pieces


def _unix_lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    first = next(pieces, b"")
    if b"\r" in first and b"\n" not in first:
        yield first.replace(b"\r", b"\n")
        for piece in pieces:
            yield piece.replace(b"\r", b"\n")
    else:
        yield first
        yield from pieces
