"""What is clustered: the maps as they are, their patterns, or their responses to many faces."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from fercore.clustering.kmeans import Floats, Ints, Points
from fercore.errors import ClusteringError

KINDS = {
    "raw": "the maps as they are: loudness rules",
    "standardised": "each map less its mean, divided by its standard deviation: pattern rules",
    "responses": "each map's response over many faces, standardised: meaning rules",
}
"""What can be clustered, and what then makes two maps alike."""

MAPS_NEEDED = 3
MAPS_LIMIT = 5000
"""Beyond it the distances between all pairs, which the criteria need, fill the memory."""
LARGEST = 1e100
"""Numbers beyond it have no square in float64."""


@dataclass(frozen=True, eq=False)
class Samples:
    """The maps of one layer as the rows that are clustered.

    Attributes
    ----------
    maps : float (h, w, c)
        As given; a vector of c numbers is (1, 1, c).
    numbers : int (m,)
        The maps that are clustered.
    dead : int (c - m,)
        The maps that are left out, since they are constant.
    constant : int
        How many of the c maps are constant, left out or not.
    distinct : int
        How many of the m rows differ from each other: the largest k that makes sense.
    rows : float64 (m, p)
        What is clustered: raw or standardised maps, or standardised responses.
    points : Points
        The rows, centred and rotated into at most m dimensions.
    what : str
        A key of :data:`KINDS`.
    """

    maps: Floats
    numbers: Ints
    dead: Ints
    constant: int
    distinct: int
    rows: Floats
    points: Points
    what: str

    @property
    def raw(self) -> Floats:
        """The clustered maps in their original units, float64 (m, h * w)."""
        return as_rows(self.maps)[self.numbers]


def prepare(maps: Any, what: str, drop_dead: bool, responses: Any = None) -> Samples:
    """Turn the maps of a layer into points.

    Parameters
    ----------
    maps : float (h, w, c) or (c,)
    what : str
        A key of :data:`KINDS`.
    drop_dead : bool
        Leave out constant maps (with ``"responses"``: those that answer every face alike).
    responses : float (faces, c), optional
        For ``"responses"``: one number for each face and map, for instance the map's mean.

    Raises
    ------
    ClusteringError
        If there is nothing to group, or the arrays are not as above.
    """
    if what not in KINDS:
        raise ClusteringError(f"Clustered can be {', '.join(KINDS)}; “{what}” is none of these.")
    maps = checked(maps, "The maps")
    if maps.ndim == 1:
        maps = maps[None, None, :]
    if maps.ndim != 3:
        raise ClusteringError(
            f"The maps of a layer have the shape (height, width, maps) or (maps,); these have "
            f"{maps.shape}. Give the maps of one face, without a batch axis."
        )
    c = maps.shape[2]
    if c > MAPS_LIMIT:
        raise ClusteringError(f"At most {MAPS_LIMIT} maps can be grouped; these are {c}.")
    rows = _responses(responses, c) if what == "responses" else as_rows(maps)
    if what == "standardised" and rows.shape[1] == 1:
        raise ClusteringError(
            "Each map of this layer is a single number, which has no pattern to compare. "
            "Cluster the raw maps or their responses instead."
        )

    constant = _constant(rows)
    numbers = np.flatnonzero(~constant) if drop_dead else np.arange(c)
    if len(numbers) < MAPS_NEEDED:
        left_out = f" once {c - len(numbers)} dead ones are left out" if drop_dead else ""
        raise ClusteringError(
            f"Grouping needs at least {MAPS_NEEDED} maps; this layer has {len(numbers)}{left_out}."
        )
    rows = rows[numbers] if what == "raw" else standardised(rows[numbers])
    distinct = count_distinct(rows, enough=len(rows))
    if distinct == 1:
        raise ClusteringError(
            f"All {len(numbers)} maps are equal: there is nothing to group. Choose another layer."
        )
    return Samples(
        maps=maps,
        numbers=numbers,
        dead=np.setdiff1d(np.arange(c), numbers),
        constant=int(constant.sum()),
        distinct=distinct,
        rows=rows,
        points=rotated(rows),
        what=what,
    )


def as_rows(maps: Floats) -> Floats:
    """Maps (h, w, c) as one row each, float64 (c, h * w)."""
    rows: Floats = maps.reshape(-1, maps.shape[2]).T.astype(np.float64)
    return rows


def standardised(rows: Floats) -> Floats:
    """Rows of mean 0 and standard deviation 1; a constant row has no pattern and becomes 0."""
    deviations = rows - rows.mean(axis=1, keepdims=True)
    spread = deviations.std(axis=1, keepdims=True)
    spread[_constant(rows)] = np.inf
    patterns: Floats = deviations / spread
    return patterns


def rotated(rows: Floats) -> Points:
    """Centre ``rows`` (n, p) and, where p > n, rotate them into n dimensions.

    n points lie in n dimensions, whatever p is. With the centred rows as X and X^T = QR, the rows
    of R^T are the same points seen along the columns of Q: every distance stays as it was.
    """
    n, features = rows.shape
    centred = rows - rows.mean(axis=0)
    if features > n:
        triangle: Any = np.linalg.qr(centred.T, mode="r")
        centred = np.ascontiguousarray(triangle.T)
    return Points(centred, features)


def count_distinct(rows: Floats, enough: int) -> int:
    """How many rows differ, up to rounding in the tenth digit; at most ``enough``."""
    scale = float(np.abs(rows).max()) or 1.0
    seen: set[bytes] = set()
    for row in rows:
        rounded = np.round(row.astype(np.float64) / scale, 10) + 0.0  # turns -0.0 into 0.0
        seen.add(blake2b(rounded.tobytes(), digest_size=16).digest())
        if len(seen) == enough:
            break
    return len(seen)


def checked(values: Any, name: str) -> Floats:
    """``values`` as an array of finite floats, or a refusal that calls them ``name``."""
    array: npt.NDArray[Any] = np.asarray(values)
    if array.dtype.kind not in "fiu":
        raise ClusteringError(f"{name} must be numbers; these are of type {array.dtype}.")
    if array.size == 0:
        raise ClusteringError(f"{name} are empty: their shape is {array.shape}.")
    fine = np.isfinite(array)
    if array.dtype.itemsize > 4:
        fine &= np.abs(array) < LARGEST
    bad = int(array.size - np.count_nonzero(fine))
    if bad:
        raise ClusteringError(
            f"{name} hold {bad} numbers that are not finite (NaN or infinity) among {array.size}. "
            "A network with broken weights or a wrong input range makes such maps."
        )
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float64)


def _responses(responses: Any, c: int) -> Floats:
    if responses is None:
        raise ClusteringError(
            "Grouping by responses needs one number for each face and map, shape (faces, maps)."
        )
    responses = checked(responses, "The responses")
    if responses.ndim != 2 or responses.shape[1] != c or len(responses) < 2:
        raise ClusteringError(
            f"The responses have the shape {responses.shape}; needed are (faces, {c}): at least "
            f"two faces, and one column for each of the {c} maps."
        )
    rows: Floats = responses.T.astype(np.float64)
    return rows


def _constant(rows: Floats) -> npt.NDArray[np.bool_]:
    """Which rows do not vary beyond the rounding of float32; a row of one number is not dead."""
    if rows.shape[1] == 1:
        return np.zeros(len(rows), dtype=np.bool_)
    limit = 4 * np.finfo(np.float32).eps * np.abs(rows).max(axis=1)
    constant: npt.NDArray[np.bool_] = np.ptp(rows, axis=1) <= limit
    return constant
