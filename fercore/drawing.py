"""The maps of a layer as one picture with its caption and legend: what a page lets you download."""

import numpy as np
from numpy.typing import ArrayLike

from fercore import scaling
from fercore.captions import Legend
from fercore.colours import colour_table
from fercore.mosaic import png


def picture(
    maps: ArrayLike,
    numbers: ArrayLike | None = None,
    scale: str = "each",
    colours: str = "viridis",
    caption: str = "",
) -> bytes:
    """Draw feature maps as one PNG that says what it is.

    Parameters
    ----------
    maps : float array (h, w, c)
        All maps of a layer for one face; the scale is that of the whole layer.
    numbers : int array, optional
        The maps to draw, in this order; all of them by default.
    scale : str
        One of :data:`fercore.scaling.SCALES`.
    colours : str
        One of the tables of :func:`fercore.colours.colour_table`.
    caption : str
        Written above the maps; see :meth:`fercore.models.Model.caption`.

    Returns
    -------
    bytes
        A PNG file: caption, maps by nearest neighbour, strip of colours, a legend true for `scale`.

    Raises
    ------
    DrawingError, LayerError
        As :func:`fercore.scaling.scale` and :func:`fercore.mosaic.png`.
    """
    scaled = scaling.scale(maps, scale)
    chosen = np.arange(len(scaled.pixels)) if numbers is None else np.asarray(numbers)
    low, high = scaled.low[chosen], scaled.high[chosen]
    legend = Legend(*_ends(scale, low, high), scaling.legend_text(scale, low, high))
    return png(scaled.pixels[chosen], colour_table(colours), caption=caption, legend=legend)


def _ends(scale: str, low: np.ndarray, high: np.ndarray) -> tuple[str, str]:
    """What stands at the ends of the colours: values, or words where each map has its own."""
    if len(low) > 1 and scale == "each":
        return "its minimum", "its maximum"
    if len(low) > 1 and scale == "each_centred":
        return "minus its largest", "its largest, either sign"
    return scaling.number_text(low[0]), scaling.number_text(high[0])
