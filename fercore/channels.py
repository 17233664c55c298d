"""The maps of one layer in numbers: statistics, orders, and which maps are alike."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from fercore.errors import LayerError

Floats = NDArray[np.floating[Any]]


def statistics(maps: ArrayLike) -> pd.DataFrame:
    """One row a map: its extremes, mean, spread, and shares of zeros and negative values.

    Parameters
    ----------
    maps : array (h, w, c) or (c,)
        The maps of a layer for one face; a vector counts as maps of one pixel.

    Returns
    -------
    DataFrame with c rows and the columns
        ``map`` (int, 0..c-1), ``minimum``, ``maximum``, ``mean``, ``std`` (population standard
        deviation, ``ddof=0``), in the unit of the maps; ``zeros``, ``negatives``: shares 0..1 of
        the pixels; ``dead`` (bool): every pixel has the same value. A single number always
        equals itself, so a map of one pixel is dead only if it is zero. NaN gives NaN.

    Raises
    ------
    LayerError
        The array is neither a stack of maps nor a vector.
    """
    pixels = _pixels(maps)
    minimum, maximum = pixels.min(axis=0), pixels.max(axis=0)
    return pd.DataFrame(
        {
            "map": np.arange(pixels.shape[1]),
            "minimum": minimum,
            "maximum": maximum,
            "mean": pixels.mean(axis=0, dtype=np.float64),
            "std": pixels.std(axis=0, dtype=np.float64),
            "zeros": (pixels == 0).mean(axis=0),
            "negatives": (pixels < 0).mean(axis=0),
            "dead": (minimum == maximum) & ((len(pixels) > 1) | (minimum == 0)),
        }
    )


def order(maps: ArrayLike, by: str = "number") -> NDArray[np.int64]:
    """In which order to show the maps.

    Parameters
    ----------
    maps : array (h, w, c) or (c,)
    by : one of :data:`ORDERS`
        ``"number"`` as in the network; ``"mean"`` or ``"variance"``: the largest first.

    Returns
    -------
    int array (c,)
        The numbers of the maps; equal ones stay in the order of their numbers, NaN come last.

    Raises
    ------
    LayerError
        There is no such order, or the array is neither a stack of maps nor a vector.
    """
    if by not in ORDERS:
        raise LayerError(f"Maps cannot be ordered by {by!r}. Choose one of: {', '.join(ORDERS)}.")
    return np.argsort(-ORDERS[by](_pixels(maps)), kind="stable")


ORDERS: dict[str, Callable[[Floats], Floats]] = {
    "number": lambda pixels: -np.arange(pixels.shape[1], dtype=np.float64),
    "mean": lambda pixels: pixels.mean(axis=0, dtype=np.float64),
    "variance": lambda pixels: pixels.var(axis=0, dtype=np.float64),
}
"""Every order by its name: the number of each map, largest first, from pixels (h * w, c)."""


def relatives(maps: ArrayLike, channel: int, top: int = 9) -> pd.DataFrame:
    """The maps of the layer that are most like one of them.

    Parameters
    ----------
    maps : array (h, w, c)
        The maps of a layer for one face.
    channel : int, 0..c-1
        The map to compare with; it is not among its own relatives.
    top : int
        At most so many rows.

    Returns
    -------
    DataFrame with the columns
        ``map`` (int) and ``correlation`` (Pearson's, of the pixels, -1..1), the largest first.
        ``frame.attrs["note"]`` is a sentence on the maps that have no correlation because they
        are constant, to be shown; ``""`` if there is none. The frame is empty if the map itself
        is constant.

    Raises
    ------
    LayerError
        There is no such map, or the array is not a stack of maps of more than one pixel.
    """
    array = np.asarray(maps)
    if array.ndim != 3 or array.shape[0] * array.shape[1] < 2:
        raise LayerError(
            "Maps are compared by their pixels, height × width × number, with at least two pixels "
            f"a map; these values have the shape {array.shape}."
        )
    n_maps = array.shape[2]
    if not 0 <= channel < n_maps:
        raise LayerError(f"There is no map {channel}: this layer has the maps 0 to {n_maps - 1}.")
    return _relatives(_pixels(array), channel, top)


def _relatives(pixels: Floats, channel: int, top: int) -> pd.DataFrame:
    correlation = correlations(pixels, pixels[:, channel])
    without = int(np.isnan(correlation).sum())
    note = ""
    if np.isnan(correlation[channel]):
        note = f"Map {channel} is constant: it has no correlation with any other."
    elif without:
        note = f"{without} constant {'map is' if without == 1 else 'maps are'} left out."
    correlation[channel] = np.nan
    best = np.argsort(-correlation, kind="stable")[: max(top, 0)]  # NaN come last
    best = best[np.isfinite(correlation[best])]
    table = pd.DataFrame({"map": best, "correlation": correlation[best]})
    table.attrs["note"] = note
    return table


def correlations(pixels: Floats, one: Floats) -> NDArray[np.float64]:
    """Pearson's correlation of each column with one vector; NaN where either is constant.

    Parameters
    ----------
    pixels : float array (n, c)
    one : float array (n,)

    Returns
    -------
    float64 array (c,), -1..1
    """
    columns = pixels - pixels.mean(axis=0, dtype=np.float64)
    vector = one - one.mean(dtype=np.float64)
    norms = np.sqrt(np.einsum("nc,nc->c", columns, columns)) * np.sqrt(vector @ vector)
    # The mean is rounded, so a constant column can keep a trace of itself: ask the values.
    constant = (pixels.min(axis=0) == pixels.max(axis=0)) | (one.min() == one.max())
    with np.errstate(invalid="ignore", divide="ignore"):
        result: NDArray[np.float64] = np.clip(vector @ columns / norms, -1, 1)
    result[constant] = np.nan
    return result


def _pixels(maps: ArrayLike) -> Floats:
    """The maps as columns: (h * w, c), or (1, c) for a vector."""
    array = np.asarray(maps)
    if array.ndim not in (1, 3) or array.size == 0:
        raise LayerError(
            "Maps are height × width × number, or a vector of numbers; "
            f"these values have the shape {array.shape}."
        )
    return array.reshape(-1, array.shape[-1])
