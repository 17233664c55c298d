"""k-means over faces: how much of the emotions does it recover without being told?

A data set has tens of thousands of faces, so this is not the sweep of a layer's maps. For each k
the best of several starts is found on a fixed sample of faces, and Lloyd's algorithm goes on from
there over all of them (Bradley & Fayyad 1998, "Refining initial points for k-means clustering").
Nothing is reduced: every face counts with its whole vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from fercore.clustering import criteria, kmeans, stability
from fercore.clustering.facesweep import FaceSweep
from fercore.clustering.kmeans import Floats, Ints, Points
from fercore.clustering.parallel import Cancelled, Progress, Report, Task
from fercore.clustering.samples import checked, count_distinct, rotated
from fercore.clustering.steps import K_LIMIT, whole
from fercore.clustering.together import lloyd_together
from fercore.emotions import EMOTIONS, UNKNOWN
from fercore.errors import ClusteringError

SAMPLE = 4000
"""Up to so many faces are grouped as exactly as maps. Of more, so many are drawn to try starts on
and to measure the silhouette on."""
STARTS = 10
TRIES = 3
"""Starts that are tried on the sample of many faces."""
SHIFT = 2e-5
"""Over many faces, a run stops when its centres move less than this share of the mean squared
distance to the overall mean. On the 35,887 faces of FER2013 going on would lower the inertia by
less than 0.02 % and take twice as long; scikit-learn ends within 0.05 % of it, above or below."""
CHUNK = 4096


def group_faces(
    vectors: Any,
    labels: Any,
    k_max: int = 15,
    seed: int = 0,
    names: Sequence[str] = EMOTIONS,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> FaceSweep:
    """Group faces by k-means for k = 1 to ``k_max`` and compare the groups with the emotions.

    Parameters
    ----------
    vectors : float (n, d)
        One vector a face, for instance its pooled vector.
    labels : int (n,)
        The emotion of each face: a position in ``names``, or -1 where it is not known. Such a face
        is grouped, but not compared.
    k_max : int
        2 to 50; the sweep ends earlier where fewer faces differ.
    seed : int
        0 to 2**32 - 1.
    names : sequence of str
        The emotions.
    progress, cancelled : callable, optional
        As in :func:`fercore.clustering.sweep_steps`.

    Returns
    -------
    FaceSweep

    Raises
    ------
    ClusteringError
        For arguments that are not as above, fewer than three faces, or faces that are all equal.
    ClusteringCancelled
        When ``cancelled`` says so.
    """
    k_max = whole("k_max", k_max, 2, K_LIMIT)
    seed = whole("seed", seed, 0, 2**32 - 1)
    vectors = checked(vectors, "The vectors of the faces")
    if vectors.ndim != 2 or len(vectors) < 3:
        raise ClusteringError(
            f"Grouping faces needs vectors of the shape (faces, numbers) for at least three faces; "
            f"these have the shape {vectors.shape}."
        )
    labels = _emotions(labels, len(vectors), len(names))
    chosen = np.random.default_rng(seed).permutation(len(vectors))[:SAMPLE]
    distinct = count_distinct(vectors[chosen], enough=k_max)
    if distinct == 1:
        raise ClusteringError(f"All {len(vectors)} vectors are equal: there is nothing to group.")
    report = Report(progress, cancelled)
    return _group(vectors, labels, chosen, range(1, distinct + 1), seed, tuple(names), report)


def _emotions(labels: Any, n: int, count: int) -> Ints:
    labels = np.asarray(labels)
    if labels.shape != (n,) or labels.dtype.kind not in "iu":
        raise ClusteringError(
            f"Needed is one whole number for each of the {n} faces, its emotion; received is an "
            f"array of {labels.dtype} with the shape {labels.shape}."
        )
    if labels.min() < UNKNOWN or labels.max() >= count:
        raise ClusteringError(
            f"Emotions are numbered 0 to {count - 1}, or -1 for not known; these reach from "
            f"{labels.min()} to {labels.max()}."
        )
    emotions: Ints = labels.astype(np.int8)
    return emotions


def _group(
    vectors: Floats,
    emotions: Ints,
    chosen: Ints,
    ks: range,
    seed: int,
    names: tuple[str, ...],
    report: Report,
) -> FaceSweep:
    n = len(vectors)
    report.say("preparing the vectors")
    sample = rotated(vectors[chosen].astype(np.float64))
    apart = np.sqrt(sample.squared_distances).astype(np.float32)
    if n > SAMPLE:
        found = _group_many(vectors, chosen, sample, ks, seed, report)
    else:
        fits = [_fit_few(sample, chosen, k, seed) for k in reversed(ks)]
        found = report.run(fits, "grouping faces", share=0.9)[::-1]
    tasks = [_grouping(vectors, labels, k) for k, labels in zip(ks, found, strict=True)]
    groupings = report.run(tasks, "measuring distances", share=0.05)

    report.say("comparing with the emotions")
    inertia = np.array([np.square(g.distances, dtype=np.float64).sum() for g in groupings])
    table = pd.DataFrame({"k": ks, "inertia": inertia})
    table["silhouette"] = [
        criteria.silhouettes(apart, g.labels[chosen], k).mean() if k > 1 else np.nan
        for k, g in zip(ks, groupings, strict=True)
    ]
    known = emotions != UNKNOWN
    scores = [_scores(g.labels[known], emotions[known]) for g in groupings]
    table[["adjusted_rand", "nmi", "purity"]] = scores
    report.advance(0.05)
    report.say("done")
    return FaceSweep(
        table=table,
        suggested={"elbow": criteria.knee(inertia)},
        notes=_notes(n, int((~known).sum())),
        emotions=emotions,
        names=names,
        all_labels=np.array([g.labels for g in groupings], dtype=np.uint8),
        all_distances=np.array([g.distances for g in groupings], dtype=np.float32),
        all_centres=tuple(g.centres for g in groupings),
    )


class _Grouping(NamedTuple):
    labels: Ints
    centres: Floats
    distances: Floats


def _grouping(vectors: Floats, labels: Ints, k: int) -> Task[_Grouping]:
    """Labels with the largest cluster first, its centre and the distances to it."""
    yield f"k = {k}"
    order = np.argsort(-np.bincount(labels, minlength=k), kind="stable")
    labels = np.argsort(order)[labels]
    means = [vectors[labels == cluster].mean(axis=0, dtype=np.float64) for cluster in range(k)]
    yield ""
    centres = np.array(means)
    near = centres.astype(vectors.dtype)
    distances = np.empty(len(vectors))
    for start in range(0, len(vectors), CHUNK):
        part = slice(start, start + CHUNK)
        distances[part] = np.linalg.norm(vectors[part] - near[labels[part]], axis=1)
    return _Grouping(labels, centres, distances)


def _fit_few(sample: Points, chosen: Ints, k: int, seed: int) -> Task[Ints]:
    """Labels of few faces, exactly as in the sweep of maps."""
    partition = yield from kmeans.fit(sample, k, STARTS, seed)
    labels = np.empty_like(partition.labels)
    labels[chosen] = partition.labels
    return labels


def _group_many(
    vectors: Floats, chosen: Ints, sample: Points, ks: range, seed: int, report: Report
) -> list[Ints]:
    """Labels of many faces for each k: the best start on the sample, carried on over all."""
    centred = vectors - vectors.mean(axis=0, dtype=np.float64).astype(vectors.dtype)
    centred = (centred / np.abs(centred).max()).astype(np.float32)
    few = centred[chosen]
    tolerance = SHIFT * float(np.square(few).sum(axis=1).mean())
    tries = [_best_start(sample, few, k, seed, tolerance) for k in reversed(ks)]
    starts = report.run(tries, "trying starts", share=0.4)[::-1]
    return lloyd_together(centred, starts, tolerance, report, share=0.5)


def _best_start(sample: Points, few: Floats, k: int, seed: int, tolerance: float) -> Task[Floats]:
    """The centres of the best of several runs on the sample, float32 (k, d)."""
    yield f"k = {k}"
    starts = few[kmeans.plus_plus(sample.squared_distances, k, TRIES, seed)]
    runs = yield from kmeans.lloyd(few, starts, tolerance)
    best: Floats = runs.centres[int(runs.inertias.argmin())]
    return best


def _scores(labels: Ints, emotions: Ints) -> tuple[float, float, float]:
    """Adjusted Rand index, normalised mutual information and purity; NaN without emotions."""
    if not len(labels):
        return np.nan, np.nan, np.nan
    from sklearn.metrics import normalized_mutual_info_score  # takes a second: only when needed

    counts = pd.crosstab(labels, emotions).to_numpy()
    return (
        stability.adjusted_rand(labels, emotions),
        float(normalized_mutual_info_score(emotions, labels)),
        float(counts.max(axis=1).sum() / counts.sum()),
    )


def _notes(n: int, unknown: int) -> tuple[str, ...]:
    notes = []
    if n > SAMPLE:
        notes.append(
            f"The silhouette is that of a fixed sample of {SAMPLE:,} faces. Starts were tried on "
            f"the same sample; then all {n:,} faces were grouped, with nothing left out of their "
            "vectors."
        )
    if unknown:
        notes.append(f"{unknown:,} faces without an emotion are grouped but not compared.")
    return tuple(notes)
