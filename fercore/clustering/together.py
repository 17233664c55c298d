"""Lloyd's algorithm over many points for every k at once.

With tens of thousands of long vectors most of the time goes to reading them, twice in each step of
each k. Here one pass over the points serves all k that have not settled yet, block by block so that
a block is still in the cache when its means are taken, and the blocks are shared out to all cores.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from fercore.clustering.kmeans import MAX_ITERATIONS, Floats, Ints, nearest_plane
from fercore.clustering.parallel import Report, Task

BLOCK = 1024


class _Block(NamedTuple):
    """What one block of points adds to a pass."""

    labels: list[Ints]
    sums: Floats
    sizes: Floats


def lloyd_together(
    points: Floats, starts: Sequence[Floats], tolerance: float, report: Report, share: float
) -> list[Ints]:
    """Labels of all points for each of several k.

    Parameters
    ----------
    points : float32 (n, p)
    starts : sequence of float32 (k, p)
        The first centres, one array for each k.
    tolerance : float
        A k settles when the summed squared shift of its centres is at most this.
    report : Report
    share : float
        This computation's share of the whole, for the progress.

    Returns
    -------
    list of uint8 (n,)
        The labels about the centres of the last pass.
    """
    centres = [start.copy() for start in starts]
    labels: list[Ints] = [np.zeros(0, dtype=np.uint8) for _ in starts]
    parts = [slice(first, first + BLOCK) for first in range(0, len(points), BLOCK)]
    going = list(range(len(starts)))
    for _ in range(MAX_ITERATIONS):
        names = ", ".join(str(len(centres[run])) for run in going)
        stacked = np.concatenate([centres[run] for run in going])
        edges = np.cumsum([0] + [len(centres[run]) for run in going])
        tasks = [_pass(points[part], stacked, edges) for part in parts]
        blocks = report.run(tasks, f"grouping faces: k = {names}", share=0.0)
        sums = np.array([block.sums for block in blocks]).sum(axis=0, dtype=np.float64)
        sizes = np.array([block.sizes for block in blocks]).sum(axis=0, dtype=np.float64)
        means = (sums / np.maximum(sizes, 1.0)[:, None]).astype(points.dtype)

        settled = []
        for place, run in enumerate(going):
            own = slice(edges[place], edges[place + 1])
            labels[run] = np.concatenate([block.labels[place] for block in blocks])
            new = means[own]
            for cluster in np.flatnonzero(sizes[own] == 0.0):
                new[cluster] = points[_farthest(points, centres[run][labels[run]])]
            shift = float(((new - centres[run]) ** 2).sum())
            centres[run] = new
            if shift <= tolerance and sizes[own].all():
                settled.append(run)
        going = [run for run in going if run not in settled]
        report.advance(share * len(settled) / len(starts))
        if not going:
            break
    return labels


def _pass(block: Floats, stacked: Floats, edges: Ints) -> Task[_Block]:
    """One step for all k on one block; the centres of k lie between two ``edges``."""
    yield ""
    away = stacked @ block.T
    away *= -2.0
    away += np.einsum("ij,ij->i", stacked, stacked)[:, None]
    member = np.empty_like(away)
    labels = []
    for low, high in pairwise(edges):
        nearest, _ = nearest_plane(away[None, low:high])
        member[low:high] = nearest == np.arange(high - low, dtype=np.uint8)[:, None]
        labels.append(nearest[0])
    return _Block(labels, member @ block, member.sum(axis=1))


def _farthest(points: Floats, own: Floats) -> int:
    """The number of the point farthest from its ``own`` centre, to fill an empty cluster."""
    return int(((points - own) ** 2).sum(axis=1).argmax())
