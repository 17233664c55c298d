"""k-means for a whole sweep: every start of one k at once, many k on all cores.

scikit-learn fits one k after the other and one start after the other. A layer is small (at most
some thousand maps), so most of that time goes to calling and to memory, not to arithmetic. Here
all starts of one k advance together, so that a step of Lloyd's algorithm (1982) is two matrix
products, and several k run side by side in threads: NumPy lets the interpreter go meanwhile.

The starts are those of ``sklearn.cluster.KMeans(k, n_init=n_init, random_state=seed)`` (greedy
k-means++, Arthur & Vassilvitskii 2007): the same random numbers are drawn in the same order. So
each run ends where scikit-learn's ends. The search runs in float32; its best run is carried on in
float64 until no point changes its cluster any more, and every figure handed out is from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from fercore.clustering.parallel import Task

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.integer]

MAX_ITERATIONS = 300
TOLERANCE = 1e-4
"""A run stops when its centres move less than this share of the mean variance: scikit-learn's."""


@dataclass(frozen=True)
class Points:
    """The points of a sweep, with what is shared between all its runs.

    Attributes
    ----------
    values : float64 (n, p)
        Centred at the origin, so that the norms stay small beside the distances.
    features : int
        The number of features before any rotation: scikit-learn's tolerance is a mean over them.
    """

    values: Floats
    features: int

    @cached_property
    def squared_distances(self) -> Floats:
        """Squared Euclidean distances between all pairs, float64 (n, n)."""
        norms = _squared_norms(self.values)
        squared: Floats = self.values @ self.values.T
        squared *= -2.0
        squared += norms
        squared += norms[:, None]
        np.maximum(squared, 0.0, out=squared)
        np.fill_diagonal(squared, 0.0)
        return squared

    @cached_property
    def total(self) -> float:
        """Sum of squared distances to the mean: the inertia of one cluster."""
        return float(_squared_norms(self.values).sum())

    @cached_property
    def scaled(self) -> tuple[Floats, float]:
        """The values as float32, divided by a scale that keeps their squares in its range."""
        scale = float(np.abs(self.values).max()) or 1.0
        return (self.values / scale).astype(np.float32), scale

    @property
    def tolerance(self) -> float:
        return TOLERANCE * self.total / (len(self.values) * self.features)


@dataclass(frozen=True)
class Partition:
    """One grouping of n points into k clusters.

    Attributes
    ----------
    labels : int (n,)
        The cluster of each point.
    centres : float64 (k, p)
        The mean of each cluster.
    inertia : float
        Sum of squared distances of the points to their centres.
    """

    labels: Ints
    centres: Floats
    inertia: float

    def largest_first(self) -> Partition:
        """The same grouping with its clusters numbered by size."""
        sizes = np.bincount(self.labels, minlength=len(self.centres))
        order = np.argsort(-sizes, kind="stable")
        return Partition(np.argsort(order)[self.labels], self.centres[order], self.inertia)


def fit(points: Points, k: int, n_init: int, seed: int) -> Task[Partition]:
    """The best of ``n_init`` runs of k-means; ``k``, ``n_init`` and ``seed`` as in scikit-learn."""
    yield f"k = {k}"
    small, scale = points.scaled
    starts = small[plus_plus(points.squared_distances, k, n_init, seed)]
    runs = yield from lloyd(small, starts, points.tolerance / scale**2)
    best = int(runs.inertias.argmin())
    found = runs.centres[best : best + 1].astype(np.float64) * scale
    runs = yield from lloyd(points.values, found, 0.0)
    labels, centres = runs.labels[0].astype(np.intp), runs.centres[0]
    inertia = _squared_norms(points.values - centres[labels]).sum()
    return Partition(labels, centres, float(inertia))


