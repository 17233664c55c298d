"""Pictures in folders, one folder an emotion, in the many spellings of such trees."""

import re
from collections.abc import Iterable

import numpy as np

from fercore.datasets.found import Found, Progress
from fercore.datasets.spelling import emotion_of, split_of
from fercore.datasets.trees import Tree, read_picture
from fercore.errors import DatasetError, PictureError
from fercore.pictures import RULE, face_from_bytes

PICTURE_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm"}
)
"""Endings of files that promise a picture; their bytes decide."""

_SIDE_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_USAGE_PREFIX = re.compile(r"(Training|PublicTest|PrivateTest)_", re.IGNORECASE)
_FILES_BETWEEN_REPORTS = 250


def is_side_file(name: str) -> bool:
    """Whether a file is one that an operating system leaves beside others."""
    *folders, base = name.split("/")
    return base.startswith("._") or base.casefold() in _SIDE_FILES or "__MACOSX" in folders


def may_be_picture(name: str) -> bool:
    """Whether a file's name promises a picture; its bytes decide later."""
    return not is_side_file(name) and "." + name.rpartition(".")[2].casefold() in PICTURE_SUFFIXES


def has_labelled_pictures(tree: Tree) -> bool:
    """Whether some files promise to be pictures and lie in folders by emotion."""
    pictures = [name for name in tree.names if may_be_picture(name)]
    label_of = LabelFolders(pictures)
    return any(label_of.label(name) for name in pictures)


def read_pictures(tree: Tree, title: str, progress: Progress | None = None) -> Found:
    """Read every file of `tree` as a picture; the folders give label and split.

    The row of a picture is its position among all files, in sorted order.
    """
    found = Found(title, "a folder of pictures")
    label_of = LabelFolders(name for name in tree.names if not is_side_file(name))
    for row, name in enumerate(tree.names):
        if progress and row % _FILES_BETWEEN_REPORTS == 0:
            progress(row / len(tree.names), f"{row:,} of {len(tree.names):,} files read")
        if is_side_file(name):
            found.leave_out(row, name, "A side file of the operating system, not a picture.")
            continue
        try:
            face, info = face_from_bytes(read_picture(tree, name))
        except (PictureError, DatasetError) as error:
            found.leave_out(row, name, str(error))
            continue
        found.add(face[np.newaxis], [row], (info.width, info.height))
        found.labels.append(label_of.label(name))
        found.usages.append(usage_word(name))
        found.files.append(name)
    found.notes += [f"this folder could not be read: {folder}" for folder in tree.unreadable]
    if found.has_resized:
        found.notes.append(f"pictures other than 48 × 48 were {RULE}")
    return found


def usage_word(name: str) -> str:
    """The word that tells a picture's split: the prefix of its name, else one of its folders."""
    *folders, base = name.split("/")
    if prefix := _USAGE_PREFIX.match(base):
        return prefix[1]
    return next((word for word in reversed(folders) if split_of(word) is not None), "")


class LabelFolders:
    """Which folder of a path is the label.

    The deepest one that names an emotion. A folder beside such folders is a label of its own
    (``bored``). Where no folder names an emotion, one that is a number is the label.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._homes = {home for name in names for home in _emotion_homes(name)}

    def label(self, name: str) -> str:
        """The word or number that labels a picture; empty if there is none."""
        folders = name.split("/")[:-1]
        for depth in range(len(folders) - 1, -1, -1):
            if emotion_of(folders[depth]):
                return folders[depth]
        for depth in range(len(folders) - 1, -1, -1):
            beside_emotions = tuple(folders[:depth]) in self._homes
            if beside_emotions and split_of(folders[depth]) is None:
                return folders[depth]
            if not self._homes and re.fullmatch(r"[0-9]{1,2}", folders[depth]):
                return folders[depth]
        return ""


def _emotion_homes(name: str) -> Iterable[tuple[str, ...]]:
    """The folders that hold the emotion folders of this path."""
    folders = name.split("/")[:-1]
    return (tuple(folders[:i]) for i, word in enumerate(folders) if emotion_of(word))
