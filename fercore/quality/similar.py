"""Near-duplicates: pictures that look the same but differ in their pixels.

Each picture is reduced to a 64-bit perceptual hash; two pictures whose hashes differ in at most
:data:`NEAR_DISTANCE` bits are taken for the same.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from fercore.errors import DatasetError
from fercore.quality.findings import BoolArray, IntArray
from fercore.quality.identical import check_images, first_occurrence

Progress = Callable[[float, str], object]
"""Is called with the part that is done, 0–1, and what is being done."""

NEAR_DISTANCE = 6
"""Bits out of 64 in which the hashes of two near-duplicates may differ.

Chosen by looking at pairs of FER2013: up to 6 bits about one pair in a hundred shows two
different people, at 8 bits about one in seven, at 10 bits most of them.
"""

_SIDE = 8  # the hash has _SIDE x _SIDE bits
_HASH_BITS = _SIDE * _SIDE
_AT_ONCE = 2048  # pictures in a block, which bounds the memory for their float64 copies
_PAIRS_HELD = 1_000_000  # pairs found before they are joined, which bounds the memory likewise


def perceptual_hash(
    images: npt.NDArray[np.uint8], progress: Progress | None = None
) -> tuple[npt.NDArray[np.uint64], BoolArray]:
    """Reduce each picture to 64 bits that change little when the picture changes little.

    The DCT hash (pHash): of the two-dimensional cosine transform of the picture, the 8 x 8
    coefficients of lowest frequency without the constant row and column; a bit is set where the
    coefficient is above their median. Brightness, contrast and fine detail drop out; a mirrored,
    turned or strongly cut picture gets a different hash. Unlike the original, which first blurs
    and shrinks to 32 x 32, the picture is transformed at its own size: the low frequencies of a
    48 x 48 picture are the same either way.

    Parameters
    ----------
    images : uint8 array of shape (n, height, width)
        At least 9 x 9 pixels.
    progress : callable, optional
        Called as ``progress(part, text)`` after each block of pictures.

    Returns
    -------
    hashes : uint64 array of shape (n,)
    usable : bool array of shape (n,)
        False for a picture without such frequencies (one colour, plain stripes along or across),
        whose hash says nothing.

    Raises
    ------
    DatasetError
        If `images` is not such an array.

    References
    ----------
    C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010,
    section 3.2.1; https://www.phash.org.
    """
    images = check_images(images)
    n, height, width = images.shape
    if min(height, width) <= _SIDE:
        raise DatasetError(
            f"The pictures have {width} x {height} pixels; at least {_SIDE + 1} x {_SIDE + 1} "
            "are needed to tell whether two look alike."
        )
    down, across = _cosines(height), _cosines(width).T
    hashes = np.empty(n, np.uint64)
    usable = np.empty(n, bool)
    for start in range(0, n, _AT_ONCE):
        block = slice(start, start + _AT_ONCE)
        spectrum = (down @ images[block].astype(np.float64) @ across).reshape(-1, _HASH_BITS)
        # Coefficients that are equal on paper must not differ in the last digit.
        spectrum = spectrum.round(6)
        bits = spectrum > np.median(spectrum, axis=1, keepdims=True)
        hashes[block] = np.packbits(bits, axis=1).view(">u8")[:, 0]
        usable[block] = spectrum.min(axis=1) < spectrum.max(axis=1)
        if progress:
            progress(min(1.0, (start + _AT_ONCE) / n), "Looking for pictures that look alike")
    return hashes, usable


def near_duplicates(
    images: npt.NDArray[np.uint8],
    distance: int = NEAR_DISTANCE,
    progress: Progress | None = None,
) -> IntArray:
    """Group the pictures that look nearly the same.

    Of pictures that are exactly equal only the first takes part; one-colour pictures take none.
    Every pair within `distance` bits is found. Groups are chains of such pairs, so the two ends
    of a large group may differ more. Alike is not the same: two people in the same pose and light
    can share a hash.

    Parameters
    ----------
    images : uint8 array of shape (n, height, width)
        At least 9 x 9 pixels.
    distance : int
        Largest number of differing bits of the :func:`perceptual_hash`, 0–63.
    progress : callable, optional
        Called as ``progress(part, text)``.

    Returns
    -------
    int array of shape (n,)
        The position of the first picture of the group; -1 for a picture that is in no group.

    Raises
    ------
    DatasetError
        If `images` is not such an array or `distance` is out of range.
    """
    if not 0 <= distance < _HASH_BITS:
        raise DatasetError(
            f"A distance of {distance} bits was asked for; choose 0 to {_HASH_BITS - 1}."
        )
    return alike(images, first_occurrence(images), distance, progress)


def alike(
    images: npt.NDArray[np.uint8],
    first: IntArray,
    distance: int = NEAR_DISTANCE,
    progress: Progress | None = None,
) -> IntArray:
    """:func:`near_duplicates` for pictures whose exact duplicates, `first`, are known."""
    hashes, usable = perceptual_hash(images, progress)
    candidates = np.flatnonzero(usable & (first == np.arange(len(images))))
    # Pictures of equal hash belong together; only different hashes have to be compared.
    distinct, which = np.unique(hashes[candidates], return_inverse=True)
    _, start, chain, sizes = np.unique(
        _chains(distinct, distance)[which],
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    in_group = sizes[chain] > 1
    groups = np.full(len(images), -1, np.intp)
    groups[candidates[in_group]] = candidates[start[chain[in_group]]]
    return groups


def _cosines(size: int) -> npt.NDArray[np.float64]:
    """Rows 1 to 8 of the cosine transform (DCT-II) of `size` values, shape (8, size)."""
    frequency = np.arange(1, _SIDE + 1)[:, None]
    matrix: npt.NDArray[np.float64] = np.cos(
        np.pi * frequency * (2 * np.arange(size) + 1) / (2 * size)
    )
    return matrix


def _chains(hashes: npt.NDArray[np.uint64], distance: int) -> IntArray:
    """Number the chains of hashes in which each differs from the next in `distance` bits at most.

    The bits are cut into ``distance + 1`` bands. Two hashes that differ in no more than `distance`
    bits agree in a whole band (pigeonhole), so it is enough to compare those that share one: they
    stand close together when sorted by that band. See M. Norouzi, A. Punjani, D. J. Fleet, "Fast
    Search in Hamming Space with Multi-Index Hashing", CVPR 2012.
    """
    chain = np.arange(len(hashes))
    pairs: list[IntArray] = []
    held = 0
    edges = np.linspace(0, _HASH_BITS, distance + 2).astype(np.uint64)
    for low, high in pairwise(edges):
        # Two shifts cut the band out; a mask would overflow where one band has all 64 bits.
        band = (hashes << (_HASH_BITS - high)) >> (_HASH_BITS - high + low)
        order = np.argsort(band, kind="stable")
        band, ordered = band[order], hashes[order]
        start, step = np.arange(len(hashes) - 1), 1
        while len(start := start[band[start] == band[start + step]]):
            near = start[np.bitwise_count(ordered[start] ^ ordered[start + step]) <= distance]
            pairs.append(order[np.stack([near, near + step])])
            held += len(near)
            if held > _PAIRS_HELD:
                chain, pairs, held = _join(chain, pairs), [], 0
            step += 1
            start = start[start + step < len(hashes)]
    return _join(chain, pairs)


def _join(chain: IntArray, pairs: list[IntArray]) -> IntArray:
    """Unite the chains that the pairs, each array of shape (2, k), connect."""
    if not pairs:
        return chain
    left, right = chain[np.concatenate(pairs, axis=1)]
    links = coo_array((np.ones(len(left), bool), (left, right)), shape=(len(chain),) * 2)
    united = connected_components(links, directed=False)[1]
    return united.astype(np.intp)[chain]
