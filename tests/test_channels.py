"""Statistics, orders and relatives against NumPy, SciPy and hand-worked maps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import pearsonr

from fercore.channels import ORDERS, order, relatives, statistics
from fercore.errors import FercoreError

MAPS = np.random.default_rng(0).normal(size=(6, 5, 12)).astype(np.float32)
MAPS[..., 3] = 0
MAPS[..., 7] = 2.5
MAPS[:3, :, 9] = 0


def test_statistics_equal_numpys_map_by_map():
    table = statistics(MAPS)
    for row in table.itertuples():
        values = MAPS[..., row.map]
        assert row.minimum == np.min(values)
        assert row.maximum == np.max(values)
        assert row.mean == pytest.approx(np.mean(values, dtype=np.float64), abs=1e-12)
        assert row.std == pytest.approx(np.std(values, dtype=np.float64), abs=1e-12)
        assert row.zeros == np.count_nonzero(values == 0) / 30
        assert row.negatives == np.count_nonzero(values < 0) / 30
    assert table["map"].tolist() == list(range(12))
    assert table.loc[table["dead"], "map"].tolist() == [3, 7]


def test_a_large_map_is_summed_without_loss():
    maps = np.full((256, 256, 1), 0.1, np.float32)
    assert statistics(maps)["mean"].item() == pytest.approx(float(np.float32(0.1)), rel=1e-12)


def test_a_vector_is_a_map_of_one_pixel_each():
    table = statistics(np.array([0.5, 0, -2], np.float32))
    assert table["mean"].tolist() == [0.5, 0, -2]
    assert table["std"].tolist() == [0, 0, 0]
    assert table["negatives"].tolist() == [0, 0, 1]
    assert table["dead"].tolist() == [False, True, False]


def test_nan_shows():
    maps = MAPS.copy()
    maps[0, 0, 1] = np.nan
    row = statistics(maps).loc[1]
    assert np.isnan(row["mean"])
    assert not row["dead"]


def test_orders_worked_by_hand():
    maps = np.array([[[1, 5, 0, 5], [3, 5, 9, 5]]], np.float32)  # means 2 5 4.5 5
    assert order(maps).tolist() == [0, 1, 2, 3]
    assert order(maps, "mean").tolist() == [1, 3, 2, 0]
    assert order(maps, "variance").tolist() == [2, 0, 1, 3]


@given(
    maps=hnp.arrays(np.float32, (3, 3, 8), elements=st.floats(-9, 9, width=32)),
    by=st.sampled_from(sorted(ORDERS)),
)
def test_an_order_has_every_map_once(maps, by):
    assert sorted(order(maps, by)) == list(range(8))


def test_nan_comes_last():
    maps = np.array([[[np.nan, 1, 2]]])
    assert order(maps, "mean").tolist() == [2, 1, 0]


def test_relatives_are_scipys_correlations():
    table = relatives(MAPS, 0, top=12)
    expected = {
        number: pearsonr(MAPS[..., 0].ravel(), MAPS[..., number].ravel()).statistic
        for number in range(1, 12)
        if number not in (3, 7)
    }
    assert table["map"].tolist() == sorted(expected, key=expected.get, reverse=True)
    for row in table.itertuples():
        assert row.correlation == pytest.approx(expected[row.map], abs=1e-6)
    assert table.attrs["note"] == "2 constant maps are left out."


def test_a_stretched_copy_is_the_nearest_relative_and_its_negative_the_farthest():
    maps = MAPS.copy()
    maps[..., 5] = 3 * maps[..., 2] + 10
    maps[..., 6] = -maps[..., 2]
    table = relatives(maps, 2, top=99)
    assert table["map"].iloc[0] == 5
    assert table["correlation"].iloc[0] == pytest.approx(1)
    assert table["map"].iloc[-1] == 6
    assert 2 not in table["map"].tolist()


def test_at_most_the_top_and_no_note_without_constants():
    table = relatives(MAPS[..., :3], 1, top=1)
    assert len(table) == 1
    assert table.attrs["note"] == ""


def test_a_constant_map_has_no_relatives_and_says_so():
    table = relatives(MAPS, 7)
    assert table.empty
    assert table.attrs["note"].startswith("Map 7 is constant")


def test_a_constant_that_rounds_badly_is_still_constant():
    maps = np.random.default_rng(1).normal(size=(7, 7, 3)).astype(np.float32)
    maps[..., 1] = 0.1
    assert relatives(maps, 0)["map"].tolist() == [2]


@pytest.mark.parametrize("channel", [-1, 12, 1280])
def test_a_map_that_is_not_there(channel):
    with pytest.raises(FercoreError, match=r"There is no map .* 0 to 11"):
        relatives(MAPS, channel)


@pytest.mark.parametrize("shape", [(), (4, 4), (0, 0, 3), (1, 2, 3, 4)])
def test_what_is_neither_maps_nor_a_vector(shape):
    with pytest.raises(FercoreError, match="height × width × number"):
        statistics(np.zeros(shape))
    with pytest.raises(FercoreError, match="height × width × number"):
        order(np.zeros(shape), "mean")


@pytest.mark.parametrize("shape", [(8,), (1, 1, 8)])
def test_single_numbers_have_no_relatives(shape):
    with pytest.raises(FercoreError, match="at least two pixels"):
        relatives(np.zeros(shape), 0)


def test_an_unknown_order():
    with pytest.raises(FercoreError, match="number, mean, variance"):
        order(MAPS, "colour")
