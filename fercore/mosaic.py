"""All the maps of a layer as one picture: nearest neighbour, one draw, PNG bytes."""

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fercore.captions import Legend, with_words
from fercore.colours import DrawingError

Bytes = NDArray[np.uint8]

BACKGROUND = (255, 255, 255)
MAX_PIXELS = 50_000_000
"""The largest picture that is drawn, in pixels."""


def default_columns(n_maps: int) -> int:
    """The number of columns that makes a mosaic of square tiles nearly square, a little wide.

    The first 16 maps make the tutorials' 4 × 4, and 1280 maps 36 columns.
    """
    return max(1, math.ceil(math.sqrt(n_maps)))


def mosaic(
    pixels: Bytes,
    colours: Bytes,
    columns: int | None = None,
    tile: int | None = None,
    gap: int = 1,
    background: tuple[int, int, int] = BACKGROUND,
) -> Bytes:
    """One picture of many maps, row by row, each enlarged by nearest neighbour.

    Parameters
    ----------
    pixels : uint8 array (n, h, w)
        Indices into ``colours``, as :func:`fercore.scaling.scale` gives them; or pictures of faces
        with the grey table.
    colours : uint8 array (256, 3)
        See :func:`fercore.colours.colour_table`.
    columns : int, optional
        Maps in a row; :func:`default_columns` by default.
    tile : int, optional
        Longer edge of a map in the picture, in pixels; by default the map's own size times the
        whole number that makes it at least 32. A tile that is no multiple of the map's size shows
        some of its pixels wider than others.
    gap : int
        Pixels of background between neighbours and around all.
    background : red, green, blue, 0..255

    Returns
    -------
    uint8 array (H, W, 3)

    Raises
    ------
    DrawingError
        A wrong shape or type, a size below 1 (gap: below 0), or a picture of more than
        :data:`MAX_PIXELS`.
    """
    indices, empty = _checked_layout(pixels, colours, columns, tile, gap)
    return _coloured(indices, empty, colours, background)


def png(
    pixels: Bytes,
    colours: Bytes,
    columns: int | None = None,
    tile: int | None = None,
    gap: int = 1,
    background: tuple[int, int, int] = BACKGROUND,
    caption: str = "",
    legend: Legend | None = None,
) -> bytes:
    """The :func:`mosaic` as the bytes of a PNG file, with a caption above and a legend below.

    Parameters
    ----------
    pixels, colours, columns, tile, gap, background
        As in :func:`mosaic`.
    caption : str
        Written above the maps, wrapped to the picture's width; nothing if empty.
    legend : Legend, optional
        Drawn below the maps.

    Returns
    -------
    bytes
        Every pixel of the maps has exactly its colour of the table. A picture without text whose
        maps leave one of the 256 colours unused (those of :func:`fercore.scaling.scale` do) is
        a palette PNG, a third of the work and less than half of the bytes of a full-colour one.

    Raises
    ------
    DrawingError
        As in :func:`mosaic`.
    """
    indices, empty = _checked_layout(pixels, colours, columns, tile, gap)
    unused = np.flatnonzero(np.bincount(np.ravel(pixels), minlength=256) == 0)
    if not caption and legend is None and unused.size:
        return _palette_png(indices, empty, colours, int(unused[0]), background)
    image = Image.fromarray(_coloured(indices, empty, colours, background))
    if caption or legend is not None:
        image = with_words(image, colours, background, caption, legend)
    return _encoded(image)


def _checked_layout(
    pixels: Bytes, colours: Bytes, columns: int | None, tile: int | None, gap: int
) -> tuple[Bytes, NDArray[np.bool_]]:
    if pixels.ndim != 3 or pixels.size == 0 or pixels.dtype != np.uint8:
        raise DrawingError(
            "A mosaic is drawn from bytes, number × height × width; "
            f"these are {pixels.dtype} of shape {pixels.shape}."
        )
    if colours.shape != (256, 3) or colours.dtype != np.uint8:
        raise DrawingError(
            "A colour table is 256 × 3 bytes; "
            f"this one is {colours.dtype} of shape {colours.shape}. Take one from colour_table()."
        )
    n, height, width = pixels.shape
    edge = max(height, width)
    columns = default_columns(n) if columns is None else columns
    tile = edge * math.ceil(32 / edge) if tile is None else tile
    if columns < 1 or tile < 1 or gap < 0:
        raise DrawingError(
            f"Columns ({columns}) and tile size ({tile}) start at 1 and the gap ({gap}) at 0."
        )
    columns = min(columns, n)
    size = columns * (tile + gap) * math.ceil(n / columns) * (tile + gap)
    if size > MAX_PIXELS:
        raise DrawingError(
            f"{n} maps of {tile} × {tile} pixels make a picture of {size / 1e6:.0f} million "
            f"pixels; at most {MAX_PIXELS / 1e6:.0f} million are drawn. "
            "Take a smaller tile or fewer maps."
        )
    return _layout(pixels, columns, tile, gap)


def _layout(pixels: Bytes, columns: int, tile: int, gap: int) -> tuple[Bytes, NDArray[np.bool_]]:
    """Indices (H, W) of the whole picture, and which of its pixels belong to no map."""
    n, height, width = pixels.shape
    rows = math.ceil(n / columns)
    tile_height = max(1, round(tile * height / max(height, width)))
    tile_width = max(1, round(tile * width / max(height, width)))
    from_row = np.arange(tile_height) * height // tile_height
    from_column = np.arange(tile_width) * width // tile_width

    # One cell is a tile with a gap below and to the right; the padding adds those left and above.
    cells = np.zeros((rows, tile_height + gap, columns, tile_width + gap), dtype=np.uint8)
    filled = np.zeros_like(cells, dtype=np.bool_)
    large = pixels[:, from_row[:, np.newaxis], from_column]
    for row in range(rows):
        of_row = large[row * columns : (row + 1) * columns]
        cells[row, :tile_height, : len(of_row), :tile_width] = of_row.transpose(1, 0, 2)
        filled[row, :tile_height, : len(of_row), :tile_width] = True
    shape = (rows * (tile_height + gap), columns * (tile_width + gap))
    border = ((gap, 0), (gap, 0))
    return np.pad(cells.reshape(shape), border), ~np.pad(filled.reshape(shape), border)


def _coloured(
    indices: Bytes, empty: NDArray[np.bool_], colours: Bytes, background: tuple[int, int, int]
) -> Bytes:
    picture = colours[indices]
    picture[empty] = background
    return picture


def _palette_png(
    indices: Bytes,
    empty: NDArray[np.bool_],
    colours: Bytes,
    unused: int,
    background: tuple[int, int, int],
) -> bytes:
    indices[empty] = unused
    palette = colours.copy()
    palette[unused] = background
    image = Image.fromarray(indices)
    image.putpalette(palette.tobytes())
    return _encoded(image)


def _encoded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    # Level 1: repeated pixels compress well at any level, and the higher ones take far longer.
    image.save(file, format="PNG", compress_level=1)
    return file.getvalue()
