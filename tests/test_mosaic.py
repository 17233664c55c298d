"""The mosaic against a picture laid out pixel by pixel, and its PNG read back by Pillow."""

import io
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fercore.captions import Legend
from fercore.colours import colour_table
from fercore.errors import FercoreError
from fercore.mosaic import default_columns, mosaic, png
from fercore.scaling import scale

GREY = colour_table("grey")
VIRIDIS = colour_table("viridis")


def read(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def one_by_one(pixels, colours, columns, tile, gap, background):
    """The mosaic of square maps, every pixel by its definition."""
    n, edge = pixels.shape[:2]
    rows = -(-n // columns)
    height, width = rows * (tile + gap) + gap, columns * (tile + gap) + gap
    picture = np.empty((height, width, 3), np.uint8)
    for y in range(height):
        for x in range(width):
            row, in_row = divmod(y - gap, tile + gap)
            column, in_column = divmod(x - gap, tile + gap)
            number = row * columns + column
            inside = min(row, column) >= 0 and max(in_row, in_column) < tile and number < n
            picture[y, x] = (
                colours[pixels[number, in_row * edge // tile, in_column * edge // tile]]
                if inside
                else background
            )
    return picture


@given(
    n=st.integers(1, 9),
    edge=st.integers(1, 4),
    columns=st.integers(1, 9),
    tile=st.integers(1, 9),
    gap=st.integers(0, 2),
    full=st.booleans(),
)
def test_every_pixel_is_where_it_belongs(n, edge, columns, tile, gap, full):
    pixels = np.random.default_rng(n).integers(0, 256, size=(n, edge, edge), dtype=np.uint8)
    if full:  # with no colour to spare, the PNG cannot have a palette
        pixels = np.arange(256, dtype=np.uint8).reshape(16, 4, 4)
    background = (1, 2, 3)
    columns = min(columns, len(pixels))
    expected = one_by_one(pixels, VIRIDIS, columns, tile, gap, background)
    np.testing.assert_array_equal(mosaic(pixels, VIRIDIS, columns, tile, gap, background), expected)
    np.testing.assert_array_equal(
        read(png(pixels, VIRIDIS, columns, tile, gap, background)), expected
    )


def test_scaled_maps_make_a_palette_png():
    maps = np.random.default_rng(0).normal(size=(7, 7, 96)).astype(np.float32)
    assert Image.open(io.BytesIO(png(scale(maps).pixels, VIRIDIS))).mode == "P"


def test_maps_that_are_not_square_keep_their_proportion():
    pixels = np.arange(8, dtype=np.uint8).reshape(1, 2, 4)
    np.testing.assert_array_equal(
        mosaic(pixels, GREY, tile=8, gap=0)[..., 0],
        np.repeat(np.repeat(pixels[0], 2, axis=0), 2, axis=1),
    )


@pytest.mark.parametrize(("n_maps", "columns"), [(1, 1), (16, 4), (64, 8), (96, 10), (1280, 36)])
def test_a_mosaic_is_nearly_square(n_maps, columns):
    assert default_columns(n_maps) == columns


def test_the_default_tile_is_a_whole_multiple_of_the_map():
    assert mosaic(np.zeros((1, 7, 7), np.uint8), GREY, gap=0).shape == (35, 35, 3)
    assert mosaic(np.zeros((1, 112, 112), np.uint8), GREY, gap=0).shape == (112, 112, 3)


def test_caption_and_legend_stand_around_the_unchanged_maps():
    pixels = np.random.default_rng(0).integers(1, 256, size=(96, 24, 24), dtype=np.uint8)
    plain = mosaic(pixels, VIRIDIS)
    legend = Legend("−1.2", "3.4", "One scale for all maps. " * 8)
    picture = read(png(pixels, VIRIDIS, caption="face 12 · 24 × 24 × 96", legend=legend))
    assert picture.shape[1] == plain.shape[1]
    tops = [
        top
        for top in range(picture.shape[0] - plain.shape[0] + 1)
        if np.array_equal(picture[top : top + plain.shape[0]], plain)
    ]
    assert len(tops) == 1
    above, below = picture[: tops[0]], picture[tops[0] + plain.shape[0] :]
    assert (above.min(axis=2) < 64).any()  # ink
    assert (above == 255).all(axis=(1, 2)).any()
    # One line of the legend shows the table from its first colour to its last.
    strips = [line for line in below if tuple(line[10]) == tuple(VIRIDIS[1])]
    assert any(tuple(line[-11]) == tuple(VIRIDIS[255]) for line in strips)


def test_text_stays_inside_the_picture_of_a_single_small_map():
    legend = Legend("low", "high", "word " * 40)
    picture = read(png(np.ones((1, 7, 7), np.uint8), GREY, caption="word " * 40, legend=legend))
    assert picture.shape[1] == 360
    assert (picture[:, :5] == 255).all()
    assert (picture[:, -5:] == 255).all()
    assert (picture[-5:] == 255).all()


def test_text_is_light_on_a_dark_background():
    dark = read(png(np.ones((1, 7, 7), np.uint8), GREY, background=(0, 0, 0), caption="word"))
    assert dark[:25].max() > 200


def test_signs_that_the_font_lacks_are_written_with_signs_that_it_has():
    def caption(text):
        return png(np.ones((1, 7, 7), np.uint8), GREY, caption=text)

    assert caption("24×24 −1 é") == caption("24x24 -1 e")
    assert caption("a · b") != caption("a b")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pixels": np.zeros((2, 4, 4), np.float32)}, "float32"),
        ({"pixels": np.zeros((4, 4), np.uint8)}, "number × height × width"),
        ({"pixels": np.zeros((0, 4, 4), np.uint8)}, "number × height × width"),
        ({"colours": np.zeros((255, 3), np.uint8)}, "256 × 3"),
        ({"columns": 0}, "Columns"),
        ({"tile": 0}, "tile size"),
        ({"gap": -1}, "gap"),
        ({"tile": 10_000}, "at most 50 million"),
    ],
)
def test_what_cannot_be_drawn_is_refused(change, message):
    wanted = {"pixels": np.zeros((2, 4, 4), np.uint8), "colours": GREY} | change
    with pytest.raises(FercoreError, match=message):
        png(**wanted)
    with pytest.raises(FercoreError, match=message):
        mosaic(**wanted)


def test_1280_maps_take_milliseconds():
    """The benchmark states the figure; this only notices a loop over maps or pixels."""
    maps = np.random.default_rng(0).normal(size=(7, 7, 1280)).astype(np.float32)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        png(scale(maps).pixels, VIRIDIS)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.1
