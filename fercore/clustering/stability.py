"""Does the grouping come back when the starts or the maps are others?"""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from fercore.clustering.kmeans import Floats, Ints, Points


def resampled(points: Points, seed: int) -> tuple[Points, Floats]:
    """A bootstrap sample of the points: as many, drawn with replacement.

    Returns
    -------
    Points
        The sample, centred.
    float (p,)
        Where the sample's mean lies among the points.
    """
    n = len(points.values)
    drawn = points.values[np.random.default_rng(seed).integers(0, n, n)]
    mean = drawn.mean(axis=0)
    return Points(drawn - mean, points.features), mean


def assign(points: Points, centres: Floats) -> Ints:
    """The nearest of ``centres`` (k, p) for each point, int (n,)."""
    nearest: Ints = cdist(points.values, centres, "sqeuclidean").argmin(axis=1)
    return nearest


def adjusted_rand(first: Ints, second: Ints) -> float:
    """Agreement of two groupings (Hubert & Arabie 1985): 1 when equal, about 0 by chance.

    As ``sklearn.metrics.adjusted_rand_score``, without the checks that take most of its time.
    """
    columns = int(second.max()) + 1
    joint = first.astype(np.intp) * columns + second
    table = np.bincount(joint, minlength=(int(first.max()) + 1) * columns).reshape(-1, columns)
    both = _pairs(table)
    in_first, in_second = _pairs(table.sum(axis=1)), _pairs(table.sum(axis=0))
    expected = in_first * in_second / max(_pairs(np.array([len(first)])), 1.0)
    largest = (in_first + in_second) / 2.0
    return 1.0 if largest == expected else (both - expected) / (largest - expected)


def _pairs(counts: Ints) -> float:
    return float((counts * (counts - 1.0)).sum() / 2.0)
