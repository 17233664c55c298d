"""How the values of feature maps become colours: every choice of scale, and its legend."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fercore.colours import FIRST, LAST, MIDDLE, NO_VALUE, DrawingError
from fercore.errors import LayerError

Floats = NDArray[np.floating[Any]]

SCALES = {
    "each": "each map by itself",
    "layer": "one scale for the layer",
    "centred": "one scale for the layer, zero in the middle",
    "each_centred": "each map by itself, zero in the middle",
}
"""Every scale by its name, with its plain-language title, in the order to offer them."""


@dataclass(frozen=True)
class Scaled:
    """Feature maps as indices into a table of 256 colours.

    Attributes
    ----------
    pixels : uint8 array (c, h, w)
        ``FIRST`` (1) is the scale's lowest value, ``LAST`` (255) its highest, ``NO_VALUE`` (0) a
        NaN. Infinite values have the colour of their end of the scale. C-contiguous: its bytes
        are the maps one after the other.
    low, high : float32 array (c,)
        The values that the lowest and the highest colour stand for in each map; NaN in a map
        that has no finite value and a scale of its own.
    constant : bool array (c,)
        Maps in which every pixel has the same value.
    non_finite : bool array (c,)
        Maps that hold NaN or infinity.
    """

    pixels: NDArray[np.uint8]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    constant: NDArray[np.bool_]
    non_finite: NDArray[np.bool_]


def scale(maps: ArrayLike, mode: str = "each") -> Scaled:
    """Turn the values of feature maps into indices of colours, linearly.

    Parameters
    ----------
    maps : array (h, w, c)
        The maps of one layer for one face, any real values.
    mode : one of :data:`SCALES`
        - ``"each"``: lowest colour at each map's own minimum, highest at its maximum. A
          constant map has the lowest colour.
        - ``"layer"``: the same with the minimum and maximum over all the maps.
        - ``"centred"``: from -m to m, m the largest absolute value over all the maps; zero has
          exactly the middle colour, ``MIDDLE`` (128).
        - ``"each_centred"``: the same with each map's own m.

    Returns
    -------
    Scaled

    Raises
    ------
    DrawingError
        There is no scale of this name.
    LayerError
        The array is not a stack of maps.

    Notes
    -----
    In a centred scale x and -x are equally far from the middle, to the last index: it is why
    255 of the 256 colours are used.
    """
    if mode not in SCALES:
        raise DrawingError(f"There is no scale {mode!r}. Choose one of: {', '.join(SCALES)}.")
    array = np.asarray(maps)
    if array.ndim != 3 or array.size == 0:
        raise LayerError(
            f"Only a stack of maps, height × width × number, can be drawn as pictures; "
            f"these values have the shape {array.shape}."
        )
    # float64 stays as it is: its values may be too large for float32.
    return _scale(array if array.dtype == np.float64 else array.astype(np.float32), mode)


def _scale(maps: Floats, mode: str) -> Scaled:
    minimum, maximum, finite = _extremes(maps)
    low, high = _ends(minimum, maximum, mode)
    span = high - low
    if not np.all((span == 0) | ((span > 1e-30) & (span < 1e30))):
        maps = maps.astype(np.float64)  # float32 would overflow below, or lose the differences
    centred = mode.endswith("centred")
    origin, reference = (MIDDLE, np.zeros_like(low)) if centred else (FIRST, low)
    steps = np.divide(LAST - FIRST, span, out=np.zeros_like(span), where=span > 0)
    with np.errstate(invalid="ignore", over="ignore"):
        indices = maps - reference.astype(maps.dtype)
        indices *= steps.astype(maps.dtype)
    np.rint(indices, out=indices)
    indices += origin
    if not finite.all():
        np.clip(indices, FIRST, LAST, out=indices)
        indices[maps == np.inf] = LAST
        indices[maps == -np.inf] = FIRST
        indices[np.isnan(maps)] = NO_VALUE
    return Scaled(
        pixels=np.ascontiguousarray(indices.astype(np.uint8).transpose(2, 0, 1)),
        low=np.broadcast_to(low, minimum.shape).astype(np.float32),
        high=np.broadcast_to(high, minimum.shape).astype(np.float32),
        constant=finite & (minimum == maximum),
        non_finite=~finite,
    )


def _extremes(maps: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Minimum and maximum of the finite values of each map, and whether all of them are finite."""
    minimum = maps.min(axis=(0, 1)).astype(np.float64)  # NaN and infinity come through
    maximum = maps.max(axis=(0, 1)).astype(np.float64)
    finite = np.isfinite(minimum) & np.isfinite(maximum)
    for number in np.flatnonzero(~finite):
        values = maps[..., number]
        values = values[np.isfinite(values)]
        minimum[number] = values.min() if values.size else np.nan
        maximum[number] = values.max() if values.size else np.nan
    return minimum, maximum, finite


def _ends(
    minimum: NDArray[np.float64], maximum: NDArray[np.float64], mode: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The values of the lowest and the highest colour: (c,) each, or (1,) if all maps share."""
    if mode in ("layer", "centred"):
        minimum = np.atleast_1d(np.fmin.reduce(minimum))
        maximum = np.atleast_1d(np.fmax.reduce(maximum))
    if mode.endswith("centred"):
        maximum = np.maximum(np.abs(minimum), np.abs(maximum))
        minimum = -maximum
    return minimum, maximum


def legend_text(mode: str, low: ArrayLike, high: ArrayLike) -> str:
    """What the colours mean, in a sentence or two that are true for the scale.

    Parameters
    ----------
    mode : one of :data:`SCALES`
    low, high : array (c,)
        Of the :class:`Scaled` maps, or of those of them that are shown.

    Returns
    -------
    str

    Raises
    ------
    DrawingError
        There is no scale of this name, or no map.
    """
    if mode not in SCALES:
        raise DrawingError(f"There is no scale {mode!r}. Choose one of: {', '.join(SCALES)}.")
    lows, highs = np.atleast_1d(np.asarray(low)), np.atleast_1d(np.asarray(high))
    if lows.size == 0:
        raise DrawingError("There is no map, so there is no scale to explain.")
    return _legend_text(mode, lows, highs)


def _legend_text(mode: str, low: Floats, high: Floats) -> str:
    if np.isnan(low).all():
        return "No map has a finite value, so no colour stands for a number."
    minimum, maximum = _range(low), _range(high)
    if mode == "each":
        return (
            "Each map has its own scale: the lowest colour is that map's minimum "
            f"({minimum}), the highest its maximum ({maximum}). "
            "Colours cannot be compared between maps."
        )
    if mode == "each_centred":
        return (
            "Each map has its own scale with zero in the middle, as far down as up "
            f"({maximum}). Colours on one side of the middle share a sign, "
            "but cannot be compared between maps."
        )
    middle = " with zero in the middle" if mode == "centred" else ""
    return (
        f"One scale for all maps{middle}: the lowest colour is {minimum}, the highest {maximum}. "
        "Equal colours are equal values."
    )


def _range(values: Floats) -> str:
    first, last = number_text(np.nanmin(values)), number_text(np.nanmax(values))
    return first if first == last else f"{first} to {last}"


def number_text(value: float | np.floating[Any]) -> str:
    """A value in three significant digits with a true minus sign, as the legends write it."""
    text = f"{float(value) + 0.0:.3g}"  # adding 0.0 turns -0.0 into 0.0
    return text.replace("-", "−").replace("e+0", "e").replace("e−0", "e−")
