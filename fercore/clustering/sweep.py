"""What a sweep over k found: the table of criteria, and the groups for each k."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from fercore.clustering import criteria
from fercore.clustering.kmeans import Floats, Ints, Partition
from fercore.clustering.samples import Samples
from fercore.clustering.verdict import Verdict
from fercore.errors import ClusteringError

COLUMNS = (
    "k", "inertia", "distortion", "silhouette", "gap", "gap_se",
    "reference_low", "reference_mid", "reference_high",
    "stability_seeds", "stability_bootstrap", "silhouette_reference",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Sweep:
    """k-means on the maps of one layer for k = 1 to k_max, and what speaks for each k.

    Attributes
    ----------
    table : DataFrame
        One row for each k, with the columns ``k``; ``inertia`` (sum of squared distances to the
        centres); ``distortion`` (mean distance to the nearest centre); ``silhouette`` (mean, -1 to
        1); ``gap`` and ``gap_se`` (natural logarithms); ``reference_low``, ``_mid``, ``_high``
        (least, mean and largest inertia on shuffled maps); ``stability_seeds`` and
        ``stability_bootstrap`` (mean adjusted Rand index); ``silhouette_reference`` (what the
        silhouette of an even cloud stays below). NaN where a value is not defined (k = 1) or not
        computed yet.
    suggested : dict
        ``"elbow"``, ``"silhouette"``, ``"gap"`` -> k, or None where the criterion finds nothing. A
        criterion that the sweep has not come to is not among the keys.
    verdict : Verdict or None
        None until the sweep is complete.
    stage : {"curve", "criteria", "reference", "complete"}
        What has been computed so far.
    notes : tuple of str
        Sentences on what a reader should know: maps left out, a k_max that was too large.
    samples : Samples
        What was clustered.
    """

    table: pd.DataFrame
    suggested: dict[str, int | None]
    verdict: Verdict | None
    stage: str
    notes: tuple[str, ...]
    samples: Samples
    partitions: tuple[Partition, ...]

    @property
    def dead(self) -> Ints:
        """Numbers of the maps that were left out as dead, int (d,)."""
        return self.samples.dead

    def labels(self, k: int) -> Ints:
        """The cluster of each map, int (c,); -1 for a map left out.

        Clusters are numbered from 0, the largest first.

        Raises
        ------
        ClusteringError
            If the sweep has no such k. So do the other methods.
        """
        labels = np.full(self.samples.maps.shape[2], -1, dtype=np.intp)
        labels[self.samples.numbers] = self._partition(k).labels
        return labels

    def centres(self, k: int) -> Floats:
        """The centre of each cluster as a map in the maps' own units, float64 (k, h, w).

        For raw maps it is the mean map. For standardised maps it is the mean pattern, with the
        mean level and the mean spread of the cluster's maps. For responses it is the mean map.
        """
        labels = self._partition(k).labels
        rows = self.samples.raw
        member = np.equal.outer(np.arange(k), labels).astype(np.float64)
        member /= member.sum(axis=1, keepdims=True)
        if self.samples.what == "standardised":
            level, spread = rows.mean(axis=1, keepdims=True), rows.std(axis=1, keepdims=True)
            centres = (member @ self.samples.rows) * (member @ spread) + member @ level
        else:
            centres = member @ rows
        result: Floats = centres.reshape(k, *self.samples.maps.shape[:2])
        return result

    def assignments(self, k: int) -> pd.DataFrame:
        """One row for each clustered map.

        Returns
        -------
        DataFrame
            ``map`` (its number), ``cluster``, ``distance`` (to its centre; in the units of the maps
            for raw maps, in standard deviations otherwise), ``silhouette`` (NaN for k = 1).
        """
        partition = self._partition(k)
        away = self.samples.points.values - partition.centres[partition.labels]
        silhouette = (
            criteria.silhouettes(self._distances, partition.labels, k)
            if k > 1
            else np.full(len(away), np.nan)
        )
        return pd.DataFrame(
            {
                "map": self.samples.numbers,
                "cluster": partition.labels,
                "distance": np.sqrt((away**2).sum(axis=1)),
                "silhouette": silhouette,
            }
        )

    def order(self, k: int) -> list[Ints]:
        """The numbers of each cluster's maps, the most typical (nearest to its centre) first."""
        table = self.assignments(k).sort_values(["distance", "map"])
        return [table["map"][table["cluster"] == cluster].to_numpy() for cluster in range(k)]

    @cached_property
    def _distances(self) -> Floats:
        distances: Floats = np.sqrt(self.samples.points.squared_distances)
        return distances

    def _partition(self, k: int) -> Partition:
        if k not in range(1, len(self.partitions) + 1):
            raise ClusteringError(
                f"k = {k} was asked for, but this sweep has k = 1 to {len(self.partitions)}. "
                "Choose one of these, or sweep again with a larger k_max."
            )
        return self.partitions[int(k) - 1]
