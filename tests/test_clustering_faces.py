"""Grouping faces, against scikit-learn and by hand."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import (
    adjusted_rand_score,
    normalized_mutual_info_score,
    silhouette_score,
)
from threadpoolctl import threadpool_limits

from fercore import clustering
from fercore.clustering import faces
from fercore.emotions import EMOTIONS
from fercore.errors import ClusteringError


@pytest.fixture(scope="module", autouse=True)
def one_thread_for_scikit_learn():
    """On a busy machine its threads wait for each other for longer than they work."""
    with threadpool_limits(1, "openmp"):
        yield


def cloud(n: int, d: int, seed: int = 0) -> np.ndarray:
    """A long cloud without groups, where k-means has many nearly equal ends; float32."""
    random = np.random.default_rng(seed)
    return (3.0 + random.normal(size=(n, d)) * np.exp(-np.arange(d) / 4.0)).astype(np.float32)


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return cloud(500, 40)


@pytest.fixture(scope="module")
def emotions() -> np.ndarray:
    return np.random.default_rng(1).integers(-1, 7, 500)


@pytest.fixture(scope="module")
def sweep(vectors: np.ndarray, emotions: np.ndarray) -> clustering.FaceSweep:
    return clustering.group_faces(vectors, emotions, k_max=8)


def test_few_faces_are_grouped_as_scikit_learn_does(
    vectors: np.ndarray, sweep: clustering.FaceSweep
) -> None:
    theirs = [
        KMeans(k, n_init=faces.STARTS, random_state=0).fit(vectors[order_of_sample(500)])
        for k in sweep.table["k"]
    ]
    inertia = np.array([fit.inertia_ for fit in theirs])
    assert (sweep.table["inertia"] <= 1.001 * inertia).all()


def order_of_sample(n: int) -> np.ndarray:
    return np.random.default_rng(0).permutation(n)


def test_scores_are_those_of_scikit_learn(
    vectors: np.ndarray, emotions: np.ndarray, sweep: clustering.FaceSweep
) -> None:
    known = emotions >= 0
    for k in (1, 2, 7):
        row, labels = sweep.table.iloc[k - 1], sweep.labels(k)
        ours = row["adjusted_rand"], row["nmi"]
        pair = emotions[known], labels[known]
        theirs = adjusted_rand_score(*pair), normalized_mutual_info_score(*pair)
        assert ours == pytest.approx(theirs, abs=1e-9)
        if k > 1:
            assert row["silhouette"] == pytest.approx(silhouette_score(vectors, labels), abs=1e-4)


def test_crosstab_and_purity_by_hand() -> None:
    vectors = np.array([[0.0], [0.1], [0.2], [9.0], [9.1], [0.3]])
    sweep = clustering.group_faces(vectors, [0, 0, 3, 3, 3, -1], k_max=2)
    assert sweep.labels(2).tolist() == [0, 0, 0, 1, 1, 0]
    table = sweep.crosstab(2)
    assert table.columns.tolist() == list(EMOTIONS)
    assert table["Angry"].tolist() == [2, 0]
    assert table["Happy"].tolist() == [1, 2]
    assert table.to_numpy().sum() == 5
    assert sweep.table["purity"].tolist() == [3 / 5, 4 / 5]
    assert [group.tolist() for group in sweep.order(2)] == [[1, 2, 0, 5], [3, 4]]
    np.testing.assert_allclose(sweep.centres(2), [[0.15], [9.05]])
    assert any("1 faces without an emotion" in note for note in sweep.notes)


def test_sentence_says_how_little_and_how_much() -> None:
    random = np.random.default_rng(0)
    emotions = np.arange(300) % 3
    told_apart = np.eye(3)[emotions] * 20 + random.normal(size=(300, 3))
    much = clustering.group_faces(told_apart, emotions, k_max=5)
    assert much.best == 3
    assert "At its best (k = 3), k-means recovers nearly all" in much.sentence()
    little = clustering.group_faces(random.normal(size=(300, 3)), emotions, k_max=5)
    assert "recovers almost nothing" in little.sentence(4)
    assert "At k = 4" in little.sentence(4)
    assert "Angry is right for 33%" in little.sentence()
    unknown = clustering.group_faces(told_apart, np.full(300, -1), k_max=3)
    assert unknown.best is None
    assert "No face has a known emotion" in unknown.sentence()


@pytest.mark.parametrize("seed", [0, 1])
def test_many_faces_end_as_low_as_scikit_learn(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Above the sample's size the algorithm is another one, with fewer starts over all faces."""
    monkeypatch.setattr(faces, "SAMPLE", 1000)
    vectors = cloud(6000, 24, seed)
    sweep = clustering.group_faces(vectors, np.zeros(6000, dtype=int), k_max=8, seed=seed)
    theirs = [KMeans(k, n_init=5, random_state=seed).fit(vectors).inertia_ for k in range(1, 9)]
    assert (sweep.table["inertia"] <= 1.01 * np.array(theirs)).all()
    for k in (2, 8):
        labels, centres = sweep.labels(k), sweep.centres(k)
        assert (np.diff(np.bincount(labels)) <= 0).all()
        means = [vectors[labels == cluster].mean(axis=0) for cluster in range(k)]
        np.testing.assert_allclose(centres, means, rtol=1e-4)
        away = np.linalg.norm(vectors - centres[labels], axis=1)
        np.testing.assert_allclose(sweep.distances(k), away, rtol=1e-4)
    assert any("sample of 1,000 faces" in note for note in sweep.notes)


