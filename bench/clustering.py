"""Clustering: the sweep beside scikit-learn's, the first full table, and all of FER2013."""

import time
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans

from fercore import clustering, models

K_MAX = 15
N_INIT = 10
FACES = 35_887


def figures(shared: Path | None = None) -> list[dict]:
    """Ratios are of times taken in turn in this run, on maps of a real face.

    Parameters
    ----------
    shared : Path, optional
        The folder with the whole of FER2013; without it the sweep over faces has made-up vectors.
    """
    face = np.load(Path(__file__).parent.parent / "assets" / "sample_faces.npz")["images"][0]
    small, large = (models.load("EfficientNetLite0", size) for size in (48, 224))
    grid = small.feature_maps(face, "block2a_expand_conv")
    rows = _first_grid(grid)
    for maps, limit in (
        (large.feature_maps(face, "block2a_expand_conv"), 0.1),
        (large.feature_maps(face, "top_conv"), 0.7),
        (grid, 0.7),
    ):
        rows += _beside_scikit_learn(maps, limit)
    return rows + _faces(shared)


def _first_grid(maps: np.ndarray) -> list[dict]:
    """The first sweep of this process: nothing is warm."""
    begun = time.perf_counter()
    reached = {s.stage: time.perf_counter() - begun for s in clustering.sweep_steps(maps)}
    return [
        {
            "name": f"{_size(maps)}: {what}",
            "value": reached[stage],
            "unit": "s",
            "limit": limit,
            "note": f"k = 1..{K_MAX}, n_init = {N_INIT}",
        }
        for what, stage, limit in (
            ("first curve", "curve", 1.0),
            ("criteria, reference, stability and verdict", "complete", 5.0),
        )
    ]


def _beside_scikit_learn(maps: np.ndarray, limit: float) -> list[dict]:
    rows = maps.reshape(-1, maps.shape[-1]).T.copy()  # float32, as the network gives them
    ours, theirs = [], []
    for _ in range(3 if rows.size < 1_000_000 else 1):
        begun = time.perf_counter()
        fits = [KMeans(k, n_init=N_INIT, random_state=0).fit(rows) for k in range(1, K_MAX + 1)]
        between = time.perf_counter()
        sweep = next(iter(clustering.sweep_steps(maps, K_MAX, N_INIT, seed=0)))
        ours.append(time.perf_counter() - between)
        theirs.append(between - begun)
    inertia = np.array([fit.inertia_ for fit in fits])
    return [
        {
            "name": f"{_size(maps)}: sweep / scikit-learn's, k by k",
            "value": min(ours) / min(theirs),
            "unit": "x",
            "limit": limit,
            "note": f"{min(ours):.3f} s / {min(theirs):.3f} s",
        },
        {
            "name": f"{_size(maps)}: inertia / scikit-learn's, largest over k",
            "value": float((sweep.table["inertia"] / inertia).max()),
            "unit": "x",
            "limit": 1.001,
        },
    ]


def _faces(shared: Path | None) -> list[dict]:
    begun = time.perf_counter()
    if shared is None:
        random = np.random.default_rng(0)
        vectors = random.normal(size=(FACES, 1280)).astype(np.float32)
        labels = random.integers(0, 7, FACES)
    else:
        whole = np.load(shared / "fer2013" / "faces.npz")
        begun = time.perf_counter()
        vectors = models.load("EfficientNetLite0", 48).pooled(whole["X"])
        labels = whole["y"]
    between = time.perf_counter()
    clustering.group_faces(vectors, labels, K_MAX)
    done = time.perf_counter()
    of = "made-up vectors" if shared is None else "faces of FER2013"
    rows = [
        {
            "name": f"{FACES:,} {of}: sweep k = 2..{K_MAX}",
            "value": done - between,
            "unit": "s",
            "limit": 60.0,
        }
    ]
    if shared is not None:
        rows.append(
            {
                "name": f"{FACES:,} {of}: embedding and sweep",
                "value": done - begun,
                "unit": "s",
                "limit": 90.0,
            }
        )
    return rows


def _size(maps: np.ndarray) -> str:
    height, width, number = maps.shape
    return f"{number} maps of {height}x{width}"
