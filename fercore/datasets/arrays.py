"""NumPy archives: pictures and labels as arrays, under the names that people give them."""

import math
import re
from collections.abc import Mapping
from itertools import compress
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from fercore.datasets.found import Found, Progress
from fercore.datasets.spelling import split_of
from fercore.datasets.trees import READ_ERRORS, ZipTree
from fercore.emotions import SPLITS
from fercore.errors import DatasetError
from fercore.pictures import MIN_SIDE, SIDE, face_from_array

_LABEL_NAMES = ("y", "label", "labels", "emotion", "emotions", "target", "targets", "classes")
_SPLIT_NAMES = ("usage", "split", "splits")
_PERSON_NAMES = ("person", "persons")
_BLOCK = 1024
_MOST_ARRAYS = 50

Arrays = Mapping[str, npt.NDArray[Any]]


def read_npz(stream: BinaryIO, title: str, progress: Progress | None = None) -> Found:
    """Read an npz of pictures, (n, h, w), (n, h, w, 3), (n, h, w, 1) or (n, pixels), and labels.

    Arrays belong together by the ending of their names: ``x_train`` and ``y_train``, or ``X``,
    ``y`` and ``usage``. Fractions from 0 to 1 are taken times 255. Nothing is unpickled.

    Raises
    ------
    DatasetError
        If no array holds pictures, or the archive is damaged or holds Python objects.
    """
    tree = ZipTree(stream, title)
    pictures = picture_arrays(tree, title)
    arrays = {_name(file): _array(tree, file, title) for file in tree.names[:_MOST_ARRAYS]}
    found = Found(title, f"arrays (npz) {', '.join(arrays)}")
    for name in pictures:
        _add(found, arrays, name, progress)
    if len(pictures) > 1:  # numbers of persons in several arrays may mean different people
        found.persons = None
    if not any(found.labels):
        found.labels = []
    if not any(found.usages):
        found.usages = []
    return found


def picture_arrays(tree: ZipTree, title: str) -> list[str]:
    """The names of those arrays that hold pictures, by their headers alone.

    Raises
    ------
    DatasetError
        If none does, or a header is damaged.
    """
    headers = {_name(file): _header(tree, file, title) for file in tree.names[:_MOST_ARRAYS]}
    found = [name for name, (shape, kind) in headers.items() if kind in "uifb" and _size(shape)]
    if not found:
        shapes = ", ".join(f"{name} {shape}" for name, (shape, _) in list(headers.items())[:6])
        raise DatasetError(
            f"{title} holds arrays, but no pictures: {shapes}. An array of shape (n, 48, 48) is "
            "needed, such as X beside y and usage."
        )
    return found


def _name(file: str) -> str:
    return file.removesuffix(".npy")


def _header(tree: ZipTree, file: str, title: str) -> tuple[tuple[int, ...], str]:
    """Shape and kind of an array that may be read."""
    try:
        with tree.open(file) as stream:
            version = np.lib.format.read_magic(stream)
            read = np.lib.format.read_array_header_1_0
            if version != (1, 0):
                read = np.lib.format.read_array_header_2_0
            shape, _, dtype = read(stream)
    except Exception as error:  # NumPy parses the header as Python: damaged, it raises anything
        raise _unreadable(file, title, str(error)) from error
    if dtype.hasobject:
        raise _unreadable(file, title, "it holds Python objects, which could run programs")
    if math.prod(shape) * dtype.itemsize > tree.size(file):  # before memory is taken for it
        raise _unreadable(file, title, "it is cut")
    return shape, dtype.kind


def _array(tree: ZipTree, file: str, title: str) -> npt.NDArray[Any]:
    _header(tree, file, title)
    try:
        with tree.open(file) as stream:
            return np.lib.format.read_array(stream, allow_pickle=False)
    except READ_ERRORS as error:
        raise _unreadable(file, title, str(error)) from error


def _unreadable(file: str, title: str, reason: str) -> DatasetError:
    return DatasetError(
        f"The array {file} of {title} cannot be read: {reason.rstrip('.')}. "
        "Save it anew with numpy.savez."
    )


def _size(shape: tuple[int, ...]) -> tuple[int, int, int] | None:
    """Height, width and number of colours of the pictures in an array of this shape, or None."""
    if len(shape) == 2:
        side = math.isqrt(shape[1])
        return (side, side, 1) if side >= MIN_SIDE and side * side == shape[1] else None
    if len(shape) == 4 and shape[1] == 1:
        shape = (shape[0], *shape[2:])
    if len(shape) not in (3, 4) or min(shape[1:3]) < MIN_SIDE:
        return None
    depth = shape[3] if len(shape) == 4 else 1
    return (shape[1], shape[2], depth) if depth in (1, 3) else None