def plus_plus(squared: Floats, k: int, n_init: int, seed: int) -> Ints:
    """Numbers of the starting points, (n_init, k), drawn as scikit-learn draws them."""
    n = len(squared)
    trials = 2 + int(np.log(k))
    random = np.random.RandomState(seed)
    chosen = np.empty((n_init, k), dtype=np.intp)
    uniform = np.empty((n_init, k - 1, trials))
    for run in range(n_init):
        chosen[run, 0] = random.choice(n, p=np.full(n, 1.0 / n))
        uniform[run] = random.uniform(size=(k - 1, trials))

    runs = np.arange(n_init)
    closest = squared[chosen[:, 0]]
    for step in range(k - 1):
        heights = uniform[:, step] * closest.sum(axis=1)[:, None]
        steps = np.cumsum(closest, axis=1)
        candidates = np.stack([np.searchsorted(s, h) for s, h in zip(steps, heights, strict=True)])
        np.minimum(candidates, n - 1, out=candidates)
        after = np.minimum(squared[candidates], closest[:, None, :])
        best = after.sum(axis=2).argmin(axis=1)
        closest = after[runs, best]
        chosen[:, step + 1] = candidates[runs, best]
    return chosen


@dataclass(frozen=True)
class Runs:
    """Where several runs of Lloyd's algorithm ended.

    Attributes
    ----------
    labels : uint8 (runs, n)
    centres : float (runs, k, p)
        The means of the labelled points.
    inertias : float64 (runs,)
        Of the labels about the centres one step before.
    """

    labels: Ints
    centres: Floats
    inertias: Floats


def lloyd(points: Floats, starts: Floats, tolerance: float) -> Task[Runs]:
    """Lloyd's algorithm from several starts at once, in the precision of ``points``.

    Parameters
    ----------
    points : float (n, p)
    starts : float (runs, k, p)
    tolerance : float
        A run stops when the summed squared shift of its centres is at most this; 0: when no label
        changes.
    """
    runs, k, p = starts.shape
    n = len(points)
    norms = _squared_norms(points)
    centres = starts.copy()
    labels = np.full((runs, n), 255, dtype=np.uint8)
    inertias = np.full(runs, np.inf)
    clusters = np.arange(k, dtype=np.uint8)[:, None]
    going = np.arange(runs)
    for _ in range(MAX_ITERATIONS):
        yield ""
        old = centres[going]
        # Squared distances less the norm of each point, which does not change who is nearest.
        away = (old.reshape(-1, p) @ points.T).reshape(-1, k, n)
        away *= -2.0
        away += np.einsum("rkp,rkp->rk", old, old)[:, :, None]
        nearest, least = nearest_plane(away)
        inertias[going] = (least + norms).sum(axis=1, dtype=np.float64)

        member = away  # the same memory, now 1 where a point belongs to a cluster and 0 elsewhere
        member[:] = nearest[:, None, :] == clusters
        sizes = member.sum(axis=2)
        new = (member.reshape(-1, n) @ points).reshape(-1, k, p)
        new /= np.maximum(sizes, 1.0)[:, :, None]
        empty = np.argwhere(sizes == 0)
        for run, cluster in empty:
            new[run, cluster] = points[_take_farthest(least[run], norms)]

        shift = ((new - old) ** 2).sum(axis=(1, 2))
        settled = (nearest == labels[going]).all(axis=1)
        if tolerance > 0.0:
            settled |= shift <= tolerance
        settled[empty[:, 0]] = False
        labels[going], centres[going] = nearest, new
        going = going[~settled]
        if not len(going):
            break
    return Runs(labels, centres, inertias)


def nearest_plane(away: Floats) -> tuple[Ints, Floats]:
    """Which of k is least and how much, along the middle axis of (runs, k, n).

    Whole planes are compared, since ``argmin`` along a middle axis is several times slower.
    """
    least = away[:, 0].copy()
    nearest = np.zeros(least.shape, dtype=np.uint8)
    for cluster in range(1, away.shape[1]):
        plane = away[:, cluster]
        np.maximum(nearest, (plane < least) * np.uint8(cluster), out=nearest)
        np.minimum(least, plane, out=least)
    return nearest, least


def _take_farthest(least: Floats, norms: Floats) -> int:
    """The point farthest from its centre, marked in ``least`` so that it is taken once."""
    number = int((least + norms).argmax())
    least[number] = -np.inf
    return number


def _squared_norms(rows: Floats) -> Floats:
    norms: Floats = np.einsum("ij,ij->i", rows, rows)
    return norms
