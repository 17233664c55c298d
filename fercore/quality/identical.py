"""Pictures that are the same pixel for pixel, and pictures without any content."""

import numpy as np
import numpy.typing as npt

from fercore.errors import DatasetError
from fercore.quality.findings import BoolArray, IntArray


def first_occurrence(images: npt.NDArray[np.uint8]) -> IntArray:
    """For each picture, the position of the first one with exactly the same pixels.

    Parameters
    ----------
    images : uint8 array of shape (n, height, width)

    Returns
    -------
    int array of shape (n,)
        A picture that has no earlier twin points at itself.

    Raises
    ------
    DatasetError
        If `images` is not such an array.
    """
    images = check_images(images)
    # A dict compares the bytes themselves wherever two hashes agree, so this is exact. It is also
    # several times faster than np.unique, which has to sort rows of 2,304 bytes.
    seen: dict[bytes, int] = {}
    firsts = (seen.setdefault(image.tobytes(), at) for at, image in enumerate(images))
    return np.fromiter(firsts, np.intp, len(images))


def one_colour(images: npt.NDArray[np.uint8]) -> BoolArray:
    """Which pictures have the same value in every pixel.

    Parameters
    ----------
    images : uint8 array of shape (n, height, width)

    Returns
    -------
    bool array of shape (n,)

    Raises
    ------
    DatasetError
        If `images` is not such an array.
    """
    images = check_images(images)
    same: BoolArray = images.min(axis=(1, 2)) == images.max(axis=(1, 2))
    return same


def check_images(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Refuse what is not a stack of grey pictures; a memory-mapped stack as a plain array."""
    if images.ndim != 3 or images.dtype != np.uint8 or 0 in images.shape[1:]:
        raise DatasetError(
            f"The pictures came as {images.dtype} values of shape {images.shape}; grey pictures "
            "of whole numbers 0–255 (uint8) and shape (pictures, height, width) are needed."
        )
    # Going through a np.memmap picture by picture would take several times as long.
    return np.asarray(images)


def gather(first: IntArray, members: BoolArray) -> tuple[IntArray, IntArray]:
    """Bring the faces of each group together, groups in the order of their first face.

    Parameters
    ----------
    first : int array of shape (n,)
        The first face of the group that each face belongs to.
    members : bool array of shape (n,)
        Which faces are wanted.

    Returns
    -------
    positions, groups : int arrays of shape (k,)
        The wanted faces and the number of their group, from 0.
    """
    positions = np.flatnonzero(members)
    positions = positions[np.argsort(first[positions], kind="stable")]
    groups = np.unique(first[positions], return_inverse=True)[1]
    return positions, groups.astype(np.intp)
