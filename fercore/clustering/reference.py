"""Data without groups, to hold beside the maps: what does k-means make of these?"""

from __future__ import annotations

import numpy as np

from fercore.clustering.kmeans import Floats, Points
from fercore.clustering.samples import Samples, rotated, standardised


def shuffled(samples: Samples, seed: int) -> Points:
    """Each pixel shuffled across maps: its values stay, what the maps had in common goes.

    The inertia of a single cluster stays too. Standardised rows are standardised again, or the
    shuffled ones would differ in loudness where the real ones do not.
    """
    rows = np.random.default_rng(seed).permuted(samples.rows, axis=0)
    return rotated(rows if samples.what == "raw" else standardised(rows))


def principal_axes(points: Points) -> Points:
    """The same points along their principal axes."""
    axes = np.linalg.eigh(points.values.T @ points.values)[1]
    return Points(points.values @ axes, points.features)


def box(aligned: Points, seed: int) -> Points:
    """As many points, uniform in the box that bounds points along their principal axes.

    The reference (b) of Tibshirani et al. (2001) for the gap statistic: it keeps how far the data
    reach each way, so that a long cloud does not pass for two groups.
    """
    half = np.ptp(aligned.values, axis=0) / 2.0
    return _uniform(aligned, half, seed)


def even_cloud(aligned: Points, seed: int) -> Points:
    """As many points, uniform along each principal axis with the variance of the data there.

    A few far points widen the bounding box until k-means finds nothing distinct in it, beside which
    any data look grouped. This cloud has the shape of the bulk: the measure for silhouettes.
    """
    half = np.sqrt(3.0) * aligned.values.std(axis=0)  # uniform on [-a, a] has variance a^2 / 3
    return _uniform(aligned, half, seed)


def _uniform(like: Points, half: Floats, seed: int) -> Points:
    drawn = np.random.default_rng(seed).uniform(-half, half, like.values.shape)
    return Points(drawn - drawn.mean(axis=0), like.features)
