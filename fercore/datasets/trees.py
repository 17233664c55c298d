"""Folders and zip archives seen alike: names of files, and their bytes."""

import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from fercore.errors import DatasetError, PictureError

MAX_FILES = 200_000
"""A folder or archive with more files is refused."""

MAX_UNPACKED = 1 << 30
"""An archive that says it unpacks to more bytes is refused (fer2013.csv has 301 million)."""

MAX_PICTURE_BYTES = 1 << 26
"""A larger file is not tried as a picture."""

READ_ERRORS = (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error)
"""What reading a file can raise, from a disk or out of a damaged archive."""

_MAX_DIRECTORY = 1 << 26
_LONGEST_END = (1 << 16) + 98  # comment, record and 64-bit records at the end of a zip archive


class Tree(Protocol):
    """Files by their paths within a folder or archive, sorted; ``/`` divides.

    ``unreadable`` names folders that could not be looked into, and why.
    """

    names: list[str]
    unreadable: list[str]

    def size(self, name: str) -> int:
        """Length of a file in bytes."""

    def open(self, name: str) -> BinaryIO:
        """A file's bytes as a stream.

        Raises
        ------
        DatasetError
            If they cannot be had; the text says why.
        """


def read_picture(tree: Tree, name: str) -> bytes:
    """The bytes of a file that may be a picture.

    Raises
    ------
    DatasetError, PictureError
        If they cannot be had, or are too many.
    """
    if tree.size(name) > MAX_PICTURE_BYTES:
        raise PictureError(
            f"The file has {tree.size(name) >> 20} MB; a picture may have at most "
            f"{MAX_PICTURE_BYTES >> 20}."
        )
    return read_whole(tree, name)


def read_whole(tree: Tree, name: str) -> bytes:
    """All bytes of a file.

    Raises
    ------
    DatasetError
        If they cannot be had; the text says why.
    """
    try:
        with tree.open(name) as stream:
            return stream.read(tree.size(name))  # a stated size bounds what is unpacked
    except READ_ERRORS as error:
        raise DatasetError(f"The file cannot be read: {_reason(error)}.") from error


class DirectoryTree:
    """The files below a directory; links to directories are not followed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: list[str] = []
        self.unreadable: list[str] = []
        for root, _, files in os.walk(path, onerror=self._note):
            inside = Path(root).relative_to(path).as_posix()
            self.names += [name if inside == "." else f"{inside}/{name}" for name in files]
            _check_number(len(self.names), path.name)
        self.names.sort()

    def _note(self, error: OSError) -> None:
        folder = Path(error.filename).relative_to(self.path).as_posix()
        self.unreadable.append(f"{folder} ({error.strerror})")

    def size(self, name: str) -> int:
        """Length of a file in bytes; 0 where it cannot be told."""
        try:
            return (self.path / name).stat().st_size
        except OSError:
            return 0

    def open(self, name: str) -> BinaryIO:
        """A file's bytes as a stream."""
        path = self.path / name
        if not path.is_file():
            raise DatasetError("The file is a link into nothing, or no ordinary file.")
        return path.open("rb")


class ZipTree:
    """The files of a zip archive, read from it without unpacking anything to disk.

    Raises
    ------
    DatasetError
        If it is damaged, or has more files or bytes than are allowed.
    """

    def __init__(self, stream: BinaryIO, title: str) -> None:
        damaged = f"{title} is a zip archive that is cut or damaged. Get it again."
        try:
            if _directory_size(stream) > _MAX_DIRECTORY:
                raise DatasetError(f"{title} is a zip archive with more than {MAX_FILES:,} files.")
            stream.seek(0)
            self._archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as e:
            raise DatasetError(damaged) from e
        members = [m for m in self._archive.infolist() if not m.filename.endswith("/")]
        _check_number(len(members), title)
        unpacked = sum(info.file_size for info in members)
        if unpacked > MAX_UNPACKED:
            raise DatasetError(
                f"{title} would unpack to {unpacked >> 20:,} MB; at most {MAX_UNPACKED >> 20:,} MB "
                "are allowed. Put less into the archive."
            )
        self._members: dict[str, zipfile.ZipInfo] = {}
        for position, info in enumerate(members):
            name = info.filename.replace("\\", "/")
            while name in self._members:  # an archive may hold several files of one name
                name += f" ({position})"
            self._members[name] = info
        self.names = sorted(self._members)
        self.unreadable: list[str] = []

    def size(self, name: str) -> int:
        """Length of a file in bytes, as the archive states it (no more will be read)."""
        return self._members[name].file_size

    def open(self, name: str) -> BinaryIO:
        """A file's bytes as a stream."""
        info = self._members[name]
        if name.startswith("/") or ".." in name.split("/"):
            raise DatasetError("Its path leads out of the archive.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DatasetError("It is packed in an unusual way; pack the archive with deflate.")
        if info.flag_bits & 1:
            raise DatasetError("It is encrypted; pack the archive without a password.")
        try:
            return cast(BinaryIO, self._archive.open(info))
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise DatasetError(f"The file cannot be read: {_reason(error)}.") from error


def _check_number(number: int, title: str) -> None:
    if number > MAX_FILES:
        raise DatasetError(
            f"{title} has more than {MAX_FILES:,} files. Choose the folder of the faces alone."
        )


def _directory_size(stream: BinaryIO) -> int:
    """Bytes of a zip archive's list of files, of which ``zipfile`` would make objects unasked.

    The list's size stands in the record at the archive's end, or in a 64-bit record before it.
    """
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(size - _LONGEST_END, 0))
    tail = stream.read()
    end = tail.rfind(b"PK\x05\x06")
    if end >= 76 and tail[end - 20 : end - 16] == b"PK\x06\x07":
        return int(struct.unpack_from("<Q", tail, end - 76 + 40)[0])
    return int(struct.unpack_from("<L", tail, end + 12)[0]) if end >= 0 else 0


def _reason(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
