"""Grouping the maps of a layer, against scikit-learn, SciPy and hand-worked figures."""

import threading
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist, pdist
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_samples
from threadpoolctl import threadpool_info, threadpool_limits

from fercore import clustering
from fercore.clustering import criteria, reference, samples, stability
from fercore.errors import ClusteringError


@pytest.fixture(scope="module", autouse=True)
def one_thread_for_scikit_learn():
    """On a busy machine its threads wait for each other for longer than they work."""
    with threadpool_limits(1, "openmp"):
        yield


def as_maps(rows: np.ndarray, height: int = 1) -> np.ndarray:
    """Rows, one a map, as (h, w, maps)."""
    return rows.T.reshape(height, -1, len(rows))


def as_rows(maps: np.ndarray) -> np.ndarray:
    return maps.reshape(-1, maps.shape[-1]).T


def loud_maps(count: int, side: int, seed: int = 0) -> np.ndarray:
    """Like a layer's: sums of a few smooth patterns, of very different loudness; float32."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side] / side
    waves = [np.cos(np.pi * (a * x + b * y)) for a in range(3) for b in range(3)]
    weights = random.normal(size=(count, 9)) * random.lognormal(size=(count, 1))
    maps = np.tensordot(np.array(waves), weights, axes=(0, 1))
    return (maps + 0.3 * random.normal(size=maps.shape)).astype(np.float32)


@pytest.fixture(scope="module")
def maps() -> np.ndarray:
    return loud_maps(96, 12)


@pytest.fixture(scope="module")
def sweep(maps: np.ndarray) -> clustering.Sweep:
    return clustering.elbow(maps, k_max=9)


# The curve


@pytest.mark.parametrize(
    ("count", "side", "seed"), [(96, 24, 0), (400, 7, 1), (300, 2, 2), (96, 24, 3)]
)
def test_inertia_is_that_of_scikit_learn_or_lower(count: int, side: int, seed: int) -> None:
    maps = loud_maps(count, side, seed)
    table = next(iter(clustering.sweep_steps(maps, k_max=10, seed=seed))).table
    theirs = [
        KMeans(k, n_init=10, random_state=seed).fit(as_rows(maps)).inertia_ for k in table["k"]
    ]
    assert (table["inertia"] <= 1.001 * np.array(theirs)).all()


def test_inertia_and_distortion_are_those_of_the_labels_on_the_raw_maps(
    maps: np.ndarray, sweep: clustering.Sweep
) -> None:
    rows = as_rows(maps).astype(np.float64)
    for k in sweep.table["k"]:
        centres = sweep.centres(k).reshape(k, -1)
        distances = cdist(rows, centres)
        assert (distances.argmin(axis=1) == sweep.labels(k)).all()
        row = sweep.table.iloc[k - 1]
        assert row["inertia"] == pytest.approx((distances.min(axis=1) ** 2).sum(), rel=1e-9)
        assert row["distortion"] == pytest.approx(distances.min(axis=1).mean(), rel=1e-9)


def test_rotation_leaves_every_distance_as_it_was() -> None:
    rows = np.random.default_rng(0).normal(5.0, 2.0, size=(20, 300))
    points = samples.rotated(rows)
    assert points.values.shape == (20, 20)
    np.testing.assert_allclose(pdist(points.values), pdist(rows), rtol=1e-12)
    aligned = reference.principal_axes(points).values
    np.testing.assert_allclose(pdist(aligned), pdist(rows), rtol=1e-9)


def test_loud_maps_far_from_zero_lose_no_digits() -> None:
    rows = 1e6 + np.random.default_rng(0).normal(size=(60, 9))
    table = next(iter(clustering.sweep_steps(as_maps(rows), k_max=5))).table
    theirs = [KMeans(k, n_init=10, random_state=0).fit(rows).inertia_ for k in table["k"]]
    np.testing.assert_allclose(table["inertia"], theirs, rtol=1e-3)


def test_the_same_seed_gives_the_same_sweep(maps: np.ndarray, sweep: clustering.Sweep) -> None:
    again = clustering.elbow(maps, k_max=9)
    pd.testing.assert_frame_equal(again.table, sweep.table)
    assert (again.labels(5) == sweep.labels(5)).all()


# The groups


def test_clusters_are_numbered_by_size_and_ordered_by_distance(
    maps: np.ndarray, sweep: clustering.Sweep
) -> None:
    labels = sweep.labels(4)
    assert (np.diff(np.bincount(labels)) <= 0).all()
    centres = sweep.centres(4)
    assert centres.shape == (4, 12, 12)
    for cluster, numbers in enumerate(sweep.order(4)):
        assert sorted(numbers) == np.flatnonzero(labels == cluster).tolist()
        np.testing.assert_allclose(centres[cluster], maps[..., numbers].mean(axis=-1), rtol=1e-5)
        away = np.linalg.norm(maps[..., numbers] - centres[cluster][..., None], axis=(0, 1))
        assert (np.diff(away) >= -1e-4).all()


def test_assignments_agree_with_scikit_learn(maps: np.ndarray, sweep: clustering.Sweep) -> None:
    table = sweep.assignments(4)
    assert table.columns.tolist() == ["map", "cluster", "distance", "silhouette"]
    rows = as_rows(maps).astype(np.float64)
    np.testing.assert_allclose(table["silhouette"], silhouette_samples(rows, sweep.labels(4)))
    centres = sweep.centres(4).reshape(4, -1)
    np.testing.assert_allclose(table["distance"], cdist(rows, centres).min(axis=1), rtol=1e-9)
    assert sweep.table["silhouette"][3] == pytest.approx(table["silhouette"].mean())
    assert sweep.assignments(1)["silhouette"].isna().all()


@pytest.mark.parametrize("k", [0, 10, -1, 2.5])
def test_a_k_that_was_not_swept_is_refused(sweep: clustering.Sweep, k: float) -> None:
    for method in (sweep.labels, sweep.centres, sweep.assignments, sweep.order):
        with pytest.raises(ClusteringError, match="k = 1 to 9"):
            method(k)  # type: ignore[arg-type]


# The criteria


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=40),
)
def test_adjusted_rand_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    first, second = np.array(pairs).T
    ours = stability.adjusted_rand(first, second)
    assert ours == pytest.approx(adjusted_rand_score(first, second), abs=1e-12)


def test_silhouette_of_a_lone_point_is_zero_as_rousseeuw_has_it() -> None:
    points = np.array([[0.0], [1.0], [9.0]])
    widths = criteria.silhouettes(cdist(points, points), np.array([0, 0, 1]), 2)
    np.testing.assert_allclose(widths, [1 - 1 / 9, 1 - 1 / 8, 0.0])


def test_gap_statistic_by_hand() -> None:
    logs = np.array([[5.0, 4.0, 3.0], [5.0, 4.2, 3.4]])
    gap, error = criteria.gap_statistic(np.array([4.0, 2.0, 1.9]), logs)
    np.testing.assert_allclose(gap, [1.0, 2.1, 1.3])
    np.testing.assert_allclose(error, np.array([0.0, 0.1, 0.2]) * np.sqrt(1.5))
    assert criteria.gap_choice(gap, error) == 2


def test_gap_choice_is_none_for_one_group_and_for_a_gap_that_keeps_rising() -> None:
    error = np.full(3, 0.1)
    assert criteria.gap_choice(np.array([1.0, 1.05, 0.9]), error) is None
    assert criteria.gap_choice(np.array([1.0, 2.0, 3.0]), error) is None


def test_gap_uses_the_box_along_the_principal_axes() -> None:
    """The mean inertia of k = 1 over boxes with sides a is n * sum(a^2) / 12, whatever the axes."""
    rows = np.random.default_rng(0).normal(size=(400, 3)) @ np.array(
        [[9.0, 8.0, 0.0], [0.0, 2.0, 1.0], [0.0, 0.0, 1.0]]
    )
    table = clustering.elbow(as_maps(rows), k_max=2).table
    centred = rows - rows.mean(axis=0)
    sides = np.ptp(centred @ np.linalg.svd(centred)[2].T, axis=0)
    expected = np.log(400 * (sides**2).sum() / 12)
    assert table["gap"][0] + np.log(table["inertia"][0]) == pytest.approx(expected, abs=0.02)


def test_shuffled_reference_keeps_the_values_of_each_pixel(sweep: clustering.Sweep) -> None:
    table = sweep.table
    assert table["reference_mid"][0] == pytest.approx(table["inertia"][0])
    prepared = samples.prepare(loud_maps(50, 3), "raw", drop_dead=False)
    shuffled = reference.shuffled(prepared, 0).values + prepared.rows.mean(axis=0)
    np.testing.assert_allclose(np.sort(shuffled, axis=0), np.sort(prepared.rows, axis=0), rtol=1e-6)
    assert (table["reference_low"] <= table["reference_mid"]).all()
    assert (table["reference_mid"] <= table["reference_high"]).all()
    assert (table["reference_low"][3:] > table["inertia"][3:]).all()  # these maps share patterns


def test_table_of_a_full_sweep(sweep: clustering.Sweep) -> None:
    table = sweep.table
    assert table["k"].tolist() == list(range(1, 10))
    undefined = ["silhouette", "stability_seeds", "stability_bootstrap", "silhouette_reference"]
    assert table.loc[0, undefined].isna().all()
    assert table.drop(columns=undefined).notna().all(axis=None)
    assert table.loc[1:].notna().all(axis=None)
    assert set(sweep.suggested) == {"elbow", "silhouette", "gap"}
    assert (table[["stability_seeds", "stability_bootstrap"]].max() <= 1).all()


# The verdict


def noise(kind: str, maps: int, pixels: int) -> np.ndarray:
    random = np.random.default_rng(maps + pixels)
    draw = random.normal if kind == "Gaussian" else random.uniform
    return as_maps(draw(size=(maps, pixels)))


def blobs(maps: int, pixels: int, centres: int, distance: float, seed: int = 0) -> np.ndarray:
    """Round clouds of standard deviation 1 whose centres are ``distance`` apart on average."""
    random = np.random.default_rng(seed)
    middle = random.normal(size=(centres, pixels)) * distance / np.sqrt(2 * pixels)
    return as_maps(middle[np.arange(maps) % centres] + random.normal(size=(maps, pixels)))


@pytest.mark.parametrize("k_max", [7, 12, 20])
@pytest.mark.parametrize("kind", ["Gaussian", "uniform"])
def test_noise_of_96_maps_has_no_clear_grouping(kind: str, k_max: int) -> None:
    sweep = clustering.elbow(noise(kind, 96, 576), k_max)
    assert sweep.verdict is not None
    assert sweep.verdict.k is None
    assert sweep.verdict.text.startswith("No clear grouping: ")


@pytest.mark.slow  # 31 sweeps over 1280 maps for each case
@pytest.mark.parametrize("k_max", [7, 12, 20])
@pytest.mark.parametrize("kind", ["Gaussian", "uniform"])
def test_noise_of_1280_maps_has_no_clear_grouping(kind: str, k_max: int) -> None:
    verdict = clustering.elbow(noise(kind, 1280, 49), k_max).verdict
    assert verdict is not None
    assert verdict.k is None


@pytest.mark.parametrize("centres", [3, 4, 6])
def test_true_groups_of_96_maps_are_found(centres: int) -> None:
    sweep = clustering.elbow(blobs(96, 576, centres, 30.0), 9)
    assert sweep.verdict is not None
    assert sweep.verdict.k == centres
    assert f"{centres} groups stand out" in str(sweep.verdict)
    assert adjusted_rand_score(np.arange(96) % centres, sweep.labels(centres)) == 1.0


@pytest.mark.slow  # as above
@pytest.mark.parametrize("centres", [3, 4, 6])
def test_true_groups_of_1280_maps_are_found(centres: int) -> None:
    sweep = clustering.elbow(blobs(1280, 49, centres, 10.0), 12)
    assert sweep.verdict is not None
    assert sweep.verdict.k == centres


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("shape", ["long cloud", "strip", "far points"])
def test_what_is_merely_long_or_loud_has_no_clear_grouping(shape: str, seed: int) -> None:
    """k-means splits these stably, and the knee finds an elbow: neither is a group."""
    random = np.random.default_rng(seed)
    if shape == "long cloud":
        rows = random.normal(size=(96, 49)) * np.exp(-np.arange(49) / 3.0)
    elif shape == "strip":
        rows = random.uniform(-3, 3, size=(96, 1)) * random.normal(size=49)
        rows = rows + 0.3 * random.normal(size=(96, 49))
    else:
        rows = random.standard_t(3, size=(96, 1)) * random.normal(size=(96, 49))
    sweep = clustering.elbow(as_maps(rows), 7)
    assert sweep.verdict is not None
    assert sweep.verdict.k is None, sweep.verdict.text


# What is clustered


def patterns_by_loudness() -> np.ndarray:
    """Two patterns, each in a quiet and a loud version: maps 0-9, 10-19, 20-29, 30-39."""
    random = np.random.default_rng(0)
    pattern = random.normal(size=(2, 25))
    level = np.repeat([[1.0], [30.0], [1.0], [30.0]], 10, axis=0)
    rows = np.repeat(pattern, 20, axis=0) * level * random.uniform(0.9, 1.1, size=(40, 1))
    return as_maps(rows + 7.0, height=5)


def test_standardised_maps_group_by_pattern_and_raw_ones_by_loudness() -> None:
    maps = patterns_by_loudness()
    by_pattern = np.repeat([0, 1], 20)
    standardised = clustering.elbow(maps, 3, what="standardised")
    assert adjusted_rand_score(standardised.labels(2), by_pattern) == 1.0
    raw = next(iter(clustering.sweep_steps(maps, 3)))
    quiet = [*range(10), *range(20, 30)]
    assert len(set(raw.labels(3)[quiet])) == 1
    # Its centres are drawn in the maps' units: the pattern, at the cluster's level and spread.
    first = standardised.labels(2)[0]
    centre = standardised.centres(2)[first]
    mean = maps[..., :20].mean(axis=-1)
    np.testing.assert_allclose(centre, mean, rtol=1e-6)


def test_responses_group_maps_that_the_same_faces_excite() -> None:
    random = np.random.default_rng(0)
    excited_by = random.normal(size=(50, 2))
    kind = np.arange(30) % 2
    responses = excited_by[:, kind] * random.uniform(1, 100, size=30)
    responses += 0.01 * random.normal(size=(50, 30))
    maps = random.normal(size=(4, 4, 30))
    sweep = clustering.elbow(maps, 5, what="responses", responses=responses)
    assert adjusted_rand_score(sweep.labels(2), kind) == 1.0
    member = sweep.labels(2) == 0
    np.testing.assert_allclose(sweep.centres(2)[0], maps[..., member].mean(axis=-1))


# Edges


@pytest.mark.parametrize("shape", [(40,), (1, 1, 40)])
def test_vectors_and_maps_of_one_pixel_are_grouped(shape: tuple[int, ...]) -> None:
    values = np.repeat([0.0, 10.0, 25.0, 40.0], 10)
    values = values + np.random.default_rng(0).normal(size=40)
    sweep = clustering.elbow(values.reshape(shape), 7)
    assert sweep.centres(4).shape == (4, 1, 1)
    assert sweep.verdict is not None
    assert sweep.verdict.k == 4
    assert len(sweep.dead) == 0


def test_sweep_ends_at_the_number_of_distinct_maps() -> None:
    rows = np.random.default_rng(0).normal(size=(4, 9))[np.arange(40) % 4]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sweep = clustering.elbow(as_maps(rows), 10)
    assert sweep.table["k"].tolist() == [1, 2, 3, 4]
    assert sweep.table["inertia"][3] == pytest.approx(0.0, abs=1e-12)
    assert any("Only 4 of the 40 maps differ" in note for note in sweep.notes)
    assert sweep.verdict is not None
    assert sweep.verdict.k == 4
    with pytest.raises(ClusteringError, match="k = 1 to 4"):
        sweep.labels(5)


def test_dead_maps_are_counted_and_left_out_on_request() -> None:
    maps = loud_maps(30, 4)
    maps[..., [3, 17]] = 0.25
    kept = clustering.elbow(maps, 4)
    assert len(kept.dead) == 0
    assert any("2 dead" in note for note in kept.notes)
    without = clustering.elbow(maps, 4, drop_dead=True)
    assert without.dead.tolist() == [3, 17]
    assert (without.labels(3)[[3, 17]] == -1).all()
    assert len(without.assignments(3)) == 28
    alone = clustering.elbow(np.delete(maps, [3, 17], axis=-1), 4)
    assert without.table["inertia"].tolist() == alone.table["inertia"].tolist()
    # A dead map has no pattern: standardised, it is the zero map and harms nobody.
    assert clustering.elbow(maps, 4, what="standardised").table["inertia"].notna().all()


@pytest.mark.parametrize(
    ("maps", "options", "message"),
    [
        (np.ones((4, 4, 20)), {}, "All 20 maps are equal"),
        (np.ones((4, 4, 2)), {}, "at least 3 maps; this layer has 2"),
        (np.ones((4, 4, 20)), {"drop_dead": True}, "has 0 once 20 dead ones are left out"),
        (np.full((4, 4, 20), np.nan), {}, "320 numbers that are not finite"),
        (np.where(np.arange(80) == 7, np.inf, 1.0).reshape(2, 2, 20), {}, "hold 1 numbers"),
        (np.full((1, 1, 20), 1e200), {}, "not finite|too large"),
        (np.ones((1, 4, 4, 20)), {}, "without a batch axis"),
        (np.ones((0, 4, 20)), {}, "empty"),
        (np.full((2, 2, 5), "x"), {}, "must be numbers"),
        (np.arange(20.0), {"what": "standardised"}, "no pattern to compare"),
        (np.arange(20.0), {"what": "loudness"}, "“loudness” is none of these"),
        (np.arange(20.0), {"what": "responses"}, r"shape \(faces, maps\)"),
        (np.arange(20.0), {"what": "responses", "responses": np.ones((9, 3))}, "9, 3"),
        (np.arange(6000.0), {}, "At most 5000 maps"),
        (np.arange(20.0), {"k_max": 1}, "k_max is a whole number from 2 to 50, not 1"),
        (np.arange(20.0), {"k_max": 51}, "not 51"),
        (np.arange(20.0), {"k_max": 3.5}, "not 3.5"),
        (np.arange(20.0), {"n_init": 0}, "n_init is a whole number from 1 to 100"),
        (np.arange(20.0), {"seed": -1}, "seed is a whole number"),
    ],
)
def test_what_cannot_be_grouped_is_refused(maps: np.ndarray, options: dict, message: str) -> None:
    with pytest.raises(ClusteringError, match=message):
        clustering.sweep_steps(maps, **options)  # refused at the call, not at the first step


@pytest.mark.parametrize("count", [3, 5])
def test_few_maps_are_grouped(count: int) -> None:
    sweep = clustering.elbow(loud_maps(count, 6), 10)
    assert len(sweep.table) == count
    assert sweep.verdict is not None
    assert sweep.verdict.k is None


def test_a_large_layer() -> None:
    steps = clustering.sweep_steps(loud_maps(96, 112), k_max=6)
    first = next(steps)
    assert first.centres(6).shape == (6, 112, 112)
    assert first.table["inertia"].is_monotonic_decreasing


# Steps, progress, cancel


def test_steps_fill_the_table_bit_by_bit(maps: np.ndarray) -> None:
    steps = list(clustering.sweep_steps(maps, k_max=5))
    assert [s.stage for s in steps] == ["curve", "criteria", "reference", "complete"]
    filled = [s.table.drop(index=0).notna().all() for s in steps]
    assert filled[0][filled[0]].index.tolist() == ["k", "inertia", "distortion"]
    assert filled[1]["silhouette"]
    assert not filled[1]["gap"]
    assert filled[2]["gap"]
    assert not filled[2]["stability_seeds"]
    assert filled[3].all()
    assert [set(s.suggested) for s in steps[:2]] == [{"elbow"}, {"elbow"}]
    assert [s.verdict is None for s in steps] == [True, True, True, False]


def test_progress_rises_to_one_and_names_k(maps: np.ndarray) -> None:
    heard: list[tuple[float, str]] = []
    clustering.elbow(maps, k_max=5, progress=lambda share, text: heard.append((share, text)))
    shares = [share for share, _ in heard]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    assert any("k = " in text for _, text in heard)


def test_cancel_stops_between_any_two_steps(maps: np.ndarray) -> None:
    for allowed in (0, 3, 30):
        asked = iter(range(1000))
        with pytest.raises(clustering.ClusteringCancelled):
            clustering.elbow(maps, k_max=9, cancelled=lambda a=allowed, q=asked: next(q) >= a)
    assert issubclass(clustering.ClusteringCancelled, ClusteringError)


def test_overlapping_sweeps_agree_and_leave_blas_as_it_was(maps: np.ndarray) -> None:
    def threads() -> list[int]:
        return [lib["num_threads"] for lib in threadpool_info() if lib["user_api"] == "blas"]

    before = threads()
    found: list[clustering.Sweep] = []
    workers = [
        threading.Thread(target=lambda k=k: found.append(clustering.elbow(maps, k, n_init=2)))
        for k in (3, 5, 7)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert threads() == before
    labels = [s.labels(3).tolist() for s in found]
    assert labels[0] == labels[1] == labels[2]