def test_a_cluster_that_empties_is_filled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A start far from all points has nobody; k clusters are wanted all the same."""
    from fercore.clustering.parallel import Report
    from fercore.clustering.together import lloyd_together

    points = cloud(3000, 5)
    starts = [np.vstack([points[:2], np.full((1, 5), 1e4)]).astype(np.float32)]
    labels = lloyd_together(points, starts, 1e-6, Report(None, None), share=1.0)
    assert set(labels[0].tolist()) == {0, 1, 2}


def test_arrays_bring_the_sweep_back(tmp_path, sweep: clustering.FaceSweep) -> None:
    np.savez(tmp_path / "sweep.npz", **sweep.arrays())
    with np.load(tmp_path / "sweep.npz", allow_pickle=False) as arrays:
        again = clustering.FaceSweep.from_arrays(dict(arrays))
    assert again.table.equals(sweep.table)
    assert again.suggested == sweep.suggested
    assert again.notes == sweep.notes
    assert again.sentence() == sweep.sentence()
    assert again.crosstab(5).equals(sweep.crosstab(5))
    for k in (1, 8):
        assert (again.labels(k) == sweep.labels(k)).all()
        assert (again.centres(k) == sweep.centres(k)).all()
        assert (again.distances(k) == sweep.distances(k)).all()


@pytest.mark.parametrize("many", [False, True])
def test_progress_and_cancel(
    monkeypatch: pytest.MonkeyPatch, vectors: np.ndarray, emotions: np.ndarray, many: bool
) -> None:
    if many:
        monkeypatch.setattr(faces, "SAMPLE", 100)
    heard: list[tuple[float, str]] = []
    clustering.group_faces(
        vectors, emotions, 4, progress=lambda share, text: heard.append((share, text))
    )
    shares = [share for share, _ in heard]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    assert any("k = " in text for _, text in heard)
    asked = iter(range(1000))
    with pytest.raises(clustering.ClusteringCancelled):
        clustering.group_faces(vectors, emotions, 4, cancelled=lambda: next(asked) >= 2)


@pytest.mark.parametrize(
    ("vectors", "labels", "options", "message"),
    [
        (np.ones((9, 4)), np.zeros(9, int), {}, "All 9 vectors are equal"),
        (np.eye(2), [0, 1], {}, "at least three faces"),
        (np.ones(9), np.zeros(9, int), {}, r"\(faces, numbers\)"),
        (np.eye(5) * np.nan, np.zeros(5, int), {}, "not finite"),
        (np.eye(5), np.zeros(4, int), {}, "for each of the 5 faces"),
        (np.eye(5), np.zeros(5), {}, "one whole number"),
        (np.eye(5), np.full(5, 7), {}, "numbered 0 to 6"),
        (np.eye(5), np.zeros(5, int), {"k_max": 0}, "k_max is a whole number"),
    ],
)
def test_what_cannot_be_grouped_is_refused(vectors, labels, options: dict, message: str) -> None:
    with pytest.raises(ClusteringError, match=message):
        clustering.group_faces(vectors, labels, **options)


def test_sweep_ends_at_the_number_of_distinct_faces() -> None:
    vectors = np.eye(4)[np.arange(40) % 4]
    sweep = clustering.group_faces(vectors, np.arange(40) % 4, k_max=9)
    assert sweep.table["k"].tolist() == [1, 2, 3, 4]
    assert sweep.table["adjusted_rand"][3] == 1.0
    with pytest.raises(ClusteringError, match="k = 1 to 4"):
        sweep.crosstab(5)
