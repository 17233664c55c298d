"""A set of faces: pictures, labels and splits, and where each of them came from."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fercore.datasets.orders import apply_mapping
from fercore.datasets.spelling import label_name
from fercore.emotions import EMOTIONS, SPLITS, UNKNOWN
from fercore.errors import DatasetError, FaceError

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN_NAME = "Unknown"


class LeftOut(NamedTuple):
    """A row or file that was not loaded.

    ``row`` counts as :attr:`FaceSet.rows` does; ``where`` is the line or the file's name in the
    folder; ``reason`` is one sentence for people.
    """

    row: int
    where: str
    reason: str


@dataclass(frozen=True, eq=False)
class FaceSet:
    """Faces in the order of their file; every array is read-only and has one entry a face.

    Attributes
    ----------
    name, title : str
        A short slug, and the same for people.
    origin, form : str
        One sentence each: where the faces come from; what was recognised and how.
    images : uint8 array (n, 48, 48)
        Grey values, 0 black to 255 white.
    labels : int8 array (n,)
        Position in `emotions`, -1 where unknown.
    splits : int8 array (n,)
        Position in :data:`fercore.emotions.SPLITS`, -1 where unknown.
    rows : int64 array (n,)
        Row in the original file counted from 0, ascending (in a folder: position in the sorted
        list of all its files). A link to a face carries this number.
    persons : int16 array (n,) or None
        Who is shown, where that is known.
    votes : uint8 array (n, 10) or None
        FER+ votes in the order of :data:`fercore.datasets.votes.VOTE_NAMES`.
    emotions : tuple of str
        Label names: the seven of FER2013 first, others (``Contempt``) after them.
    left_out : tuple of LeftOut
        Everything that was in the file and was not loaded.
    sizes : int32 array (n, 2) or None
        Width and height of the original pictures, where pictures were converted.
    label_ids : int16 array (n,) or None
        The labels as numbers of the file, where it has numbers.
    mapping : dict of int to str, or None
        What each of those numbers was taken for.
    needs_mapping : bool
        True where nothing in the file proves `mapping`, so that a person has to look at it.
    files : tuple of str, or None
        Path of each picture within its folder or archive.
    """

    name: str
    title: str
    origin: str
    form: str
    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int8]
    splits: npt.NDArray[np.int8]
    rows: npt.NDArray[np.int64]
    persons: npt.NDArray[np.int16] | None = None
    votes: npt.NDArray[np.uint8] | None = None
    emotions: tuple[str, ...] = EMOTIONS
    left_out: tuple[LeftOut, ...] = ()
    sizes: npt.NDArray[np.int32] | None = None
    label_ids: npt.NDArray[np.int16] | None = None
    mapping: Mapping[int, str] | None = None
    needs_mapping: bool = False
    files: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for array in self._arrays():
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.images)

    def _arrays(self) -> list[npt.NDArray[np.generic]]:
        return [value for value in vars(self).values() if isinstance(value, np.ndarray)]

    @property
    def label_order(self) -> tuple[str, ...]:
        """The names of the file's label numbers, by ascending number; empty without numbers."""
        return tuple(name for _, name in sorted((self.mapping or {}).items()))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over pictures, labels and splits: equal sets have equal digests."""
        digest = hashlib.sha256()
        for array in (self.images, self.labels, self.splits):
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    def position(self, row: int) -> int:
        """Position of the face that stands in `row` of the original file.

        Raises
        ------
        FaceError
            If the file has no such row, or it was not loaded; the text says which and why.
        """
        at = int(np.searchsorted(self.rows, row))
        if at < len(self.rows) and self.rows[at] == row:
            return at
        for left in self.left_out:
            if left.row == row:
                raise FaceError(
                    f"Face {row} of {self.title} was not loaded ({left.where}): {left.reason}"
                )
        first, last = (int(self.rows[0]), int(self.rows[-1])) if len(self) else (0, 0)
        raise FaceError(
            f"{self.title} has no face {row}. Its faces carry numbers from {first} to {last}; "
            "choose one of them."
        )

    def where(
        self, emotion: str | int | None = None, split: str | int | None = None
    ) -> npt.NDArray[np.intp]:
        """Positions of the faces of one emotion and one split; None takes all of them.

        Raises
        ------
        FaceError
            If there is no such emotion or split; the text lists those that exist.
        """
        chosen = np.ones(len(self), dtype=bool)
        if emotion is not None:
            chosen &= self.labels == _code(emotion, self.emotions, "emotion")
        if split is not None:
            chosen &= self.splits == _code(split, SPLITS, "split")
        return np.flatnonzero(chosen)

    def counts(self) -> "pd.DataFrame":
        """Faces by emotion (rows) and split (columns: those present, then ``all``)."""
        import pandas as pd  # here: the first page must not wait for it

        emotions = [*self.emotions, *([UNKNOWN_NAME] if (self.labels == UNKNOWN).any() else [])]
        table = np.zeros((len(self.emotions) + 1, len(SPLITS) + 1), dtype=np.int64)
        np.add.at(table, (self.labels, self.splits), 1)  # -1 falls into the last row or column
        splits = [*SPLITS, UNKNOWN_NAME]
        present = np.flatnonzero(table.any(axis=0))
        frame = pd.DataFrame(
            table[: len(emotions), present],
            index=emotions,
            columns=[splits[i] for i in present],
        )
        return frame.assign(all=frame.sum(axis=1))

    def without(self, rows: Iterable[int]) -> "FaceSet":
        """The set less the faces in these rows of the file; the others keep their numbers."""
        keep = ~np.isin(self.rows, np.fromiter(rows, dtype=np.int64))
        return self if keep.all() else self._taken(keep)

    def _taken(self, keep: npt.NDArray[np.bool_]) -> "FaceSet":
        kept: dict[str, Any] = {
            name: value[keep] for name, value in vars(self).items() if isinstance(value, np.ndarray)
        }
        if self.files:
            kept["files"] = tuple(compress(self.files, keep))
        return replace(self, **kept)

    def remap(self, mapping: Mapping[int, str]) -> "FaceSet":
        """The set with the file's label numbers read by another mapping.

        Parameters
        ----------
        mapping : dict of int to str
            Emotion name of each number in `label_ids`; an empty name makes it unknown. Names
            that are not FER2013's become labels of their own.

        Raises
        ------
        DatasetError
            If the file has no label numbers, or one of them is missing from `mapping`.
        """
        if self.label_ids is None:
            raise DatasetError(
                f"{self.title} names its emotions in words; there are no numbers to assign."
            )
        names = {number: label_name(name) for number, name in mapping.items()}
        labels, emotions = apply_mapping(self.label_ids, names)
        return replace(self, labels=labels, emotions=emotions, mapping=names, needs_mapping=False)


def _code(value: str | int, names: tuple[str, ...], what: str) -> int:
    """The code of a name given in any case, or of a code; -1 and ``Unknown`` stand for unknown."""
    if isinstance(value, str):
        wanted = value.casefold()
        for code, name in enumerate(names):
            if name.casefold() == wanted:
                return code
        if wanted == UNKNOWN_NAME.casefold():
            return UNKNOWN
    elif UNKNOWN <= value < len(names):
        return int(value)
    raise FaceError(
        f"There is no {what} {value!r}. Choose one of {', '.join(names)} or {UNKNOWN_NAME}."
    )
