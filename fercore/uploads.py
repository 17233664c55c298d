"""A visitor's own file, whatever it is: a data set of any form, or a single picture."""

import io
import os
import re
from typing import BinaryIO

import numpy as np

from fercore.datasets import UPLOAD_LIMIT_MB, FaceSet, load_bytes
from fercore.datasets.found import Progress
from fercore.datasets.sources import slug
from fercore.emotions import UNKNOWN
from fercore.errors import DatasetError, PictureError
from fercore.pictures import face_from_bytes

# How the formats of fercore.pictures begin. A text may begin with the letters BM, too: a BMP has
# the length of its second header after them.
_PICTURE = re.compile(
    rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF.{4}WEBP|II\*\0|MM\0\*|P[1-6]\s|"
    rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0",
    re.DOTALL,
)


def open_upload(data: bytes | BinaryIO, name: str, progress: Progress | None = None) -> FaceSet:
    """Open a file of the visitor's own; what it is, is decided by its content.

    Parameters
    ----------
    data : bytes or binary stream
        A picture, or anything that :func:`fercore.datasets.load_bytes` opens. Nothing of it is
        written to disk.
    name : str
        The file's name, shown to people.
    progress : callable (float, str), optional
        Called with the share done, 0 to 1, and a few words.

    Returns
    -------
    FaceSet
        Of a picture: one face without label and split, in row 0.

    Raises
    ------
    DatasetError, PictureError
        If it is neither, or broken, or larger than ``UPLOAD_LIMIT_MB``.
    """
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    stream.seek(0)
    is_picture = _PICTURE.match(stream.read(32))
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if not is_picture:
        return load_bytes(stream, name, progress)
    title = name.replace("\\", "/").rpartition("/")[2][:100] or "picture"
    if size > UPLOAD_LIMIT_MB << 20:
        raise DatasetError(
            f"{title} has {size >> 20} MB; at most {UPLOAD_LIMIT_MB} MB can be uploaded. "
            "Make the picture smaller."
        )
    try:
        return _one_face(stream.read(), title)
    except PictureError as error:
        raise PictureError(f"{title}: {error}") from error


def _one_face(data: bytes, title: str) -> FaceSet:
    face, info = face_from_bytes(data)
    form = f"A picture ({info.form}, {info.width} × {info.height} pixels)"
    return FaceSet(
        name=slug(title),
        title=title,
        origin="A picture of your own; nothing more is known of it.",
        form="; ".join([form, *info.notes]) + ".",
        images=face[np.newaxis],
        labels=np.full(1, UNKNOWN, np.int8),
        splits=np.full(1, UNKNOWN, np.int8),
        rows=np.zeros(1, np.int64),
        sizes=np.array([[info.width, info.height]], np.int32),
        files=(title,),
    )
