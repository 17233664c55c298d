"""Open a data set of any form: what it is, is decided by its content."""

import io
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from fercore.datasets import cache
from fercore.datasets.arrays import read_npz
from fercore.datasets.csvfile import read_csv
from fercore.datasets.faceset import FaceSet
from fercore.datasets.folder import has_labelled_pictures, read_pictures
from fercore.datasets.found import Found, Progress
from fercore.datasets.parquet import read_parquet
from fercore.datasets.recognise import Form, may_be_data, recognise
from fercore.datasets.sample import sample
from fercore.datasets.sources import slug, sources, votes_files
from fercore.datasets.survey import survey
from fercore.datasets.trees import READ_ERRORS, DirectoryTree, Tree, ZipTree, read_whole
from fercore.datasets.votes import join_fitting_votes, join_votes, read_votes
from fercore.errors import DatasetError

UPLOAD_LIMIT_MB = 400
"""The largest upload: fer2013.csv has 301 MB."""

_MOST_TABLES = 50


def load(
    path: str | Path | None = None,
    progress: Progress | None = None,
    mapping: Mapping[int, str] | None = None,
    votes: str | Path | None = None,
) -> FaceSet:
    """Open the built-in sample, a file of faces, or a folder of pictures.

    Parameters
    ----------
    path : str or Path, optional
        A CSV, parquet, npz or zip file, or a folder; without it, the sample. Its name plays no
        part in recognising it.
    progress : callable (float, str), optional
        Called with the share done, 0 to 1, and a few words.
    mapping : dict of int to str, optional
        What the file's label numbers mean, where it does not say so itself.
    votes : str or Path, optional
        A file of FER+ votes to be joined to the faces.

    Returns
    -------
    FaceSet
        From 1,000 faces on it is kept in the cache, and mapped into memory the next time.

    Raises
    ------
    DatasetError
        If there is no such file, or it is no data set; the text says what it seems to be.
    """
    if path is None:
        return sample()
    path = Path(path)
    return _finished(_opened(path, path.name or str(path), progress), mapping, votes)


def load_bytes(
    data: bytes | BinaryIO,
    name: str,
    progress: Progress | None = None,
    mapping: Mapping[int, str] | None = None,
    votes: bytes | None = None,
) -> FaceSet:
    """Open an upload: a file of any form that :func:`load` opens, or a zip of a folder.

    Nothing of it is written to disk. `name` is shown to people and plays no other part; the other
    parameters are as in :func:`load`.

    Raises
    ------
    DatasetError
        If it is no data set, or larger than `UPLOAD_LIMIT_MB`.
    """
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    title = name.replace("\\", "/").rpartition("/")[2][:100] or "upload"
    size = stream.seek(0, os.SEEK_END)
    if size > UPLOAD_LIMIT_MB << 20:
        raise DatasetError(
            f"{title} has {size >> 20} MB; at most {UPLOAD_LIMIT_MB} MB can be uploaded. "
            "Put it into the data folder instead."
        )
    faces = replace(_read_stream(stream, title, progress), name=slug(title))
    return _finished(faces, mapping, votes)


def open_source(
    id: str, data_dir: Path | str | None = None, progress: Progress | None = None
) -> FaceSet:
    """Open one of :func:`sources` by its id, with the data folder's FER+ votes if they fit.

    Raises
    ------
    DatasetError
        If there is no such id (the text names those there are), or the file is no data set.
    """
    offered = {source.id: source for source in sources(data_dir)}
    if id not in offered:
        raise DatasetError(f"There is no data set {id!r}. Choose one of {', '.join(offered)}.")
    source = offered[id]
    if source.path is None:
        return sample()
    faces = replace(_opened(source.path, source.title, progress), name=source.id)
    return join_fitting_votes(faces, {path.name: path.read_bytes for path in votes_files(data_dir)})


