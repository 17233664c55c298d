"""The columns of the table that compare: with data without structure, and with other groupings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from fercore.clustering import criteria, kmeans, reference, stability
from fercore.clustering.kmeans import Floats, Partition, Points
from fercore.clustering.parallel import Report, Task
from fercore.clustering.samples import Samples

REFERENCE_SETS = 10
"""Sets without structure, of each of the three kinds."""
OTHER_SEEDS = 5
BOOTSTRAPS = 10
FEW_STARTS = 3
"""Starts for each k where only labels count, not the last per mille of the inertia."""
DEVIATIONS = 3.0
"""Standard deviations that a silhouette must lie above that of even clouds."""


def fill_reference(
    table: pd.DataFrame, samples: Samples, ks: range, n_init: int, seed: int, report: Report
) -> None:
    """The columns that compare with data without structure."""
    aligned = reference.principal_axes(samples.points)
    seeds = range(seed, seed + REFERENCE_SETS)
    makers = [partial(reference.shuffled, samples, s) for s in seeds]
    makers += [partial(reference.box, aligned, s) for s in seeds]
    curves = [_curve(make, ks, n_init, seed) for make in makers]
    inertias = np.array(report.run(curves, "without structure", share=0.55))
    shuffled, boxes = inertias[:REFERENCE_SETS], inertias[REFERENCE_SETS:]
    table["reference_low"] = shuffled.min(axis=0)
    table["reference_mid"] = shuffled.mean(axis=0)
    table["reference_high"] = shuffled.max(axis=0)
    total = samples.points.total
    table["gap"], table["gap_se"] = criteria.gap_statistic(
        criteria.log_inertia(table["inertia"].to_numpy(), total),
        criteria.log_inertia(boxes, total),
    )

    clouds = [_cloud_silhouettes(aligned, ks, s) for s in seeds]
    widths = np.array(report.run(clouds, "even clouds", share=0.15))
    table["silhouette_reference"] = widths.mean(axis=0) + DEVIATIONS * widths.std(axis=0, ddof=1)


def fill_stability(
    table: pd.DataFrame,
    points: Points,
    partitions: Sequence[Partition],
    n_init: int,
    seed: int,
    report: Report,
) -> None:
    """The columns that compare with groupings from other starts and of resampled maps."""
    others = range(seed + 1, seed + 1 + OTHER_SEEDS)
    seeds = [_other_seed(points, partitions, n_init, s % 2**32) for s in others]
    bootstraps = [_bootstrap(points, partitions, s) for s in range(seed, seed + BOOTSTRAPS)]
    for column, tasks, doing, share in (
        ("stability_seeds", seeds, "other starts", 0.2),
        ("stability_bootstrap", bootstraps, "resampled", 0.05),
    ):
        table[column] = np.mean(report.run(tasks, doing, share), axis=0)


def silhouettes(points: Points, partitions: Sequence[Partition]) -> Floats:
    """The mean silhouette for k = 1, 2, ...; NaN for k = 1."""
    distances = np.sqrt(points.squared_distances)
    means = [
        criteria.silhouettes(distances, partition.labels, k).mean() if k > 1 else np.nan
        for k, partition in enumerate(partitions, start=1)
    ]
    return np.array(means)


def _curve(make: Callable[[], Points], ks: range, n_init: int, seed: int) -> Task[list[float]]:
    """The inertia of one set without structure, for each k."""
    points = make()
    inertia = []
    for k in ks:
        partition = yield from kmeans.fit(points, k, n_init, seed)
        inertia.append(partition.inertia)
    return inertia


def _cloud_silhouettes(aligned: Points, ks: range, seed: int) -> Task[Floats]:
    """The silhouette of one even cloud, for each k."""
    points = reference.even_cloud(aligned, seed)
    partitions = []
    for k in ks:
        partition = yield from kmeans.fit(points, k, FEW_STARTS, seed % 2**32)
        partitions.append(partition)
    return silhouettes(points, partitions)


def _other_seed(
    points: Points, partitions: Sequence[Partition], n_init: int, seed: int
) -> Task[list[float]]:
    """Agreement of each partition with one from other starts; NaN for a single cluster."""
    agreement = [np.nan]
    for k, partition in enumerate(partitions[1:], start=2):
        other = yield from kmeans.fit(points, k, n_init, seed)
        agreement.append(stability.adjusted_rand(partition.labels, other.labels))
    return agreement


def _bootstrap(points: Points, partitions: Sequence[Partition], seed: int) -> Task[list[float]]:
    """Agreement of each partition with the one that a bootstrap sample gives to all points."""
    sample, mean = stability.resampled(points, seed)
    agreement = [np.nan]
    for k, partition in enumerate(partitions[1:], start=2):
        found = yield from kmeans.fit(sample, k, FEW_STARTS, seed % 2**32)
        other = stability.assign(points, found.centres + mean)
        agreement.append(stability.adjusted_rand(partition.labels, other))
    return agreement
