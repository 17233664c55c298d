"""The responses of layers to many faces, kept on disk within bounds."""

import hashlib
import json
import logging
import os
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
from numpy.typing import NDArray

from fercore.datasets import FaceSet
from fercore.excitation import Responses, collect
from fercore.model import Model

MAX_BYTES = 2 * 1024**3
"""How much the stored responses may take on the disk, unless told otherwise."""

_FORMAT = 1  # part of every key: a change of the file's layout makes the old files strangers
_ABANDONED = 3600.0  # seconds after which an unfinished file cannot be another process's work

_log = logging.getLogger(__name__)


def cache_directory() -> Path:
    """Where fercore keeps what it can compute again.

    The environment variable ``FERCORE_CACHE``, or ``fercore`` in the user's cache directory
    (``XDG_CACHE_HOME``, else ``~/.cache``).
    """
    own = os.environ.get("FERCORE_CACHE")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fercore"


class ResponseStore:
    """Responses on disk, one file a layer; the least recently used ones give way.

    Any number of processes may share the directory: a file appears whole or not at all. Its name
    carries the checksum of its content; a file that does not match when a process first reads it
    is removed, so that its responses are computed again. A directory that cannot be written is no
    error: nothing is kept.

    Parameters
    ----------
    directory : Path, optional
        ``responses`` in :func:`cache_directory` by default; made when first needed.
    max_bytes : int
        Of all files together. Larger responses than that are not kept.
    """

    def __init__(self, directory: Path | None = None, max_bytes: int = MAX_BYTES) -> None:
        self.directory = cache_directory() / "responses" if directory is None else directory
        self.max_bytes = max_bytes
        self._verified: set[str] = set()  # names of files whose content this process has checked

    def get_or_compute(
        self, key: Mapping[str, object], compute: Callable[[], Responses]
    ) -> Responses:
        """The stored responses of this key, or the computed ones, which are then stored."""
        stored = self.get(key)
        if stored is not None:
            return stored
        responses = compute()
        self.put(key, responses)
        return responses

    def get(self, key: Mapping[str, object]) -> Responses | None:
        """The stored responses of this key, mapped from the file and read-only; None if absent.

        Parameters
        ----------
        key : mapping to values that JSON can write
            Everything that the responses depend on: model, weights, seed, input size and range,
            layer, digest of the data set.
        """
        for path in self._files(f"{_digest(key)}-*.npy"):
            try:
                both = self._read(path)
            except (OSError, ValueError, EOFError) as error:
                _log.warning("Stored responses are damaged and computed again: %s", error)
                self._remove(path)
                continue
            with suppress(OSError):  # the directory may be another user's
                os.utime(path)  # used just now
            return Responses(both[0].T, both[1].T)
        return None

    def put(self, key: Mapping[str, object], responses: Responses) -> None:
        """Store responses, in place of older ones of this key; see :meth:`get`."""
        parts = [np.ascontiguousarray(p.T, "<f4") for p in (responses.mean, responses.maximum)]
        n_bytes = sum(part.nbytes for part in parts)
        if n_bytes > self.max_bytes:
            return
        checksum = zlib.crc32(parts[1].data, zlib.crc32(parts[0].data))
        path = self.directory / f"{_digest(key)}-{checksum:08x}.npy"
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._write(path, parts)
        except OSError as error:
            _log.warning("Responses cannot be stored in %s: %s", self.directory, error)
            return
        for older in self._files(f"{_digest(key)}-*.npy"):
            if older != path:
                self._remove(older)
        self._prune()

    def _read(self, path: Path) -> NDArray[np.float32]:
        both: NDArray[np.float32] = np.load(path, mmap_mode="r", allow_pickle=False)
        if path.name not in self._verified:
            stated = path.stem.rpartition("-")[2]
            if both.ndim != 3 or f"{zlib.crc32(both.data):08x}" != stated:
                raise ValueError(f"the content of {path} does not match its checksum")
            self._verified.add(path.name)
        return both

    def _write(self, path: Path, parts: list[NDArray[np.float32]]) -> None:
        header = {"descr": "<f4", "fortran_order": False, "shape": (2, *parts[0].shape)}
        with NamedTemporaryFile(dir=self.directory, suffix=".part", delete=False) as file:
            try:
                np.lib.format.write_array_header_1_0(file, header)
                for part in parts:
                    file.write(part.data)
                file.close()
                Path(file.name).replace(path)
            except BaseException:
                self._remove(Path(file.name))
                raise

    def _prune(self) -> None:
        """Remove what processes have abandoned, then the least recently used."""
        for path in self._files("*.part"):
            if time.time() - _stat(path)[0] > _ABANDONED:
                self._remove(path)
        files = sorted((*_stat(path), path) for path in self._files("*.npy"))
        total = sum(n_bytes for _, n_bytes, _ in files)
        for _, n_bytes, path in files:
            if total <= self.max_bytes:
                break
            self._remove(path)
            total -= n_bytes

    def _files(self, pattern: str) -> list[Path]:
        return list(self.directory.glob(pattern))

    def _remove(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("%s cannot be removed: %s", path, error)


def _digest(key: Mapping[str, object]) -> str:
    text = json.dumps({**key, "format": _FORMAT}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _stat(path: Path) -> tuple[float, int]:
    """When a file was last used and its bytes; zeros if another process has just removed it."""
    try:
        status = path.stat()
    except OSError:
        return 0.0, 0
    return status.st_mtime, status.st_size


_measuring = threading.Lock()


def is_measured(model: Model, faces: FaceSet, layer: str, input_range: str = "0-255") -> bool:
    """Whether :func:`measure` with these arguments has its answer on disk."""
    return ResponseStore().get(_key(model, faces, layer, input_range)) is not None


def measure(
    model: Model,
    faces: FaceSet,
    layer: str,
    input_range: str = "0-255",
    progress: Callable[[int, int], object] | None = None,
) -> Responses:
    """How strongly every face of a data set excites every map of a layer; kept on disk.

    Parameters
    ----------
    model : Model
    faces : FaceSet
        All of its faces respond.
    layer : str
        One of ``model.layers``.
    input_range : {"0-255", "0-1"}
    progress : callable, optional
        Called as ``progress(faces_done, n_faces)``; not called where the answer is on disk.

    Returns
    -------
    Responses
        Row i belongs to the face at position i.

    Raises
    ------
    LayerError, ModelError, FaceError
        For a layer, a range or a set without faces.
    """
    model.layer(layer)

    def compute() -> Responses:
        batches = (batch[layer] for batch in model.responses(faces.images, [layer], input_range))
        return collect(batches, len(faces), progress)

    with _measuring:  # two who ask for the same thing wait for one another
        return ResponseStore().get_or_compute(_key(model, faces, layer, input_range), compute)


def _key(model: Model, faces: FaceSet, layer: str, input_range: str) -> dict[str, object]:
    return {
        "model": model.text,
        "size": model.input_size,
        "pooling": model.pooling,
        "range": input_range,
        "layer": layer,
        "faces": faces.digest,
    }
