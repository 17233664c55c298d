"""What a reader finds in a file or folder, row by row, before labels are given a meaning."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt

from fercore.datasets.faceset import FaceSet, LeftOut
from fercore.datasets.labels import read_labels
from fercore.datasets.orders import published_part
from fercore.datasets.spelling import encode_splits
from fercore.errors import DatasetError
from fercore.pictures import SIDE

Progress = Callable[[float, str], None]
"""Called with the share of the work that is done, 0 to 1, and a few words for people."""

MAX_LEFT_OUT = 100_000
"""With more rows than this that are no faces, a file is refused as a whole."""

_FIRST_ROOM = 4096


@dataclass
class Found:
    """Faces and the cells beside them, as they come.

    The lists have one entry a face, or none at all where the form has no such column: `labels`
    (numbers or words), `words` (a second column that names the numbers), `usages`, `files` (paths
    within a folder). `published`: the columns are those of a published FER2013 file.
    `number_names`: names that the file itself gives to its label numbers.
    """

    title: str
    what: str = ""
    published: bool = False
    number_names: dict[int, str] | None = None
    labels: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    usages: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    persons: npt.NDArray[np.int16] | None = None
    notes: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    number: int = 0
    _images: npt.NDArray[np.uint8] = field(
        default_factory=lambda: np.empty((_FIRST_ROOM, SIDE, SIDE), np.uint8)
    )
    _rows: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(_FIRST_ROOM, np.int64))
    _sizes: list[tuple[int, tuple[int, int]]] = field(default_factory=list)

    def add(
        self,
        images: npt.NDArray[np.uint8],
        rows: Sequence[int] | npt.NDArray[np.int64],
        size: tuple[int, int] = (SIDE, SIDE),
    ) -> None:
        """Add faces (k, 48, 48) of these rows, made from pictures of `size` (width, height)."""
        end = self.number + len(images)
        while end > len(self._rows):
            self._images = _doubled(self._images)
            self._rows = _doubled(self._rows)
        self._images[self.number : end] = images
        self._rows[self.number : end] = rows
        if size != (SIDE, SIDE):
            self._sizes += [(position, size) for position in range(self.number, end)]
        self.number = end

    @property
    def has_resized(self) -> bool:
        """Whether any face was made from a picture of another size."""
        return bool(self._sizes)

    def leave_out(self, row: int, where: str, reason: str) -> None:
        """Note a row that is no face.

        Raises
        ------
        DatasetError
            If these have become more than `MAX_LEFT_OUT`.
        """
        self.left_out.append(LeftOut(row, _shown(where), reason))
        if len(self.left_out) > MAX_LEFT_OUT:
            raise DatasetError(
                f"More than {MAX_LEFT_OUT:,} rows of {self.title} are no faces. The first "
                f"({self.left_out[0].where}): {self.left_out[0].reason}"
            )

    def face_set(self) -> FaceSet:
        """Give the labels and splits their meaning.

        Raises
        ------
        DatasetError
            If nothing was loaded, or the label column does not hold emotions.
        """
        if not self.number:
            raise DatasetError(self._nothing())
        labels = read_labels(
            self.labels, self.words, self.number, self.published, self.number_names
        )
        splits, split_notes = encode_splits(self.usages, self.number)
        keep = labels.keep
        if keep is None or keep.all():
            keep = np.ones(self.number, dtype=bool)
        rows = self._rows[: self.number]
        for position, reason in labels.refused.items():
            row = int(rows[position])
            where = self.files[position] if self.files else f"row {row}"
            self.leave_out(row, where, reason)
        if not keep.any():
            raise DatasetError(self._nothing())
        form = "; ".join([self.what, labels.note, *split_notes, *self.notes]) + "."
        return FaceSet(
            name=self.title,
            title=self.title,
            origin=_origin(labels.codes),
            form=form[0].upper() + form[1:],
            images=_only(self._images[: self.number], keep),
            labels=labels.codes,
            splits=_only(splits, keep),
            rows=_only(rows, keep),
            persons=None if self.persons is None else _only(self.persons, keep),
            emotions=labels.emotions,
            left_out=tuple(sorted(self.left_out)),
            sizes=self._original_sizes(keep),
            label_ids=labels.ids,
            mapping=labels.mapping,
            needs_mapping=labels.needs_mapping,
            files=tuple(_shown(file) for file in compress(self.files, keep)) or None,
        )

    def _original_sizes(self, keep: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32] | None:
        if not self._sizes:
            return None
        sizes = np.full((self.number, 2), SIDE, dtype=np.int32)
        for position, size in self._sizes:
            sizes[position] = size
        return sizes[keep]

    def _nothing(self) -> str:
        if not self.left_out:
            return (
                f"{self.title} has no rows: it is {'; '.join([self.what, *self.notes])}, without a "
                "single face. Choose one that has some."
            )
        first = min(self.left_out)
        return (
            f"None of the {len(self.left_out):,} rows of {self.title} is a face that can be "
            f"loaded. The first ({first.where}): {first.reason}"
        )


def _shown(path: str) -> str:
    """A path as text for people: bytes of its name that are no letters become ``?``."""
    return path.encode("utf-8", "replace").decode()


def _origin(codes: npt.NDArray[np.int8]) -> str:
    part = published_part(codes)
    if part is None:
        return "A file of your own; nothing more is known of it."
    return (
        f"By its label counts {part} (Goodfellow et al. 2013): faces gathered by image search, "
        "without a clear licence."
    )


def _doubled(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    longer = np.empty((2 * len(array), *array.shape[1:]), array.dtype)
    longer[: len(array)] = array
    return longer


def _only(array: npt.NDArray[Any], keep: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
    """The entries to keep; without a copy where that is all of them."""
    return array if keep.all() else array[keep]
