"""Which faces excite a map most and least, from the responses of a layer to many faces."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fercore.errors import FaceError, LayerError


@dataclass(frozen=True)
class Responses:
    """How strongly each of n faces excites each of a layer's c maps.

    Attributes
    ----------
    mean, maximum : float32 array (n, c)
        Over the pixels of the map; the number itself if the layer is a vector. In column-major
        order, because faces are looked for map by map.
    """

    mean: NDArray[np.float32]
    maximum: NDArray[np.float32]


def collect(
    batches: Iterable[tuple[ArrayLike, ArrayLike]],
    n_faces: int,
    progress: Callable[[int, int], object] | None = None,
) -> Responses:
    """Put the responses of batches of faces together.

    Parameters
    ----------
    batches : iterable of (mean, maximum), array (b, c) each
        In the order of the faces.
    n_faces : int
        Of all batches together.
    progress : callable, optional
        Called as ``progress(faces_done, n_faces)`` after every batch.

    Returns
    -------
    Responses

    Raises
    ------
    FaceError
        The batches do not hold `n_faces` faces, or hold none.
    """
    both: NDArray[np.float32] | None = None
    done = 0
    for means, maxima in batches:
        mean, maximum = np.asarray(means), np.asarray(maxima)
        if both is None:
            both = np.empty((2, mean.shape[1], n_faces), dtype=np.float32)
        if done + len(mean) > n_faces:
            raise FaceError(f"More than the {n_faces} faces asked for have responded.")
        both[0, :, done : done + len(mean)] = mean.T
        both[1, :, done : done + len(mean)] = maximum.T
        done += len(mean)
        if progress is not None:
            progress(done, n_faces)
    if both is None or done < n_faces:
        raise FaceError(f"Only {done} of {n_faces} faces have responded. Try again.")
    return Responses(both[0].T, both[1].T)


def top_faces(
    responses: ArrayLike, channel: int, top: int = 9, largest: bool = True
) -> NDArray[np.int64]:
    """The faces that excite one map most, or least.

    Parameters
    ----------
    responses : array (n, c)
        :attr:`Responses.mean` or :attr:`Responses.maximum`.
    channel : int, 0..c-1
    top : int
        At most so many faces.
    largest : bool
        Whether to begin with the strongest response (or the weakest).

    Returns
    -------
    int array (top or fewer,)
        Positions of the faces; equal ones in the order of the faces. Faces whose response is not
        a number are left out.

    Raises
    ------
    LayerError
        There is no such map, or the responses are not faces × maps.
    """
    table = np.asarray(responses)
    if table.ndim != 2:
        raise LayerError(f"Responses are faces × maps; these have the shape {table.shape}.")
    if not 0 <= channel < table.shape[1]:
        raise LayerError(
            f"There is no map {channel}: this layer has the maps 0 to {table.shape[1] - 1}."
        )
    values = table[:, channel]
    order = np.argsort(-values if largest else values, kind="stable")  # NaN come last
    n_numbers = int(np.count_nonzero(~np.isnan(values)))
    return order[: min(max(top, 0), n_numbers)]
