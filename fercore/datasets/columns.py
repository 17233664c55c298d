"""Which column of a table holds what: the cells decide, and the header where they leave it open."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from fercore.datasets.cells import count_pixels, holds_picture
from fercore.datasets.spelling import emotion_of, split_of
from fercore.pictures import MIN_SIDE, SIDE

_LABEL_NAMES = {"emotion", "label", "labels", "class", "target", "expression", "y", "emotionlabel"}
_SPLIT_NAMES = {"usage", "split", "subset", "set", "partition"}
_PIXEL_NAMES = {"pixels", "pixel"}
_PUBLISHED_NAMES = {"emotion", "pixels", "usage"}


@dataclass(frozen=True)
class Columns:
    """Positions of the columns that matter, None where a table lacks one.

    ``label`` holds numbers or words; ``words`` is a second column that names the numbers.
    ``side`` is the side of the square that the pixels make, 0 where a cell holds a picture file.
    """

    names: tuple[str, ...]
    has_header: bool
    pixels: int
    side: int
    label: int | None
    words: int | None
    usage: int | None

    @property
    def published(self) -> bool:
        """Whether these are the columns of a published FER2013 file, the labels in numbers."""
        return self.has_header and {plain(name) for name in self.names} <= _PUBLISHED_NAMES

    def describe(self) -> str:
        """The columns for people, as they were recognised."""
        used = [i for i in (self.label, self.words, self.usage, self.pixels) if i is not None]
        ignored = [name.strip() for i, name in enumerate(self.names) if i not in used]
        text = ", ".join(self.names[i].strip() for i in sorted(used))
        head = (
            f"columns {text}" if self.has_header else "no header, columns known by what they hold"
        )
        return head + (f" (not used: {', '.join(ignored[:5])})" if ignored else "")


def find_columns(rows: Sequence[Sequence[str]]) -> Columns | None:
    """Find the columns from the first rows of a table, a header among them or not.

    None if no column holds pixels or pictures, nor is called so: then it is no table of faces.
    """
    if not rows or not rows[0]:
        return None
    has_header = not any(_is_face(cell) for cell in rows[0])
    data = rows[1:] if has_header else rows
    width = len(rows[0]) if has_header else Counter(map(len, data)).most_common(1)[0][0]
    names = tuple(rows[0]) if has_header else tuple(f"column {i + 1}" for i in range(width))
    found = _pixel_column(data) or _named_pixel_column(names)
    if found is None or found[0] >= width:
        return None
    return _other_columns(names, has_header, data, *found)


def _other_columns(
    names: tuple[str, ...],
    has_header: bool,
    data: Sequence[Sequence[str]],
    pixels: int,
    side: int,
) -> Columns:
    others = [i for i in range(len(names)) if i != pixels]
    cells = {i: [row[i].strip() for row in data if i < len(row)] for i in others}
    called = [plain(name) for name in names]

    def first(test: Callable[[int], bool], *taken: int | None) -> int | None:
        return next((i for i in others if i not in taken and test(i)), None)

    usage = first(lambda i: called[i] in _SPLIT_NAMES)
    if usage is None:
        usage = first(lambda i: _mostly(split_of, cells[i]))
    label = first(lambda i: called[i] in _LABEL_NAMES, usage)
    if label is None and not has_header:
        label = first(lambda i: _mostly(_small_number, cells[i]), usage)
    words = None
    if label is None or not _mostly(emotion_of, cells[label]):
        words = first(lambda i: _mostly(emotion_of, cells[i]), usage, label)
    if label is None:
        label, words = words, None
    return Columns(names, has_header, pixels, side, label, words, usage)


def _is_face(cell: str) -> bool:
    return count_pixels(cell) >= MIN_SIDE**2 or holds_picture(cell)


def _pixel_column(rows: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """The column with most faces in it, and the side of their square (0 for picture files).

    A column of numbers that never make a square is taken for broken faces of the usual side.
    """
    votes: Counter[tuple[int, int]] = Counter()
    for row in rows:
        for column, cell in enumerate(row):
            if (count := count_pixels(cell)) >= MIN_SIDE**2:
                side = math.isqrt(count)
                votes[column, side if side * side == count else -1] += 1
            elif holds_picture(cell):
                votes[column, 0] += 1
    squares = [key for key, _ in votes.most_common() if key[1] >= 0]
    if squares:
        return squares[0]
    return (next(iter(votes))[0], SIDE) if votes else None


def _named_pixel_column(names: Iterable[str]) -> tuple[int, int] | None:
    return next(((i, SIDE) for i, name in enumerate(names) if plain(name) in _PIXEL_NAMES), None)


def plain(name: str) -> str:
    """A column's name in small letters and nothing else (``" Usage"`` becomes ``"usage"``)."""
    return re.sub(r"[^a-z]", "", name.casefold())


def _small_number(cell: str) -> int | None:
    return int(cell) if re.fullmatch(r"[0-9]{1,2}", cell) else None


def _mostly(meaning: Callable[[str], object | None], cells: Iterable[str]) -> bool:
    """Whether more than half of the filled cells have a meaning."""
    filled = [meaning(cell) is not None for cell in cells if cell]
    return sum(filled) * 2 > len(filled)
