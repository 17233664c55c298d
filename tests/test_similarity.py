"""Kernel alignment by hand and by its invariances; differences against NumPy, matches by Pillow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy.stats import ortho_group, pearsonr

from fercore import similarity
from fercore.differences import difference, match, resize
from fercore.errors import FercoreError
from fercore.similarity import cka_matrix, linear_cka

RNG = np.random.default_rng(0)


def by_definition(X, Y, debiased):
    """Equation by equation, with the n × n centring matrix of the papers."""
    n = len(X)
    K, L = X @ X.T, Y @ Y.T
    if not debiased:
        H = np.eye(n) - 1 / n

        def hsic(K, L):
            return np.trace(K @ H @ L @ H) / (n - 1) ** 2
    else:
        ones = np.ones(n)

        def hsic(K, L):  # Song et al. 2012, equation 5
            K, L = K - np.diag(np.diag(K)), L - np.diag(np.diag(L))
            sums = (ones @ K @ ones) * (ones @ L @ ones) / ((n - 1) * (n - 2))
            return (np.trace(K @ L) + sums - 2 / (n - 2) * ones @ K @ L @ ones) / (n * (n - 3))

    return hsic(K, L) / np.sqrt(hsic(K, K) * hsic(L, L))


def test_worked_by_hand():
    """Three faces.

    X = (0, 1, 2) is centred -1 0 1, and Y = [(0, 0), (1, 0), (0, 1)] is centred
    (-1/3, -1/3), (2/3, -1/3), (-1/3, 2/3). X.T Y = (0, 1), so |X.T Y|² = 1. |X.T X| = 2.
    Y.T Y = [[2/3, -1/3], [-1/3, 2/3]], of norm sqrt(10)/3. 1 / (2 sqrt(10) / 3) = 0.4743.
    """
    X = np.array([[0], [1], [2]])
    Y = np.array([[0, 0], [1, 0], [0, 1]])
    assert linear_cka(X, Y) == pytest.approx(3 / (2 * np.sqrt(10)), abs=1e-12)


def test_of_one_feature_it_is_the_squared_correlation():
    x, y = RNG.normal(size=(2, 50))
    expected = pearsonr(x, y).statistic ** 2
    assert linear_cka(x[:, None], y[:, None]) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("debiased", [False, True])
@pytest.mark.parametrize(("n", "p", "q"), [(12, 3, 40), (9, 50, 30), (200, 5, 8), (4, 2, 2)])
def test_both_forms_equal_the_definition(n, p, q, debiased, monkeypatch):
    X = RNG.normal(size=(n, p)) + 3
    Y = X[:, :1] + RNG.normal(size=(n, q))
    expected = np.clip(by_definition(X, Y, debiased), -1, 1)
    assert linear_cka(X, Y, debiased) == pytest.approx(expected, abs=1e-9)
    by_faces = similarity._products_by_faces
    by_features = similarity._products_by_features
    np.testing.assert_allclose(by_faces([X, Y], debiased), by_features([X, Y], debiased), rtol=1e-8)


@given(
    n=st.integers(4, 30),
    p=st.integers(2, 12),
    scale=st.floats(1e-6, 1e6),
    seed=st.integers(0, 99),
    debiased=st.booleans(),
)
def test_rotation_shift_and_one_scale_change_nothing(n, p, scale, seed, debiased):
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(n, p)), rng.normal(size=(n, 5))
    rotated = scale * X @ ortho_group.rvs(p, random_state=seed) + rng.normal(size=p)
    value = linear_cka(X, Y, debiased)
    assert linear_cka(rotated, Y, debiased) == pytest.approx(value, abs=1e-6)
    assert linear_cka(Y, X, debiased) == pytest.approx(value, abs=1e-12)
    assert linear_cka(X, rotated, debiased) == pytest.approx(1, abs=1e-6)
    assert -1 <= value <= 1


def test_a_scale_a_feature_does_change_it():
    X, Y = RNG.normal(size=(40, 3)), RNG.normal(size=(40, 3))
    assert abs(linear_cka(X * [1, 10, 100], Y) - linear_cka(X, Y)) > 1e-3


def test_noise_is_near_zero_for_many_faces():
    X, Y = RNG.normal(size=(2, 20_000, 10))
    assert linear_cka(X, Y) < 0.002


def test_with_few_faces_noise_looks_alike_unless_debiased():
    X, Y = RNG.normal(size=(2, 50, 2000))
    assert linear_cka(X, Y) > 0.9
    assert abs(linear_cka(X, Y, debiased=True)) < 0.05


@pytest.mark.parametrize("debiased", [False, True])
def test_a_matrix_is_its_pairs(debiased):
    tables = [RNG.normal(size=(20, p)).astype(np.float32) for p in (3, 30, 100)]
    matrix = cka_matrix(tables, debiased)
    np.testing.assert_array_equal(np.diag(matrix), 1)
    for i in range(3):
        for j in range(3):
            pair = linear_cka(tables[i], tables[j], debiased)
            assert matrix[i, j] == pytest.approx(pair, abs=1e-9)


@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_extreme_sizes_do_not_overflow(size):
    X, Y = RNG.normal(size=(30, 4)), RNG.normal(size=(30, 4))
    assert linear_cka(X * size, Y) == pytest.approx(linear_cka(X, Y), rel=1e-9)


def test_a_layer_that_never_changes_has_no_alignment():
    X = RNG.normal(size=(10, 3))
    dead = np.full((10, 3), 0.1)
    matrix = cka_matrix([X, dead, 2 * X])
    np.testing.assert_array_equal(np.isnan(matrix), [[0, 1, 0], [1, 1, 1], [0, 1, 0]])
    with pytest.raises(FercoreError, match="the same values"):
        linear_cka(X, dead)


@pytest.mark.parametrize(
    ("X", "Y", "debiased", "message"),
    [
        (np.zeros((4, 2)), np.zeros((5, 2)), False, "the same faces"),
        (np.zeros(4), np.zeros(4), False, "faces × features"),
        (np.zeros((4, 0)), np.zeros((4, 2)), False, "faces × features"),
        (np.zeros((1, 2)), np.zeros((1, 2)), False, "at least 2 faces, not 1"),
        (np.zeros((3, 2)), np.zeros((3, 2)), True, "at least 4 faces, not 3"),
        (np.full((4, 2), np.nan), np.zeros((4, 2)), False, "NaN"),
    ],
)
def test_what_cannot_be_aligned_is_refused(X, Y, debiased, message):
    with pytest.raises(FercoreError, match=message):
        linear_cka(X, Y, debiased)


def test_the_difference_is_numpys():
    a, b = RNG.normal(size=(2, 6, 5, 8)).astype(np.float32)
    b[..., 2] = a[..., 2] + 100
    b[..., 4] = a[..., 4]
    b[..., 5] = 1
    found = difference(a, b)
    np.testing.assert_array_equal(found.maps, a - b)
    size = np.abs(a.astype(float) - b).mean(axis=(0, 1))
    assert found.table["map"].tolist() == np.argsort(-size, kind="stable").tolist()
    assert found.table["map"].iloc[0] == 2
    assert found.table["map"].iloc[-1] == 4
    for row in found.table.itertuples():
        assert row.mean_absolute_difference == pytest.approx(size[row.map], rel=1e-6)
        if row.map == 5:
            assert np.isnan(row.correlation)
        else:
            expected = pearsonr(a[..., row.map].ravel(), b[..., row.map].ravel()).statistic
            assert row.correlation == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("a", "b"), [((4, 4, 3), (4, 4, 2)), ((4, 4), (4, 4)), ((0, 4, 3), (0, 4, 3))]
)
def test_maps_of_other_shapes_have_no_difference(a, b):
    with pytest.raises(FercoreError, match="the same height, width and number"):
        difference(np.zeros(a), np.zeros(b))


@pytest.mark.parametrize(("height", "width"), [(12, 12), (2, 2), (7, 5), (48, 30), (24, 24)])
def test_resizing_is_pillows_bilinear(height, width):
    maps = RNG.normal(size=(24, 24, 3)).astype(np.float32)
    resized = resize(maps, height, width)
    for number in range(3):
        image = Image.fromarray(np.ascontiguousarray(maps[..., number]))
        expected = np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))
        np.testing.assert_allclose(resized[..., number], expected, atol=1e-5)


@pytest.mark.parametrize(("shape", "shared"), [((6, 6), (6, 6)), ((24, 24), (12, 12))])
def test_a_map_finds_its_own_copy_on_another_grid(shape, shared):
    many = RNG.normal(size=(12, 12, 9))
    many[..., 3] = 0.1
    one = -2 * resize(many, *shape)[..., 5]
    one = -one + 7
    table = match(one, many, top=99)
    assert table["map"].iloc[0] == 5
    assert 3 not in table["map"].tolist()
    assert len(table) == 8
    expected = pearsonr(
        resize(one[..., None], *shared).ravel(), resize(many, *shared)[..., 5].ravel()
    ).statistic
    assert table["correlation"].iloc[0] == pytest.approx(expected, abs=1e-9)
    assert table["correlation"].is_monotonic_decreasing
    assert len(match(one, many, top=2)) == 2


def test_nothing_matches_a_constant_map_or_a_single_pixel():
    many = RNG.normal(size=(4, 4, 3))
    assert match(np.full((9, 9), 0.1), many).empty
    assert match(RNG.normal(size=(1, 1)), many).empty


def test_what_is_no_map_matches_nothing():
    with pytest.raises(FercoreError, match="One map, height × width"):
        match(np.zeros((4, 4, 1)), np.zeros((4, 4, 3)))
