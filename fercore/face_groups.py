"""The faces of a data set in groups, by what a layer answers to them; kept on disk."""

import hashlib
import io
import json
import logging
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercore import clustering, response_store
from fercore.clustering import ClusteringCancelled, FaceSweep
from fercore.datasets import FaceSet
from fercore.model import Model

Progress = Callable[[float, str], None]
Cancelled = Callable[[], bool]

MAX_FILES = 64
"""So many results are kept, a few megabytes each; the ones not read for longest give way."""

_FORMAT = 1  # part of every key: a change of the file's layout makes the old files strangers
_EMBEDDING = 0.5  # the share of the whole work that the network takes

_log = logging.getLogger(__name__)


def group(
    model: Model,
    faces: FaceSet,
    layer: str,
    input_range: str = "0-255",
    k_max: int = 15,
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> FaceSweep:
    """Group the faces of a data set by k-means on what a layer answers to them.

    Parameters
    ----------
    model : Model
    faces : FaceSet
        All of its faces are grouped.
    layer : str
        A face's vector is the mean of each of this layer's maps; of the last layer, the pooled
        vector itself.
    input_range : {"0-255", "0-1"}
    k_max, seed
        As :func:`fercore.clustering.group_faces` takes them.
    progress : callable, optional
        Called with the share done (0 to 1) and what is at work; not where the answer is on disk.
    cancelled : callable, optional
        Asked some times a second; True stops the work.

    Returns
    -------
    FaceSweep
        Its faces are those at the same positions of `faces`. It is kept on disk, whole and with
        a checksum: the next call with the same arguments reads it, in this process or another.

    Raises
    ------
    ClusteringError, LayerError, ModelError
        As :func:`fercore.clustering.group_faces` and :meth:`fercore.models.Model.responses`.
    ClusteringCancelled
        When ``cancelled`` says so.
    """
    key = {
        "model": model.text,
        "size": model.input_size,
        "pooling": model.pooling,
        "range": input_range,
        "layer": model.layer(layer).name,
        "faces": faces.digest,
        "emotions": faces.emotions,
        "k_max": k_max,
        "seed": seed,
    }
    kept = _read(key)
    if kept is not None:
        return kept
    tell = progress or _say_nothing

    def measured(done: int, total: int) -> None:
        if cancelled is not None and cancelled():
            raise ClusteringCancelled("The grouping was stopped before it was complete.")
        tell(_EMBEDDING * done / total, f"{done:,} of {total:,} faces through the network")

    def grouped(share: float, text: str) -> None:
        tell(_EMBEDDING + (1 - _EMBEDDING) * share, text)

    vectors = response_store.measure(model, faces, layer, input_range, measured).mean
    sweep = clustering.group_faces(
        np.ascontiguousarray(vectors),
        faces.labels,
        k_max=k_max,
        seed=seed,
        names=faces.emotions,
        progress=grouped,
        cancelled=cancelled,
    )
    _write(key, sweep)
    return sweep


def _say_nothing(share: float, text: str) -> None:
    pass


def _directory() -> Path:
    return response_store.cache_directory() / "groups"


def _name(key: Mapping[str, object]) -> str:
    text = json.dumps({**key, "format": _FORMAT}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read(key: Mapping[str, object]) -> FaceSweep | None:
    """The sweep kept under `key`; a file that does not match its checksum is removed."""
    for path in _directory().glob(f"{_name(key)}-*.npz"):
        try:
            content = path.read_bytes()
            if f"{zlib.crc32(content):08x}" != path.stem.rpartition("-")[2]:
                raise ValueError("the content does not match the checksum")
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                sweep = FaceSweep.from_arrays(arrays)
        except (OSError, ValueError, KeyError, EOFError) as error:
            _log.warning("A grouping on disk, %s, is computed again: %s", path, error)
            with suppress(OSError):
                path.unlink(missing_ok=True)
            continue
        with suppress(OSError):  # the directory may be another user's
            path.touch()  # used just now
        return sweep
    return None


def _write(key: Mapping[str, object], sweep: FaceSweep) -> None:
    """Keep a sweep; a file appears whole or not at all, and a full disk is no error."""
    held = io.BytesIO()
    arrays: dict[str, NDArray[Any]] = sweep.arrays()
    np.savez(held, **arrays)  # type: ignore[arg-type]
    content = held.getvalue()
    directory = _directory()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=directory, suffix=".part", delete=False) as file:
            try:
                file.write(content)
                file.close()
                name = f"{_name(key)}-{zlib.crc32(content):08x}.npz"
                Path(file.name).replace(directory / name)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        _prune(directory)
    except OSError as error:
        _log.warning("A grouping cannot be kept in %s: %s", directory, error)


def _prune(directory: Path) -> None:
    files = sorted(directory.glob("*.npz"), key=lambda path: path.stat().st_mtime)
    for path in files[:-MAX_FILES]:
        path.unlink(missing_ok=True)
