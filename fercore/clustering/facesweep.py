"""What a sweep over faces found, held beside the emotions that people gave them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from fercore.clustering.kmeans import Floats, Ints
from fercore.emotions import UNKNOWN
from fercore.errors import ClusteringError

HOW_MUCH = (
    (0.05, "almost nothing"),
    (0.2, "a little"),
    (0.5, "a part"),
    (0.8, "much"),
    (np.inf, "nearly all"),
)
"""Upper bounds of the adjusted Rand index, and what to call it."""


@dataclass(frozen=True, eq=False)
class FaceSweep:
    """k-means on the vectors of faces for k = 1 to k_max.

    Attributes
    ----------
    table : DataFrame
        One row for each k: ``k``; ``inertia``; ``silhouette`` (of a sample where the notes say so;
        NaN for k = 1); and, over the faces whose emotion is known, ``adjusted_rand`` (Hubert &
        Arabie 1985: 0 by chance, 1 for the same groups), ``nmi`` (normalised mutual information, 0
        to 1, not corrected for chance) and ``purity`` (the share of faces that have the commonest
        emotion of their cluster; k = 1 gives the share of the commonest emotion of all).
    suggested : dict
        ``"elbow"`` -> k or None.
    notes : tuple of str
        Sentences on how the figures were come by.
    emotions : int8 (n,)
    names : tuple of str
    """

    table: pd.DataFrame
    suggested: dict[str, int | None]
    notes: tuple[str, ...]
    emotions: Ints
    names: tuple[str, ...]
    all_labels: npt.NDArray[np.uint8]
    all_distances: Floats
    all_centres: tuple[Floats, ...]

    def labels(self, k: int) -> Ints:
        """The cluster of each face, int (n,), the largest cluster being 0.

        Raises
        ------
        ClusteringError
            If the sweep has no such k. So do the other methods.
        """
        labels: Ints = self.all_labels[self._row(k)].astype(np.intp)
        return labels

    def centres(self, k: int) -> Floats:
        """The mean vector of each cluster, float64 (k, d)."""
        return self.all_centres[self._row(k)]

    def distances(self, k: int) -> Floats:
        """The distance of each face to its centre, float32 (n,)."""
        distances: Floats = self.all_distances[self._row(k)]
        return distances

    def order(self, k: int) -> list[Ints]:
        """The numbers of each cluster's faces, the most typical (nearest to its centre) first."""
        labels = self.labels(k)
        nearest_first = np.argsort(self.distances(k), kind="stable")
        return [nearest_first[labels[nearest_first] == cluster] for cluster in range(k)]

    def crosstab(self, k: int) -> pd.DataFrame:
        """How many faces of each emotion each cluster has.

        Returns
        -------
        DataFrame (k, emotions)
            Index ``cluster``, a column for each name; faces of unknown emotion are not counted.
        """
        known = self.emotions != UNKNOWN
        counts = np.zeros((k, len(self.names)), dtype=np.intp)
        np.add.at(counts, (self.labels(k)[known], self.emotions[known]), 1)
        index = pd.RangeIndex(k, name="cluster")
        return pd.DataFrame(counts, index=index, columns=list(self.names))

    @property
    def best(self) -> int | None:
        """The k whose groups agree best with the emotions; None if no emotion is known."""
        scores = self.table["adjusted_rand"]
        return None if scores.isna().all() else int(self.table["k"][scores.argmax()])

    def sentence(self, k: int | None = None) -> str:
        """How much of the emotions the groups recover; without ``k``, at the best k."""
        best = self.best
        if best is None:
            return "No face has a known emotion, so the groups cannot be compared with any."
        opening = f"Even at its best (k = {best}), k-means" if k is None else f"At k = {k}, k-means"
        row = self.table.to_dict("records")[self._row(best if k is None else k)]
        score = row["adjusted_rand"]
        how_much = next(words for bound, words in HOW_MUCH if score < bound)
        if k is None and score >= HOW_MUCH[1][0]:
            opening = f"At its best (k = {best}), k-means"
        commonest = self.names[int(np.bincount(self.emotions[self.emotions != UNKNOWN]).argmax())]
        return (
            f"{opening} recovers {how_much} of the emotions: adjusted Rand index {score:.2f} "
            f"(0 is chance, 1 is perfect), normalised mutual information {row['nmi']:.2f}. Naming "
            f"each group after its commonest emotion would be right for {row['purity']:.0%} of the "
            f"faces; calling every face {commonest} is right for {self.table['purity'][0]:.0%}."
        )

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Everything as plain arrays, to be kept in an npz file; see :meth:`from_arrays`."""
        return {
            "columns": np.array(self.table.columns, dtype=np.str_),
            "table": self.table.to_numpy(dtype=np.float64),
            "elbow": np.array(self.suggested["elbow"] or 0),
            "notes": np.array(self.notes, dtype=np.str_),
            "emotions": self.emotions,
            "names": np.array(self.names, dtype=np.str_),
            "labels": self.all_labels,
            "distances": self.all_distances,
            "centres": np.concatenate(self.all_centres),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> FaceSweep:
        """The sweep that gave ``arrays``."""
        table = pd.DataFrame(arrays["table"], columns=arrays["columns"].tolist())
        table["k"] = table["k"].astype(np.intp)
        return cls(
            table=table,
            suggested={"elbow": int(arrays["elbow"]) or None},
            notes=tuple(arrays["notes"].tolist()),
            emotions=arrays["emotions"],
            names=tuple(arrays["names"].tolist()),
            all_labels=arrays["labels"],
            all_distances=arrays["distances"],
            all_centres=tuple(np.split(arrays["centres"], np.cumsum(table["k"])[:-1])),
        )

    def _row(self, k: int) -> int:
        if k not in range(1, len(self.table) + 1):
            raise ClusteringError(
                f"k = {k} was asked for, but this sweep has k = 1 to {len(self.table)}. "
                "Choose one of these, or sweep again with a larger k_max."
            )
        return int(k) - 1
