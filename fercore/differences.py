"""What differs between two stacks of maps, and which maps of another layer match one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from fercore.channels import correlations
from fercore.similarity import SimilarityError

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Difference:
    """What :func:`difference` found.

    Attributes
    ----------
    maps : float array (h, w, c)
        ``a - b``, in the order of the layer; draw it zero-centred.
    table : DataFrame with c rows, those that differ most first
        ``map`` (int), ``mean_absolute_difference`` in the unit of the maps, ``correlation`` of
        the pixels (-1..1; NaN where a map is constant in ``a`` or ``b``).
    """

    maps: Floats
    table: pd.DataFrame


def difference(a: ArrayLike, b: ArrayLike) -> Difference:
    """Compare the maps of one layer in two settings, map by map.

    Parameters
    ----------
    a, b : array (h, w, c)
        The same layer for two faces, weights or input ranges.

    Returns
    -------
    Difference

    Raises
    ------
    SimilarityError
        The shapes differ, or are not those of stacks of maps.
    """
    first, second = np.asarray(a), np.asarray(b)
    if first.shape != second.shape or first.ndim != 3 or first.size == 0:
        raise SimilarityError(
            "Only maps of the same height, width and number can be subtracted; these have the "
            f"shapes {first.shape} and {second.shape}. Choose the same layer and input size."
        )
    maps = first.astype(np.result_type(first, np.float32)) - second
    size = np.abs(maps).mean(axis=(0, 1), dtype=np.float64)
    order = np.argsort(-size, kind="stable")
    table = pd.DataFrame(
        {
            "map": np.arange(len(size)),
            "mean_absolute_difference": size,
            "correlation": _pairwise_correlations(_pixels(first), _pixels(second)),
        }
    )
    return Difference(maps, table.iloc[order].reset_index(drop=True))


def match(a_map: ArrayLike, b_maps: ArrayLike, top: int = 9) -> pd.DataFrame:
    """The maps of another layer that are most like one map.

    Both are brought to the coarser of the two grids, axis by axis, since that is all they share:
    by bilinear interpolation between the centres of the pixels, with the triangle widened by the
    reduction so that no pixel is skipped (Pillow's ``BILINEAR``).

    Parameters
    ----------
    a_map : array (h, w)
    b_maps : array (h2, w2, c2)
    top : int
        At most so many rows.

    Returns
    -------
    DataFrame
        ``map`` (int, of `b_maps`), ``correlation`` (Pearson's, -1..1), the largest first. Maps
        that are constant are left out; empty if `a_map` is constant, or the shared grid is a
        single pixel.

    Raises
    ------
    SimilarityError
        The shapes are not those of a map and a stack of maps.
    """
    one, many = np.asarray(a_map), np.asarray(b_maps)
    if one.ndim != 2 or many.ndim != 3 or one.size == 0 or many.size == 0:
        raise SimilarityError(
            "One map, height × width, is matched with a stack of maps, height × width × number; "
            f"these have the shapes {one.shape} and {many.shape}."
        )
    height, width = min(one.shape[0], many.shape[0]), min(one.shape[1], many.shape[1])
    vector = resize(one[..., np.newaxis], height, width).ravel()
    correlation = correlations(_pixels(resize(many, height, width)), vector)
    # Resizing rounds, which would give a constant map a correlation of its own.
    correlation[(np.ptp(many, axis=(0, 1)) == 0) | (np.ptp(one) == 0)] = np.nan
    best = np.argsort(-correlation, kind="stable")  # NaN come last
    best = best[np.isfinite(correlation[best])][: max(top, 0)]
    return pd.DataFrame({"map": best, "correlation": correlation[best]})


def resize(maps: ArrayLike, height: int, width: int) -> Floats:
    """Maps (h, w, c) resized to (height, width, c) bilinearly, as :func:`match` does."""
    array = np.asarray(maps)
    if array.shape[:2] == (height, width):
        return array
    rows = _triangle_weights(array.shape[0], height)
    columns = _triangle_weights(array.shape[1], width)
    resized: Floats = np.einsum("Hh,hwc,Ww->HWc", rows, array, columns, optimize=True)
    return resized


def _triangle_weights(n_in: int, n_out: int) -> NDArray[np.float64]:
    """Weights (n_out, n_in) of the input pixels in each output pixel; rows sum to 1."""
    step = n_in / n_out
    reach = max(step, 1.0)
    centres = (np.arange(n_out) + 0.5) * step
    distances = np.abs(np.arange(n_in) + 0.5 - centres[:, np.newaxis])
    weights: NDArray[np.float64] = np.maximum(1 - distances / reach, 0)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights


def _pixels(maps: Floats) -> Floats:
    return maps.reshape(-1, maps.shape[-1])


def _pairwise_correlations(a: Floats, b: Floats) -> NDArray[np.float64]:
    """Pearson's correlation of each column of `a` with the same column of `b`."""
    x, y = (pixels - pixels.mean(axis=0, dtype=np.float64) for pixels in (a, b))
    norms = np.sqrt(np.square(x).sum(axis=0) * np.square(y).sum(axis=0))
    constant = (a.min(axis=0) == a.max(axis=0)) | (b.min(axis=0) == b.max(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        result: NDArray[np.float64] = np.clip((x * y).sum(axis=0) / norms, -1, 1)
    result[constant] = np.nan
    return result
