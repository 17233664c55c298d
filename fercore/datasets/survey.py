"""Whether a file or folder is still what it was: cheap looks, and digests where looks differ."""

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

_SAMPLES, _SAMPLE_BYTES = 64, 1 << 14
_FINEST_NS = 2_000_000_000  # some file systems tell no times apart that are closer (FAT: 2 s)


@dataclass(frozen=True)
class Survey:
    """What a file or folder looks like at one moment, without reading all of it.

    Attributes
    ----------
    path : Path
    files : tuple of (str, Path)
        Name within the folder and path of each file; of a file, itself.
    key : str
        Digest of names, sizes and (of a file) samples of the content: equal for equal content.
    look : str
        Digest of names, sizes and times of last change.
    is_settled : bool
        The last change is old enough for any later one to show in `look`.
    """

    path: Path
    files: tuple[tuple[str, Path], ...]
    key: str
    look: str
    is_settled: bool

    def content_digest(self) -> str:
        """SHA-256 of names and whole contents. Reads everything."""
        whole = hashlib.sha256()
        for name, path in self.files:
            with path.open("rb") as stream:
                content = hashlib.file_digest(stream, "sha256").hexdigest()
            whole.update(_line(name, content))
        return whole.hexdigest()


def survey(path: Path) -> Survey:
    """Look at a file, or at all files of a folder.

    Raises
    ------
    OSError
        If it does not exist or may not be read.
    """
    now = time.time_ns()
    if path.is_dir():
        files = [(name, file, stat) for name, file in _files_below(path) if (stat := _stat(file))]
    else:
        files = [("", path, path.stat())]
        if not S_ISREG(files[0][2].st_mode):  # a pipe would be waited for without end
            raise OSError(f"{path} is no ordinary file")
    key, look, newest = hashlib.sha256(), hashlib.sha256(), 0
    for name, _, stat in files:
        times = (stat.st_mtime_ns, stat.st_ctime_ns)
        key.update(_line(name, stat.st_size))
        look.update(_line(name, stat.st_size, stat.st_ino, *times))
        newest = max(newest, *times)
    if path.is_file():
        key.update(_samples(path))
    return Survey(
        path,
        tuple((name, file) for name, file, _ in files),
        key.hexdigest(),
        look.hexdigest(),
        newest + _FINEST_NS < now,
    )


def _stat(file: Path) -> os.stat_result | None:
    """What is known of a file; None for a link into nothing, a pipe and the like."""
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat if S_ISREG(stat.st_mode) else None


def _files_below(path: Path) -> list[tuple[str, Path]]:
    files = (Path(root, name) for root, _, names in os.walk(path) for name in names)
    return sorted((file.relative_to(path).as_posix(), file) for file in files)


def _samples(path: Path) -> bytes:
    """Pieces of a file's content, evenly spread, the beginning and the end among them."""
    last = max(path.stat().st_size - _SAMPLE_BYTES, 0)
    with path.open("rb") as stream:
        pieces = []
        for i in range(_SAMPLES):
            stream.seek(last * i // (_SAMPLES - 1))
            pieces.append(stream.read(_SAMPLE_BYTES))
    return b"".join(pieces)


def _line(*parts: str | int) -> bytes:
    return "\0".join(map(str, parts)).encode("utf-8", "surrogateescape") + b"\0"