def _add(found: Found, arrays: Arrays, name: str, progress: Progress | None) -> None:
    """Add the pictures of one array, with the labels and splits that belong to it."""
    pictures = arrays[name]
    number = len(pictures)
    ending = (re.search(r"_[A-Za-z]+$", name) or [""])[0]
    start = found.number + len(found.left_out)
    is_fraction = pictures.dtype.kind == "f" and np.nanmax(pictures, initial=0) <= 1
    fine = np.zeros(number, dtype=bool)
    for begin in range(0, number, _BLOCK):
        if progress:
            progress(begin / number, f"{begin:,} of {number:,} pictures of {name} read")
        block = pictures[begin : begin + _BLOCK]
        values, fine[begin : begin + _BLOCK] = _as_bytes(block, 255.0 if is_fraction else 1.0)
        _add_block(found, values, fine[begin : begin + _BLOCK], start + begin, name)
    labels = _label_cells(_beside(arrays, _LABEL_NAMES, ending, number), number)
    found.labels += compress(labels, fine)
    usages = _usage_cells(_beside(arrays, _SPLIT_NAMES, ending, number), number, ending)
    found.usages += compress(usages, fine)
    persons = _beside(arrays, _PERSON_NAMES, ending, number)
    if persons is not None and persons.dtype.kind in "iu":
        found.persons = persons.ravel()[fine].astype(np.int16)


def _as_bytes(
    values: npt.NDArray[Any], times: float
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """Pixels times a factor, rounded to uint8, and which pictures have none outside 0 to 255."""
    if values.dtype == np.uint8:
        return values, np.ones(len(values), dtype=bool)
    numbers = values.astype(np.float64) * times
    inside = (numbers >= 0) & (numbers <= 255)  # false for NaN
    fine = np.asarray(inside.reshape(len(values), -1).all(axis=1))
    return np.rint(np.where(inside, numbers, 0)).astype(np.uint8), fine


def _add_block(
    found: Found,
    values: npt.NDArray[np.uint8],
    fine: npt.NDArray[np.bool_],
    start: int,
    name: str,
) -> None:
    """Add those of some pictures that are fine; `start` is the row of the first."""
    height, width, depth = _size(values.shape) or (SIDE, SIDE, 1)
    faces = values[fine].reshape(-1, height, width, *([3] if depth == 3 else []))
    if faces.shape[1:] != (SIDE, SIDE):
        small = [face_from_array(face) for face in faces]
        faces = np.stack(small) if small else np.empty((0, SIDE, SIDE), np.uint8)
    found.add(faces, start + np.flatnonzero(fine), (width, height))
    for position in np.flatnonzero(~fine).tolist():
        reason = "it has values that are not from 0 to 255."
        found.leave_out(start + position, f"{name}, row {start + position}", reason)


def _beside(
    arrays: Arrays, names: tuple[str, ...], ending: str, number: int
) -> npt.NDArray[Any] | None:
    """The array of one of these names (with the ending of the pictures') and this length."""
    for name, array in arrays.items():
        stem = name.casefold().removesuffix(ending.casefold())
        has_ending = name.casefold().endswith(ending.casefold())
        if stem in names and has_ending and array.ndim in (1, 2) and len(array) == number:
            return array
    return None


def _label_cells(array: npt.NDArray[Any] | None, number: int) -> list[str]:
    """Labels as text: numbers, words, or the place of the 1 in rows of 0 and 1 (one-hot)."""
    if array is None:
        return [""] * number
    if array.ndim == 2:
        array = array[:, 0] if array.shape[1] == 1 else array.argmax(axis=1)
    return [
        cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
        for cell in array.tolist()
    ]


def _usage_cells(array: npt.NDArray[Any] | None, number: int, ending: str) -> list[str]:
    """Names of splits: of the numbers 0 to 2, as they are, or by the ending (``_train``)."""
    if array is None:
        word = ending.lstrip("_")
        return [word if split_of(word) is not None else ""] * number
    names = dict(enumerate(SPLITS))
    return [
        names.get(cell, "") if isinstance(cell, int) else str(cell)
        for cell in array.ravel()[:number].tolist()
    ]
