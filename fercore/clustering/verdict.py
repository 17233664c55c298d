"""Is there a grouping at all? One sentence, from three tests that an elbow in noise does not pass.

1. **Gap**: against points scattered evenly over the same box, this k gains more than k - 1 did,
   and k + 1 gains nothing further (Tibshirani et al. 2001).
2. **Silhouette**: the groups are farther apart than k-means makes them in an even cloud of the
   same spread along each principal axis, by three standard deviations.
3. **Stability**: they come back from other starts and from resampled maps.

The knee of the curve is not among them: there is one in noise as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from fercore.clustering.kmeans import Floats

Bools = npt.NDArray[np.bool_]

STABLE = 0.8
"""The least mean adjusted Rand index of a grouping that comes back."""


@dataclass(frozen=True)
class Verdict:
    """What the sweep says.

    Attributes
    ----------
    text : str
        One plain sentence.
    k : int or None
        The number of groups that stand out; None for no clear grouping.
    """

    text: str
    k: int | None

    def __str__(self) -> str:
        return self.text


def judge(table: pd.DataFrame, elbow: int | None, all_distinct_tried: bool) -> Verdict:
    """The verdict on a full table of criteria.

    Parameters
    ----------
    table : DataFrame
        See :attr:`fercore.clustering.Sweep.table`; k = 1, 2, ... without a hole.
    elbow : int or None
        The knee of the curve, named in the sentence.
    all_distinct_tried : bool
        Whether the last k has one cluster for each distinct map, so that no k + 1 exists.
    """
    gains = _gains(table, all_distinct_tried)
    apart = np.array(table["silhouette"] > table["silhouette_reference"])
    again = table[["stability_seeds", "stability_bootstrap"]].min(axis=1).to_numpy()
    clear = gains & apart & (again >= STABLE)
    if clear.any():
        row = int(np.where(clear, table["gap"], -np.inf).argmax())
        bootstrap, silhouette, even = (
            table[name][row]
            for name in ("stability_bootstrap", "silhouette", "silhouette_reference")
        )
        return Verdict(
            f"{row + 1} groups stand out: they come back when maps are resampled (agreement "
            f"{bootstrap:.2f}, where 1 is perfect), and they lie farther apart than the groups of "
            f"an even cloud (silhouette {silhouette:.2f}, there below {even:.2f}).",
            row + 1,
        )
    return Verdict("No clear grouping: " + _why(table, gains, apart, again, elbow), None)


def _gains(table: pd.DataFrame, all_distinct_tried: bool) -> Bools:
    """Where the gap rises beyond its error and then rises no further, bool (ks,)."""
    gap, error = table["gap"].to_numpy(), table["gap_se"].to_numpy()
    gains = np.zeros(len(gap), dtype=np.bool_)
    gains[1:] = (gap[1:] > gap[:-1] + error[1:]) & (gap[1:] > gap[0] + error[1:])
    gains[:-1] &= gap[:-1] >= gap[1:] - error[1:]
    gains[-1] &= all_distinct_tried  # whether one more would gain is not known
    return gains


def _why(table: pd.DataFrame, gains: Bools, apart: Bools, again: Floats, elbow: int | None) -> str:
    """The first of the three tests that no k passes, in words."""
    if (gains & apart).any():
        best = int(np.where(gains & apart, again, -np.inf).argmax())
        return (
            f"{best + 1} groups would fit best, but others come out from other starts or when maps "
            f"are resampled (agreement {again[best]:.2f}; 1 is perfect, {STABLE} is asked for)."
        )
    if gains.any():
        best = int(np.where(gains, table["gap"], -np.inf).argmax())
        return (
            f"{best + 1} groups would fit best, but they lie no farther apart than k-means makes "
            "them in an even cloud."
        )
    gap = table["gap"].to_numpy()
    if gap.argmax() == len(gap) - 1 and len(gap) > 1:
        return (
            f"each further group helps a little and none stands out, so the maps spread "
            f"rather than cluster, or there are more groups than {len(gap)}."
        )
    noise = f"; the elbow at k = {elbow} is one that noise has as well" if elbow else ""
    return f"splitting the maps gains no more than splitting an even cloud would{noise}."
