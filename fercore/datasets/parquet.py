"""Parquet tables with a column of pixels or of picture files, as Hugging Face keeps them."""

import base64
import json
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from fercore.datasets import digits
from fercore.datasets.cells import RowError, pixels_of
from fercore.datasets.columns import Columns, find_columns
from fercore.datasets.found import Found, Progress
from fercore.datasets.trees import MAX_UNPACKED
from fercore.errors import DatasetError, PictureError
from fercore.pictures import SIDE, face_from_array, face_from_bytes

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

_HEAD_ROWS = 20
_BATCH = 500
_ONLY_PIXELS = digits.Shape(delimiter=ord(","), columns=1, pixel_column=0, pixels=SIDE * SIDE)


def read_parquet(stream: BinaryIO, title: str, progress: Progress | None = None) -> Found | None:
    """Read a parquet table of faces; None if no column holds pixels or pictures.

    Raises
    ------
    DatasetError
        If the file is cut or damaged, or unpacks to more than is allowed.
    """
    import pyarrow as pa  # here: it takes a fifth of a second, and few need it
    from pyarrow.parquet import ParquetFile

    damaged = f"{title} is a parquet file that is cut or damaged. Get it again."
    try:
        file = ParquetFile(stream)
        _check_size(file, title)
        columns = _find_columns(file)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DatasetError(damaged) from error
    if columns is None:
        return None
    found = Found(title, f"a table (parquet), {columns.describe()}")
    found.number_names = _class_names(file, columns)
    rows, row = file.metadata.num_rows, 0
    try:
        for batch in file.iter_batches(_BATCH):
            _add_batch(found, columns, [column.to_pylist() for column in batch.columns], row)
            row += batch.num_rows
            if progress:
                progress(row / max(rows, 1), f"{row:,} of {rows:,} rows read")
    except (pa.ArrowException, OSError, ValueError) as error:
        if not row:
            raise DatasetError(damaged) from error
        for lost in range(row, rows):
            found.leave_out(lost, f"row {lost}", "the file is damaged in or before this row.")
    return found


def _check_size(file: "ParquetFile", title: str) -> None:
    metadata = file.metadata
    unpacked = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if unpacked > MAX_UNPACKED:
        raise DatasetError(
            f"{title} would unpack to {unpacked >> 20:,} MB; at most {MAX_UNPACKED >> 20:,} MB are "
            "allowed."
        )


def _find_columns(file: "ParquetFile") -> Columns | None:
    head = next(file.iter_batches(_HEAD_ROWS), None)
    rows = (
        [] if head is None else zip(*(column.to_pylist() for column in head.columns), strict=True)
    )
    names = [name or " " for name in file.schema_arrow.names]
    return find_columns([names, *([_as_text(value) for value in row] for row in rows)])


def _as_text(value: Any) -> str:
    """A value as the cell of a text table would have it, for recognising its column."""
    if (data := _picture(value)) is not None:
        return base64.b64encode(data[:48]).decode()
    if isinstance(value, list):
        return " ".join(map(str, np.ravel(value).tolist())) if _is_even(value) else ""
    return "" if value is None else str(value)


def _picture(value: Any) -> bytes | None:
    """The picture file in a value, alone or as ``{"bytes": ..., "path": ...}``."""
    data = value.get("bytes") if isinstance(value, dict) else value
    return data if isinstance(data, bytes) else None


def _is_even(value: list[Any]) -> bool:
    """Whether nested lists make a proper array of numbers."""
    try:
        return np.asarray(value).dtype.kind in "iu"
    except ValueError:
        return False


def _class_names(file: "ParquetFile", columns: Columns) -> dict[int, str] | None:
    """The names of the label numbers that Hugging Face's metadata hold, if any."""
    metadata = (file.schema_arrow.metadata or {}).get(b"huggingface")
    if metadata is None or columns.label is None:
        return None
    try:
        feature = json.loads(metadata)["info"]["features"][columns.names[columns.label]]
        return {number: str(name) for number, name in enumerate(feature["names"])}
    except (ValueError, KeyError, TypeError):
        return None


def _add_batch(found: Found, columns: Columns, values: list[list[Any]], row: int) -> None:
    cells = values[columns.pixels]
    kept = list(range(len(cells)))
    images = _parse_text(cells) if columns.side == SIDE else None
    if images is not None:
        found.add(images, np.arange(row, row + len(cells)))
    else:
        kept = [i for i, cell in enumerate(cells) if _add_one(found, cell, columns.side, row + i)]
    for column, target in (
        (columns.label, found.labels),
        (columns.words, found.words),
        (columns.usage, found.usages),
    ):
        if column is not None:
            texts = values[column]
            target += ["" if texts[i] is None else str(texts[i]).strip() for i in kept]


def _parse_text(cells: list[Any]) -> npt.NDArray[np.uint8] | None:
    """The faces (k, 48, 48) of cells that are all pixels in good order, or None."""
    if not all(isinstance(cell, str) for cell in cells):
        return None
    parsed = digits.parse_block("".join(f"{cell}\n" for cell in cells).encode(), _ONLY_PIXELS)
    if parsed is None or len(parsed.pixels) != len(cells):
        return None
    return parsed.pixels.reshape(-1, SIDE, SIDE)


def _add_one(found: Found, cell: Any, side: int, row: int) -> bool:
    """Add the face of one cell, or note why it is none; whether it was added."""
    try:
        data = _picture(cell)
        if data is not None:
            face, info = face_from_bytes(data)
            size = (info.width, info.height)
        elif side:
            face, size = face_from_array(pixels_of(_as_text(cell), side)), (side, side)
        else:
            raise RowError("the picture is missing.")
    except (RowError, PictureError) as error:
        found.leave_out(row, f"row {row}", str(error))
        return False
    found.add(face[np.newaxis], [row], size)
    return True
