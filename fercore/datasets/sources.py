"""The data sets that a visitor may choose: the sample, and what lies in the data folder."""

import hashlib
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from fercore.datasets.folder import may_be_picture
from fercore.datasets.recognise import Form, may_be_data, recognise
from fercore.datasets.sample import SAMPLE_TITLE
from fercore.datasets.spelling import emotion_of, split_of
from fercore.errors import DatasetError

SAMPLE_ID = "sample"
FOLDER_KIND = "folder of pictures"

_DEPTH = 3  # data/archive/images/fer2013.csv
_MOST_ENTRIES = 500


class Source(NamedTuple):
    """A data set on offer.

    ``id`` stands in addresses: the path within the data folder, simplified (where two paths
    become the same, with a digest behind). ``kind`` says what was recognised; ``path`` is None
    for the sample.
    """

    id: str
    title: str
    kind: str
    path: Path | None


class Remark(NamedTuple):
    """A file of the data folder that is not offered, and one sentence on why."""

    title: str
    sentence: str


def data_folder() -> Path:
    """The folder named by ``FERCORE_DATA``, else ``data`` in the working directory.

    Raises
    ------
    DatasetError
        If ``FERCORE_DATA`` names a folder that does not exist or cannot be read.
    """
    named = os.environ.get("FERCORE_DATA")
    folder = Path(named or "data")
    if named and not (folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)):
        raise DatasetError(
            f"The data folder {named} (from FERCORE_DATA) does not exist or cannot be read. Create "
            "it or correct FERCORE_DATA; until then there is the built-in sample."
        )
    return folder


def sources(data_dir: Path | str | None = None) -> list[Source]:
    """The sample, then every data set recognised in the data folder, by heads alone.

    A folder that is missing or cannot be read adds nothing here; :func:`data_folder` says so.
    """
    entries = [entry for entry in _entries(data_dir) if entry.kind not in (None, Form.VOTES.value)]
    slugs = [slug(entry.title) for entry in entries]
    offered = [Source(SAMPLE_ID, SAMPLE_TITLE, "sample", None)]
    for entry, id_ in zip(entries, slugs, strict=True):
        if slugs.count(id_) > 1 or id_ == SAMPLE_ID:
            id_ += "-" + hashlib.sha256(entry.title.encode("utf-8", "replace")).hexdigest()[:6]
        offered.append(Source(id_, entry.title, entry.kind or "", entry.path))
    return offered


def remarks(data_dir: Path | str | None = None) -> list[Remark]:
    """The files of the data folder that look like data sets and are none, with the reason."""
    return [Remark(entry.title, entry.refusal) for entry in _entries(data_dir) if entry.refusal]


def votes_files(data_dir: Path | str | None = None) -> list[Path]:
    """The files of the data folder that hold FER+ votes."""
    return [entry.path for entry in _entries(data_dir) if entry.kind == Form.VOTES.value]


def slug(title: str) -> str:
    """A short name for addresses, of letters, digits, dots and dashes."""
    return re.sub(r"[^a-z0-9.]+", "-", title.casefold()).strip("-.") or "data"


class _Entry(NamedTuple):
    path: Path
    title: str
    kind: str | None
    refusal: str = ""


def _entries(data_dir: Path | str | None) -> list[_Entry]:
    try:
        root = data_folder() if data_dir is None else Path(data_dir)
    except DatasetError:
        return []
    if not root.is_dir():
        return []
    return list(islice(_scan(root, root, 0), _MOST_ENTRIES))


def _scan(folder: Path, root: Path, depth: int) -> Iterator[_Entry]:
    """What is recognised in a folder and below it; a folder of pictures is not entered."""
    children = _children(folder)
    title = folder.relative_to(root).as_posix() if depth else root.resolve().name
    if _is_of_pictures(children, is_root=depth == 0):
        yield _Entry(folder, title, FOLDER_KIND)
        children = [] if depth else [child for child in children if child.is_file()]
    for child in children:
        if child.is_file():
            yield from _recognised(child, child.relative_to(root).as_posix())
        elif child.is_dir() and depth < _DEPTH:
            yield from _scan(child, root, depth + 1)


def _children(folder: Path) -> list[Path]:
    """The first entries of a folder, sorted, without hidden ones and a Mac's side files."""
    try:
        children = list(islice(folder.iterdir(), _MOST_ENTRIES))
    except OSError:
        return []
    return sorted(child for child in children if not child.name.startswith((".", "__MACOSX")))


def _is_of_pictures(children: list[Path], is_root: bool) -> bool:
    """Whether a folder is a data set of pictures: by emotion, by split, or pictures alone.

    The data folder itself is one only by its sub-folders: a stray picture does not make it so.
    """
    for child in children:
        is_class = emotion_of(child.name) or re.fullmatch(r"[0-9]{1,2}", child.name)
        is_part = is_class or split_of(child.name) is not None
        if is_part and child.is_dir() and _holds_picture(child, _DEPTH):
            return True
    names = [child.name for child in children]
    return not is_root and any(map(may_be_picture, names)) and not any(map(may_be_data, names))


def _holds_picture(folder: Path, depth: int) -> bool:
    children = _children(folder)
    if any(may_be_picture(child.name) for child in children):
        return True
    return depth > 0 and any(_holds_picture(c, depth - 1) for c in children if c.is_dir())


def _recognised(path: Path, title: str) -> Iterator[_Entry]:
    try:
        stat = path.stat()
        yield _Entry(path, title, _kind(path, title, stat.st_size, stat.st_mtime_ns))
    except (DatasetError, OSError) as error:
        if may_be_data(path.name):  # others, such as a README, go without saying
            yield _Entry(path, title, None, str(error))


@lru_cache(maxsize=2 * _MOST_ENTRIES)
def _kind(path: Path, title: str, size: int, changed: int) -> str:
    """What a file is; remembered until its size or time of change differs."""
    with path.open("rb") as stream:
        return recognise(stream, title).value
