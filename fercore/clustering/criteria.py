"""How good is a grouping into k clusters? Five common answers, each as its paper has it."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from fercore.clustering.kmeans import Floats, Ints, Partition, Points

SMALLEST_SHARE = 1e-12
"""Inertia below this share of the total is zero but for rounding: every point is its centre."""


def distortion(points: Points, partition: Partition) -> float:
    """Mean Euclidean distance of the points to their nearest centre: the tutorial's curve."""
    distances = cdist(points.values, partition.centres, "euclidean")
    return float(distances.min(axis=1).mean())


def silhouettes(distances: Floats, labels: Ints, k: int) -> Floats:
    """How much nearer each point is to its own cluster than to the next (Rousseeuw 1987).

    Parameters
    ----------
    distances : float (n, n)
        Euclidean distances between the points.
    labels : int (n,)
    k : int
        At least 2; clusters without a point are passed over.

    Returns
    -------
    float64 (n,)
        Between -1 and 1; 0 for a point alone in its cluster.
    """
    n = len(labels)
    member = np.zeros((n, k), dtype=distances.dtype)
    member[np.arange(n), labels] = 1.0
    sizes = member.sum(axis=0)
    sums = (distances @ member).astype(np.float64)
    own = sizes[labels]
    inside = sums[np.arange(n), labels] / np.maximum(own - 1, 1)
    means = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.inf)
    means[np.arange(n), labels] = np.inf
    outside = means.min(axis=1)
    larger = np.maximum(inside, outside)
    counted = (own > 1) & (larger > 0)
    widths: Floats = np.where(counted, (outside - inside) / np.where(larger > 0, larger, 1.0), 0.0)
    return widths


def log_inertia(inertia: Floats, total: float) -> Floats:
    """The logarithm of the inertia, which stays finite where every point is its own centre."""
    logs: Floats = np.log(np.maximum(inertia, SMALLEST_SHARE * total))
    return logs


def gap_statistic(log_data: Floats, log_reference: Floats) -> tuple[Floats, Floats]:
    """The gap between the inertia and that of structureless data (Tibshirani et al. 2001).

    Parameters
    ----------
    log_data : float (ks,)
        Logarithm of the inertia for each k.
    log_reference : float (sets, ks)
        The same for sets drawn uniformly from a box about the data.

    Returns
    -------
    gap, standard error : float (ks,)
        In natural logarithms; the error counts the spread of the sets and their finite number.
    """
    gap = log_reference.mean(axis=0) - log_data
    error = log_reference.std(axis=0) * np.sqrt(1.0 + 1.0 / len(log_reference))
    return gap, error


def gap_choice(gap: Floats, error: Floats) -> int | None:
    """The smallest k within one standard error of the next k's gap; None if that is k = 1.

    ``gap`` and ``error`` start at k = 1 (Tibshirani et al. 2001, section 3).
    """
    enough = np.flatnonzero(gap[:-1] >= gap[1:] - error[1:])
    return int(enough[0]) + 1 if len(enough) and enough[0] > 0 else None


def silhouette_choice(silhouette: Floats, reference: Floats) -> int | None:
    """The k of the largest silhouette; None if structureless data reach that much as well.

    Both start at k = 1, where they are NaN.
    """
    if np.isnan(silhouette).all():
        return None
    best = int(np.nanargmax(silhouette))
    return best + 1 if silhouette[best] > reference[best] else None


def knee(inertia: Floats) -> int | None:
    """The elbow of the curve, which starts at k = 1 (Satopää et al. 2011); None without one.

    It looks for where the curve is farthest below its chord. A convex curve always has such a
    place, so that noise has an elbow too: see :mod:`fercore.clustering.verdict`.
    """
    from kneed import KneeLocator  # where matplotlib is installed, this imports it

    ks = np.arange(1, len(inertia) + 1)
    found = KneeLocator(ks, inertia, curve="convex", direction="decreasing").knee
    return None if found is None or found == 1 else int(found)
