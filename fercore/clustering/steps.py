"""The sweep over k, step by step: the curve, the criteria, the reference, the stability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from operator import index
from typing import Any

import numpy as np
import pandas as pd

from fercore.clustering import comparisons, criteria, kmeans
from fercore.clustering.kmeans import Partition, Points
from fercore.clustering.parallel import Cancelled, Progress, Report, Task
from fercore.clustering.samples import Samples, prepare
from fercore.clustering.sweep import COLUMNS, Sweep
from fercore.clustering.verdict import judge
from fercore.errors import ClusteringError

K_LIMIT = 50
"""The largest k of a sweep: beyond it nobody looks at the groups one by one."""


def elbow(
    maps: Any,
    k_max: int = 15,
    n_init: int = 10,
    seed: int = 0,
    what: str = "raw",
    drop_dead: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    responses: Any = None,
) -> Sweep:
    """Group the maps of a layer by k-means for k = 1 to ``k_max``, with what speaks for each k.

    Parameters and errors are those of :func:`sweep_steps`; this is its last step.

    Returns
    -------
    Sweep
    """
    *_, sweep = sweep_steps(
        maps, k_max, n_init, seed, what, drop_dead, progress, cancelled, responses
    )
    return sweep


def sweep_steps(
    maps: Any,
    k_max: int = 15,
    n_init: int = 10,
    seed: int = 0,
    what: str = "raw",
    drop_dead: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    responses: Any = None,
) -> Iterator[Sweep]:
    """As :func:`elbow`, handing out what is known so far after each of four steps.

    Parameters
    ----------
    maps : float (h, w, c) or (c,)
        The maps of one layer for one face; any finite numbers.
    k_max : int
        2 to 50. Where fewer maps differ from each other, the sweep ends there and a note says so.
    n_init, seed : int
        As ``n_init`` (1 to 100) and ``random_state`` (0 to 2**32 - 1) of
        ``sklearn.cluster.KMeans``, whose inertia is matched.
    what : {"raw", "standardised", "responses"}
        What is clustered: see :data:`fercore.clustering.KINDS`.
    drop_dead : bool
        Leave constant maps out.
    progress : callable, optional
        Called in the caller's thread with the share done (0 to 1) and what is at work.
    cancelled : callable, optional
        Asked some times a second; True stops the sweep.
    responses : float (faces, c), optional
        Needed for ``"responses"``: one number for each face and map.

    Yields
    ------
    Sweep
        With ``stage`` "curve" (inertia, distortion, elbow), "criteria" (silhouette), "reference"
        (gap and the curves of structureless data), "complete" (stability and the verdict).

    Raises
    ------
    ClusteringError
        For arguments that are not as above, fewer than three maps, or maps that are all equal.
    ClusteringCancelled
        When ``cancelled`` says so.
    """
    k_max = whole("k_max", k_max, 2, K_LIMIT)
    n_init = whole("n_init", n_init, 1, 100)
    seed = whole("seed", seed, 0, 2**32 - 1)
    samples = prepare(maps, what, drop_dead, responses)
    return _steps(samples, k_max, n_init, seed, Report(progress, cancelled))


def whole(name: str, value: Any, low: int, high: int) -> int:
    """``value`` as a whole number from ``low`` to ``high``, or a refusal that names it."""
    try:
        number = index(value)
    except TypeError:
        number = low - 1
    if not low <= number <= high:
        raise ClusteringError(f"{name} is a whole number from {low} to {high}, not {value!r}.")
    return number


def _steps(samples: Samples, k_max: int, n_init: int, seed: int, report: Report) -> Iterator[Sweep]:
    """The four steps. They fill one table, of which each sweep handed out has its own copy."""
    points = samples.points
    ks = range(1, min(k_max, samples.distinct) + 1)
    table = pd.DataFrame({name: np.full(len(ks), np.nan) for name in COLUMNS})
    table["k"] = ks

    # The largest k takes longest: begun first, it is not left for last on one core.
    fits = [_fit(points, k, n_init, seed) for k in reversed(ks)]
    partitions = tuple(reversed(report.run(fits, "grouping", share=0.05)))
    inertia = np.array([p.inertia for p in partitions])
    table["inertia"] = inertia
    table["distortion"] = [criteria.distortion(points, p) for p in partitions]
    suggested = {"elbow": criteria.knee(inertia)}
    notes = _notes(samples, k_max)
    sweep = Sweep(table.copy(), suggested, None, "curve", notes, samples, partitions)
    yield sweep

    table["silhouette"] = comparisons.silhouettes(points, partitions)
    yield (sweep := replace(sweep, table=table.copy(), stage="criteria"))

    comparisons.fill_reference(table, samples, ks, n_init, seed, report)
    gap, error, silhouette, structureless = (
        table[name].to_numpy() for name in ("gap", "gap_se", "silhouette", "silhouette_reference")
    )
    suggested = suggested | {
        "silhouette": criteria.silhouette_choice(silhouette, structureless),
        "gap": criteria.gap_choice(gap, error),
    }
    yield (sweep := replace(sweep, table=table.copy(), suggested=suggested, stage="reference"))

    comparisons.fill_stability(table, points, partitions, n_init, seed, report)
    verdict = judge(table, suggested["elbow"], len(ks) == samples.distinct)
    yield replace(sweep, table=table, verdict=verdict, stage="complete")


def _fit(points: Points, k: int, n_init: int, seed: int) -> Task[Partition]:
    partition = yield from kmeans.fit(points, k, n_init, seed)
    return partition.largest_first()


def _notes(samples: Samples, k_max: int) -> tuple[str, ...]:
    notes = []
    if samples.distinct < k_max:
        notes.append(
            f"Only {samples.distinct} of the {len(samples.numbers)} maps differ from each other, "
            f"so the sweep ends at k = {samples.distinct} instead of {k_max}."
        )
    if len(samples.dead):
        notes.append(f"Left out as dead (constant): {len(samples.dead)} maps.")
    elif samples.constant:
        notes.append(
            f"Among them are {samples.constant} dead (constant) maps, which can be left out."
        )
    return tuple(notes)
