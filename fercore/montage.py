"""A whole comparison as one picture: the panes side by side, each with its face and caption."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fercore import scaling
from fercore.captions import Legend, with_words
from fercore.colours import DrawingError, colour_table
from fercore.mosaic import BACKGROUND, default_columns, mosaic
from fercore.pane_scale import ACROSS, PaneScale, scale_panes

_FACE = 96  # pixels a side that a face is drawn at
_WIDTH = 480  # of the maps of a pane, as near as whole pixels of a map allow
_MARGIN = 10  # that of the captions
_BETWEEN = 14


@dataclass(frozen=True)
class Panel:
    """One pane of the picture.

    Attributes
    ----------
    maps : float32 array (h, w, c), or (c,)
    face : uint8 array (48, 48)
    caption : str
    layer : str
        Panels of the same layer can share a scale.
    """

    maps: NDArray[np.float32]
    face: NDArray[np.uint8]
    caption: str
    layer: str

    @property
    def stack(self) -> NDArray[np.float32]:
        """The maps as (h, w, c); a vector is a stack of maps of one pixel."""
        return self.maps if self.maps.ndim == 3 else self.maps.reshape(1, 1, -1)


def montage(
    panels: Sequence[Panel], title: str = "", scale: str = "matched", colours: str = "viridis"
) -> bytes:
    """Draw a comparison as one PNG that says what it is.

    Parameters
    ----------
    panels : sequence of Panel
        From left to right.
    title : str
        Written above all.
    scale : one of :data:`fercore.pane_scale.PANE_SCALES`
        One that panes share has one legend below all of them; otherwise each pane has its own.
    colours : str
        One of the tables of :func:`fercore.colours.colour_table`; with ``"diverging"``, zero has
        the middle colour.

    Returns
    -------
    bytes
        A PNG file.

    Raises
    ------
    DrawingError
        No panel, an unknown scale or table, or a picture beyond the bounds.
    """
    if not panels:
        raise DrawingError("There is no pane to draw.")
    table = colour_table(colours)
    alike = len({panel.layer for panel in panels}) == 1
    scaled = scale_panes([p.stack for p in panels], alike, scale, colours == "diverging")
    drawn = [_panel(panel, scaled, i, table) for i, panel in enumerate(panels)]
    sheet = Image.new("RGB", _sheet_size(drawn), BACKGROUND)
    left = 0
    for picture in drawn:
        sheet.paste(picture, (left, 0))
        left += picture.width + _BETWEEN
    legend = _legend(scaled, 0) if scaled.used in ACROSS else None
    whole = with_words(sheet, table, BACKGROUND, title, legend)
    file = io.BytesIO()
    whole.save(file, format="PNG", compress_level=1)
    return file.getvalue()


def _panel(panel: Panel, scaled: PaneScale, i: int, table: NDArray[np.uint8]) -> Image.Image:
    pixels = scaled.scaled[i].pixels
    columns = default_columns(len(pixels))
    edge = max(pixels.shape[1:])
    tile = edge * max(1, round((_WIDTH / columns - 1) / edge))
    maps = Image.fromarray(mosaic(pixels, table, columns, tile))
    face = Image.fromarray(panel.face).resize((_FACE, _FACE), Image.Resampling.NEAREST)
    width = max(maps.width, _WIDTH) + 2 * _MARGIN
    both = Image.new("RGB", (width, _FACE + _MARGIN + maps.height), BACKGROUND)
    both.paste(face.convert("RGB"), (_MARGIN, 0))
    both.paste(maps, (_MARGIN, _FACE + _MARGIN))
    legend = None if scaled.used in ACROSS else _legend(scaled, i)
    return with_words(both, table, BACKGROUND, panel.caption, legend)


def _legend(scaled: PaneScale, i: int) -> Legend:
    one = scaled.scaled[i]
    if scaled.used in ("map", "matched"):
        return Legend("its lowest", "its highest", scaled.legends[i])
    low, high = (scaling.number_text(value[0]) for value in (one.low, one.high))
    return Legend(low, high, scaled.legends[i])


def _sheet_size(drawn: Sequence[Image.Image]) -> tuple[int, int]:
    width = sum(picture.width for picture in drawn) + _BETWEEN * (len(drawn) - 1)
    return width, max(picture.height for picture in drawn)