def _opened(path: Path, title: str, progress: Progress | None) -> FaceSet:
    """The faces of a file or folder, from the cache if it has them."""
    try:
        source = survey(path)
        faces = cache.fetch(source)
        if faces is None:
            faces = _read_path(path, title, progress)
            cache.keep(faces, source)
    except FileNotFoundError as error:
        raise DatasetError(f"There is no file or folder {path}. Check its name.") from error
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error
    if progress:
        progress(1.0, f"{len(faces):,} faces")
    return replace(faces, name=slug(title), title=title)


def _read_path(path: Path, title: str, progress: Progress | None) -> FaceSet:
    if path.is_dir():
        return _read_tree(DirectoryTree(path), title, progress)
    with path.open("rb") as stream:
        return _read_stream(stream, title, progress)


def _read_stream(stream: BinaryIO, title: str, progress: Progress | None) -> FaceSet:
    if recognise(stream, title) is Form.ZIP:
        return _read_tree(ZipTree(stream, title), title, progress)
    size = stream.seek(0, os.SEEK_END)
    return _read_table(stream, size, title, progress).face_set()


def _read_table(stream: BinaryIO, size: int, title: str, progress: Progress | None) -> Found:
    """What is in a file of rows: CSV, parquet or npz."""
    form = recognise(stream, title)
    found = None
    if form is Form.TABLE:
        found = read_csv(stream, size, title, progress)
    elif form is Form.PARQUET:
        found = read_parquet(stream, title, progress)
    elif form is Form.NPZ:
        found = read_npz(stream, title, progress)
    elif form is Form.VOTES:
        raise DatasetError(
            f"{title} holds FER+ votes and no pixels. Put it beside fer2013.csv in the data folder "
            "and open that one: the votes are then joined to its faces."
        )
    if found is None:
        raise DatasetError(
            f"{title} is a {form.value} in which no column holds pixels or pictures. Choose one "
            "that has them."
        )
    return found


def _read_tree(tree: Tree, title: str, progress: Progress | None) -> FaceSet:
    """The pictures of a folder or archive if it has them by emotion, else its largest table of
    faces, else its pictures without labels; and FER+ votes.
    """
    tables, votes = _data_files(tree)
    name = None
    if tables and not has_labelled_pictures(tree):
        name = max(tables, key=tree.size)
        if tables[name] is Form.TABLE:
            with tree.open(name) as stream:
                found = _read_table(stream, tree.size(name), title, progress)
        else:
            whole = read_whole(tree, name)
            found = _read_table(io.BytesIO(whole), len(whole), title, progress)
        found.notes.append(f"read from {name} in it")
    else:
        found = read_pictures(tree, title, progress)
    if others := [other for other in tables if other != name]:
        found.notes.append(f"not read: {', '.join(others[:5])}")
    return join_fitting_votes(
        found.face_set(), {name: partial(read_whole, tree, name) for name in votes}
    )


def _data_files(tree: Tree) -> tuple[dict[str, Form], list[str]]:
    """The tables of faces with their forms, and the files of votes, in a folder or archive."""
    tables: dict[str, Form] = {}
    votes = []
    for name in [name for name in tree.names if may_be_data(name)][:_MOST_TABLES]:
        try:
            with tree.open(name) as stream:
                form = recognise(stream, name)
        except (DatasetError, *READ_ERRORS):
            continue  # no data set; should there be no other, it is listed among the pictures
        if form is Form.VOTES:
            votes.append(name)
        elif form is not Form.ZIP:
            tables[name] = form
    return tables, votes


def _finished(
    faces: FaceSet, mapping: Mapping[int, str] | None, votes: str | Path | bytes | None
) -> FaceSet:
    if mapping is not None:
        faces = faces.remap(mapping)
    if votes is None:
        return faces
    if isinstance(votes, bytes):
        return join_votes(faces, read_votes(votes, "the file of votes"), "the file of votes")
    path = Path(votes)
    try:
        held = read_votes(path.read_bytes(), path.name)
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error
    return join_votes(faces, held, path.name)
