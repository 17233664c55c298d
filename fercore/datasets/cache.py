"""Faces that were read once, kept as arrays that open by being mapped into memory.

An entry is a directory, named by what its source holds::

    <cache folder>/v1-<key>/images.npy   the pictures: mapped, not read
                            rest.npz     all else; zip's own checksums guard it
                            seen.json    the looks of source and pictures when last compared

Source and pictures are trusted in two steps. If a file looks as it did when it was last compared
(size and times), and its last change was old enough then for a later one to show, it is the same.
Otherwise its whole content is compared by digest. So a change always shows, and what nobody
touched costs nothing to open.
"""

import contextlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fercore.datasets.faceset import FaceSet, LeftOut
from fercore.datasets.survey import Survey, survey

VERSION = 1
"""To be raised whenever the readers come to read a file differently."""

MAX_BYTES = 2 << 30
"""Beyond this the entries that were not used for longest are removed."""

WORTH_KEEPING = 1000
"""Fewer faces than this are read anew each time: that is as quick."""

_DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)


def cache_folder() -> Path | None:
    """Where entries are kept: ``FERCORE_CACHE``, else the user's cache directory.

    None if ``FERCORE_CACHE`` is ``off``: then nothing is kept.
    """
    named = os.environ.get("FERCORE_CACHE")
    if named:
        return None if named.casefold() == "off" else Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "fercore"


def fetch(source: Survey) -> FaceSet | None:
    """The faces of a file or folder, or None if the cache has none or not the right ones."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        return _fetch(_entry(folder, source), source)
    except _DAMAGE:
        return None  # absent, or damaged one way or another: it will be written anew


def keep(faces: FaceSet, source: Survey) -> None:
    """Keep the faces that were read from `source`, which was looked at before it was read.

    A cache that cannot be written (no space, no permission) is done without.
    """
    folder = cache_folder()
    if folder is None or len(faces) < WORTH_KEEPING:
        return
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
        try:
            _write(faces, source, made)
            if survey(source.path).look == source.look:  # not written to while it was read
                entry = _entry(folder, source)
                shutil.rmtree(entry, ignore_errors=True)
                made.rename(entry)
                _remove_oldest(folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)


def _entry(folder: Path, source: Survey) -> Path:
    return folder / f"v{VERSION}-{source.key[:40]}"


def _write(faces: FaceSet, source: Survey, entry: Path) -> None:
    np.save(entry / "images.npy", faces.images)
    arrays: dict[str, npt.NDArray[Any]] = {}
    texts: dict[str, Any] = {
        "content": source.content_digest(),
        "checksum": _checksum(faces.images),
        "mapping": None if faces.mapping is None else list(faces.mapping.items()),
    }
    for field in fields(faces):
        value = getattr(faces, field.name)
        if isinstance(value, np.ndarray):
            arrays[field.name] = value
        else:
            texts.setdefault(field.name, value)
    del arrays["images"]
    text = np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8)
    np.savez(entry / "rest.npz", allow_pickle=False, texts=text, **arrays)
    _note_seen(entry, source, survey(entry / "images.npy"))


def _fetch(entry: Path, source: Survey) -> FaceSet:
    """The faces of an entry; raises one of `_DAMAGE` if it is not what it should be."""
    pictures = survey(entry / "images.npy")
    with np.load(entry / "rest.npz", allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    texts = json.loads(arrays.pop("texts").tobytes())
    images = np.asarray(np.load(entry / "images.npy", mmap_mode="r", allow_pickle=False))

    seen = _seen(entry)
    if seen.get("source") != source.look and source.content_digest() != texts["content"]:
        raise ValueError("the source has changed")
    if seen.get("pictures") != pictures.look and _checksum(images) != texts["checksum"]:
        raise ValueError("the pictures are damaged")
    _note_seen(entry, source, pictures)
    del texts["content"], texts["checksum"]
    mapping = texts.pop("mapping")
    return FaceSet(
        images=images,
        mapping=None if mapping is None else dict(mapping),
        emotions=tuple(texts.pop("emotions")),
        left_out=tuple(LeftOut(*left) for left in texts.pop("left_out")),
        files=None if (files := texts.pop("files")) is None else tuple(files),
        **texts,
        **arrays,
    )


def _checksum(images: npt.NDArray[np.uint8]) -> int:
    return zlib.crc32(np.ascontiguousarray(images).data)


def _seen(entry: Path) -> dict[str, Any]:
    try:
        seen = json.loads((entry / "seen.json").read_text())
    except (OSError, ValueError):
        return {}
    return seen if isinstance(seen, dict) else {}


def _note_seen(entry: Path, source: Survey, pictures: Survey) -> None:
    """Note the looks of what was compared, as far as a later change would show in them."""
    seen = {
        name: what.look
        for name, what in (("source", source), ("pictures", pictures))
        if what.is_settled
    }
    with contextlib.suppress(OSError):
        made = entry / f"seen-{os.getpid()}.json"
        made.write_text(json.dumps(seen))
        made.replace(entry / "seen.json")


def _remove_oldest(folder: Path) -> None:
    """Remove the entries that were not used for longest, until the rest is small enough."""
    entries = [entry for entry in folder.iterdir() if (entry / "seen.json").is_file()]
    entries.sort(key=lambda entry: (entry / "seen.json").stat().st_mtime, reverse=True)
    total = 0
    for entry in entries:
        total += sum(file.stat().st_size for file in entry.iterdir())
        if total > MAX_BYTES:
            shutil.rmtree(entry, ignore_errors=True)
