"""Groups of maps, or of faces, as one picture: group under group, each beside its centre."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw, ImageFont

from fercore import scaling
from fercore.captions import Legend, with_words
from fercore.colours import colour_table
from fercore.mosaic import BACKGROUND, default_columns, mosaic
from fercore.plots_clusters import cluster_colour

Bytes = NDArray[np.uint8]

_MARGIN = 10  # that of the captions
_HEAD = 26  # pixels above each group, for its name
_FRAME = 3  # pixels; in the group's colour
_INK = (32, 32, 32)


def scaled_with_centres(
    maps: NDArray[np.floating[Any]], centres: NDArray[np.floating[Any]], scale: str
) -> tuple[scaling.Scaled, Bytes]:
    """Maps and the centres of their groups as colours, on the scale of the maps.

    Parameters
    ----------
    maps : float array (h, w, c)
    centres : float array (k, h, w)
    scale : str
        One of :data:`fercore.scaling.SCALES`.

    Returns
    -------
    Scaled
        Of the maps.
    uint8 array (k, h, w)
        The centres. Those of patterns may lie a little outside of the maps' range, which a scale
        that all maps share does not show.
    """
    inside = np.clip(centres.transpose(1, 2, 0), maps.min(), maps.max()).astype(maps.dtype)
    together = scaling.scale(np.concatenate([inside, maps], axis=2), scale)
    return scaling.scale(maps, scale), together.pixels[: len(centres)]


def groups_picture(
    maps: ArrayLike,
    groups: Sequence[NDArray[np.integer[Any]]],
    centres: ArrayLike,
    scale: str = "each",
    colours: str = "viridis",
    caption: str = "",
) -> bytes:
    """Draw the groups of a layer's maps as one PNG that says what it is.

    Parameters
    ----------
    maps : float array (h, w, c)
    groups : sequence of int arrays
        The numbers of each group's maps, in the order to draw them; as
        :meth:`fercore.clustering.Sweep.order` gives them.
    centres : float array (k, h, w)
        As :meth:`fercore.clustering.Sweep.centres` gives them.
    scale : str
        One of :data:`fercore.scaling.SCALES`.
    colours : str
        One of the tables of :func:`fercore.colours.colour_table`.
    caption : str
        Written above all.

    Returns
    -------
    bytes
        A PNG file: each group under its name, in frames of its colour, beside its centre.

    Raises
    ------
    DrawingError, LayerError
        As :func:`fercore.scaling.scale` and :func:`fercore.mosaic.mosaic`.
    """
    scaled, middles = scaled_with_centres(np.asarray(maps), np.asarray(centres), scale)
    legend = Legend("lowest", "highest", scaling.legend_text(scale, scaled.low, scaled.high))
    named = [
        (f"cluster {cluster} · {len(numbers)} maps", scaled.pixels[numbers])
        for cluster, numbers in enumerate(groups)
    ]
    columns = max(16, default_columns(len(scaled.pixels)))
    return _drawn(middles, named, colour_table(colours), columns, caption, legend)


def faces_picture(
    images: Bytes, groups: Sequence[NDArray[np.integer[Any]]], most: int = 32, caption: str = ""
) -> bytes:
    """Draw the most typical faces of each group as one PNG that says what it is.

    Parameters
    ----------
    images : uint8 array (n, 48, 48)
        All faces.
    groups : sequence of int arrays
        The positions of each group's faces, the most typical first; as
        :meth:`fercore.clustering.FaceSweep.order` gives them.
    most : int
        So many faces of a group are drawn, beside the :func:`mean_pictures` of all of them.
    caption : str
        Written above all.

    Returns
    -------
    bytes
        A PNG file.
    """
    named = [
        (f"cluster {cluster} · {len(positions):,} faces", images[positions[:most]])
        for cluster, positions in enumerate(groups)
    ]
    return _drawn(mean_pictures(images, groups), named, colour_table("grey"), 16, caption, None)


def mean_pictures(images: Bytes, groups: Sequence[NDArray[np.integer[Any]]]) -> Bytes:
    """The mean picture of each group of faces: uint8 (k, 48, 48).

    Each is stretched to the whole range of grey: the mean of many faces is flat.
    """
    stretched = np.empty((len(groups), *images.shape[1:]), np.float32)
    for mean, positions in zip(stretched, groups, strict=True):
        mean[:] = images[positions].mean(axis=0, dtype=np.float32)
        mean -= mean.min()
        mean *= 255 / max(float(mean.max()), 1.0)
    return np.rint(stretched).astype(np.uint8)


def _drawn(
    middles: Bytes,
    named: Sequence[tuple[str, Bytes]],
    table: Bytes,
    columns: int,
    caption: str,
    legend: Legend | None,
) -> bytes:
    """Named groups of pictures, each beside its middle, under a caption."""
    drawn = [
        _group(middle, name, pixels, table, columns, cluster_colour(cluster))
        for cluster, (middle, (name, pixels)) in enumerate(zip(middles, named, strict=True))
    ]
    width, height = max(d.width for d in drawn), sum(d.height for d in drawn)
    sheet = Image.new("RGB", (width + 2 * _MARGIN, height), BACKGROUND)
    top = 0
    for picture in drawn:
        sheet.paste(picture, (_MARGIN, top))
        top += picture.height
    whole = with_words(sheet, table, BACKGROUND, caption, legend)
    file = io.BytesIO()
    whole.save(file, format="PNG", compress_level=1)
    return file.getvalue()


def _group(
    middle: Bytes, name: str, pixels: Bytes, table: Bytes, columns: int, colour: str
) -> Image.Image:
    red, green, blue = bytes.fromhex(colour[1:])
    columns = min(columns, len(pixels))
    left, right = (
        Image.fromarray(mosaic(tiles, table, across, gap=_FRAME, background=(red, green, blue)))
        for tiles, across in ((middle[None], 1), (pixels, columns))
    )
    start = left.width + 4 * _FRAME
    sheet = Image.new("RGB", (start + right.width, _HEAD + right.height + 12), BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    draw.text((0, 6), name, fill=_INK, font=ImageFont.load_default(size=14))
    sheet.paste(left, (0, _HEAD))
    sheet.paste(right, (start, _HEAD))
    missing = -len(pixels) % columns  # places at the end of the last row that hold no picture
    if missing:
        across = (right.width - _FRAME) // columns
        down = (right.height - _FRAME) // -(-len(pixels) // columns)
        corner = (sheet.width - missing * across, _HEAD + right.height - down)
        draw.rectangle([corner, (sheet.width, _HEAD + right.height)], fill=BACKGROUND)
    return sheet
