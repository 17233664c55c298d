"""The scales against hand-worked values, a plain float64 formula and their own promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from fercore.colours import FIRST, LAST, MIDDLE, NO_VALUE
from fercore.errors import FercoreError
from fercore.scaling import SCALES, legend_text, number_text, scale

# Two maps of 1 × 3 pixels: the first -1 0 3, the second 0 1 2.
TWO = np.array([[[-1, 0], [0, 1], [3, 2]]], dtype=np.float32)

STACKS = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=3, max_dims=3, max_side=5),
    elements=st.floats(-100, 100, width=32),
)


@pytest.mark.parametrize(
    ("mode", "pixels", "low", "high"),
    [
        # 1 + 254 * (0 + 1) / 4 = 64.5, to the even 64 of 63.5 + 1
        ("each", [[1, 65, 255], [1, 128, 255]], [-1, 0], [3, 2]),
        ("layer", [[1, 65, 255], [65, 128, 191]], [-1, -1], [3, 3]),
        ("centred", [[86, 128, 255], [128, 170, 213]], [-3, -3], [3, 3]),
        ("each_centred", [[86, 128, 255], [128, 192, 255]], [-3, -2], [3, 2]),
    ],
)
def test_worked_by_hand(mode, pixels, low, high):
    scaled = scale(TWO, mode)
    np.testing.assert_array_equal(scaled.pixels[:, 0, :], pixels)
    np.testing.assert_array_equal(scaled.low, low)
    np.testing.assert_array_equal(scaled.high, high)


@given(maps=STACKS, mode=st.sampled_from(sorted(SCALES)))
def test_an_index_stands_for_its_value(maps, mode):
    """Read back through the stated ends, each index is within half a step of the value."""
    scaled = scale(maps, mode)
    low, high = scaled.low.astype(float), scaled.high.astype(float)
    step = (high - low) / (LAST - FIRST)
    read = low + (scaled.pixels.transpose(1, 2, 0).astype(float) - FIRST) * step
    varied = step > 0
    error = np.abs(read - maps)[..., varied]
    assert (error <= 0.501 * step[varied] + 1e-30).all()
    assert scaled.pixels.min() >= FIRST


@given(maps=STACKS, mode=st.sampled_from(["centred", "each_centred"]))
def test_centred_scales_are_symmetric_about_the_exact_middle(maps, mode):
    there, mirrored = scale(maps, mode).pixels.astype(int), scale(-maps, mode).pixels.astype(int)
    np.testing.assert_array_equal(there - MIDDLE, MIDDLE - mirrored)
    assert (there[maps.transpose(2, 0, 1) == 0] == MIDDLE).all()


@given(maps=STACKS)
def test_each_map_by_itself_reaches_both_ends_unless_constant(maps):
    scaled = scale(maps, "each")
    for pixels, constant, values in zip(
        scaled.pixels, scaled.constant, maps.transpose(2, 0, 1), strict=True
    ):
        assert constant == (len(np.unique(values)) == 1)
        assert pixels.min() == FIRST
        assert pixels.max() == (FIRST if constant else LAST)


def test_the_bytes_are_the_maps_one_after_the_other():
    maps = np.random.default_rng(0).normal(size=(4, 5, 3)).astype(np.float32)
    scaled = scale(maps, "layer")
    assert scaled.pixels.shape == (3, 4, 5)
    of_second = scaled.pixels.tobytes()[20:40]
    expected = 1 + np.rint(
        (maps[..., 1].astype(float) - maps.min()) / (float(maps.max()) - maps.min()) * 254
    )
    np.testing.assert_array_equal(np.frombuffer(of_second, np.uint8).reshape(4, 5), expected)


def test_a_constant_map_is_flagged_and_keeps_its_place_on_a_shared_scale():
    maps = np.zeros((2, 2, 3), np.float32)
    maps[..., 1] = 5
    maps[0, 0, 2] = 10
    np.testing.assert_array_equal(scale(maps, "each").constant, [True, True, False])
    assert (scale(maps, "each").pixels[:2] == FIRST).all()
    assert (scale(maps, "layer").pixels[1] == 128).all()  # halfway from 0 to 10
    assert (scale(maps, "centred").pixels[0] == MIDDLE).all()
    assert (scale(np.zeros((2, 2, 3)), "centred").pixels == MIDDLE).all()


@pytest.mark.parametrize("mode", SCALES)
def test_nan_and_infinity_are_flagged_and_do_not_spoil_the_others(mode):
    maps = np.random.default_rng(1).normal(size=(4, 4, 3)).astype(np.float32)
    maps[0, 0, 1] = maps[0, 1, 1] = maps[0, 2, 1] = 0  # so that the scale's ends are elsewhere
    clean = scale(maps, mode)
    maps[0, :3, 1] = np.nan, np.inf, -np.inf
    scaled = scale(maps, mode)
    np.testing.assert_array_equal(scaled.non_finite, [False, True, False])
    np.testing.assert_array_equal(scaled.pixels[1, 0, :3], [NO_VALUE, LAST, FIRST])
    clean.pixels[1, 0, :3] = scaled.pixels[1, 0, :3]
    np.testing.assert_array_equal(scaled.pixels, clean.pixels)
    np.testing.assert_array_equal(scaled.low, clean.low)


@pytest.mark.parametrize("mode", SCALES)
def test_nothing_but_nan(mode):
    scaled = scale(np.full((2, 2, 2), np.nan), mode)
    assert (scaled.pixels == NO_VALUE).all()
    assert legend_text(mode, scaled.low, scaled.high).startswith("No map has a finite value")


@pytest.mark.parametrize("size", [1e-40, 1e-35, 1e35, 3.4e38])
@pytest.mark.parametrize("mode", SCALES)
def test_extreme_sizes_do_not_overflow(mode, size):
    maps = np.array([[[-1], [0], [1]]]) * size
    np.testing.assert_array_equal(scale(maps, mode).pixels[0, 0], [1, 128, 255])


def test_a_small_spread_far_from_zero_keeps_its_differences():
    maps = np.array([[[10000.0], [10000.5], [10001.0]]], np.float32)
    np.testing.assert_array_equal(scale(maps, "each").pixels[0, 0], [1, 128, 255])


@pytest.mark.parametrize("shape", [(), (3,), (4, 4), (1, 4, 4, 3), (0, 4, 3), (4, 4, 0)])
def test_what_is_no_stack_of_maps_is_refused(shape):
    with pytest.raises(FercoreError, match=r"height × width × number"):
        scale(np.zeros(shape))


def test_an_unknown_scale_is_refused_with_the_known_ones():
    with pytest.raises(FercoreError, match="each, layer, centred"):
        scale(TWO, "log")
    with pytest.raises(FercoreError, match="each, layer, centred"):
        legend_text("log", [0], [1])
    with pytest.raises(FercoreError, match="no map"):
        legend_text("each", [], [])


def test_the_legends_state_the_ends_of_their_scale():
    texts = {mode: legend_text(mode, *ends(mode)) for mode in SCALES}
    assert "minimum (−1 to 0), the highest its maximum (2 to 3)" in texts["each"]
    assert "cannot be compared" in texts["each"]
    assert texts["layer"].startswith("One scale for all maps: the lowest colour is −1, the highest")
    assert "Equal colours are equal values" in texts["layer"]
    assert "zero in the middle: the lowest colour is −3, the highest 3." in texts["centred"]
    assert "zero in the middle, as far down as up (2 to 3)" in texts["each_centred"]


def ends(mode):
    scaled = scale(TWO, mode)
    return scaled.low, scaled.high


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.0, "0"), (-1.2345, "−1.23"), (1234567.0, "1.23e6"), (-1e-12, "−1e−12"), (12.0, "12")],
)
def test_numbers_are_short(value, text):
    assert number_text(value) == text
