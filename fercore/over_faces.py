"""A model over many faces: how alike its layers are, and how far apart it sees the faces.

Both are figures over a sample that is evenly spaced in the data set, both say over how many faces,
and both are kept for the next to ask.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercore import similarity
from fercore.datasets import FaceSet
from fercore.differences import resize
from fercore.features import FloatArray, Images
from fercore.kept import Kept
from fercore.model import Model, spread

Progress = Callable[[int, int], object]

MOST_FACES = 1000
"""At most so many faces are taken: each layer's matrix of faces × faces grows with the square."""

_SIDES = (24, 12, 6, 3, 1)
_TABLE_BYTES = 256 * 2**20
_BATCH_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Alike:
    """How alike every two of some layers are.

    Attributes
    ----------
    names : tuple of str
        The layers.
    matrix : float64 array (m, m)
        Debiased linear CKA, see :func:`fercore.similarity.cka_matrix`; read-only.
    n_faces, n_all : int
        How many faces were taken, and of how many.
    side : int
        Maps of more than side × side positions were reduced to that, bilinearly.
    """

    names: tuple[str, ...]
    matrix: NDArray[np.float64]
    n_faces: int
    n_all: int
    side: int


def sample(n_all: int, most: int = MOST_FACES) -> NDArray[np.int64]:
    """Positions of at most `most` of `n_all` faces, evenly spaced, the first and last included."""
    return np.linspace(0, n_all - 1, min(n_all, most)).round().astype(np.int64)


def alike(
    model: Model,
    faces: FaceSet,
    names: Sequence[str],
    input_range: str = "0-255",
    progress: Progress | None = None,
) -> Alike:
    """How alike every two of some layers are over the faces of a set.

    Parameters
    ----------
    model : Model
    faces : FaceSet
        More than :data:`MOST_FACES` are sampled.
    names : sequence of str
        Layers.
    input_range : {"0-255", "0-1"}
    progress : callable, optional
        Called as ``progress(faces_done, n_faces)`` after every batch; not at all where the answer
        is known already.

    Returns
    -------
    Alike
        A face's representation in a layer is all its maps, position by position.

    Raises
    ------
    LayerError, ModelError, SimilarityError
        As :meth:`fercore.models.Model.layer` and :func:`fercore.similarity.cka_matrix`: fewer than
        four faces, for one.
    """
    key = ("alike", model.key, faces.digest, tuple(names), input_range)
    return _ALIKE.get_or_compute(
        key, lambda: _alike(model, faces, tuple(names), input_range, progress)
    )


def spread_over(
    model: Model, faces: FaceSet, input_range: str = "0-255", progress: Progress | None = None
) -> tuple[float, int]:
    """How far apart a model sees the faces of a set, and over how many of them.

    Returns
    -------
    float
        :func:`fercore.models.spread` of the pooled vectors.
    int
        The number of faces, at most :data:`MOST_FACES`.
    """
    key = ("spread", model.key, faces.digest, input_range)
    return _SPREADS.get_or_compute(key, lambda: _spread_over(model, faces, input_range, progress))


_ALIKE: Kept[Alike] = Kept(64)
_SPREADS: Kept[tuple[float, int]] = Kept(256)


def _alike(
    model: Model,
    faces: FaceSet,
    names: tuple[str, ...],
    input_range: str,
    progress: Progress | None,
) -> Alike:
    taken = faces.images[sample(len(faces))]
    side = _side([model.layer(name).shape for name in names], len(taken))
    tables: dict[str, FloatArray] = {}
    start = 0
    for batch in _outputs(model, taken, names, input_range, progress):
        for name, maps in batch.items():
            rows = _reduced(maps, side)
            if name not in tables:  # made whole at once: joining parts would need twice the memory
                tables[name] = np.empty((len(taken), rows.shape[1]), dtype=np.float32)
            tables[name][start : start + len(rows)] = rows
        start += len(rows)
    matrix = similarity.cka_matrix([tables[name] for name in names], debiased=True)
    matrix.setflags(write=False)
    return Alike(names, matrix, len(taken), len(faces), side)


def _spread_over(
    model: Model, faces: FaceSet, input_range: str, progress: Progress | None
) -> tuple[float, int]:
    taken = faces.images[sample(len(faces))]
    last = model.layers[-1].name
    parts = [batch[last] for batch in _outputs(model, taken, (last,), input_range, progress)]
    return spread(np.concatenate(parts)), len(taken)


def _outputs(
    model: Model,
    taken: Images,
    names: Sequence[str],
    input_range: str,
    progress: Progress | None,
) -> Iterator[dict[str, FloatArray]]:
    bytes_a_face = sum(model.layer(name).nbytes for name in names)
    size = int(np.clip(_BATCH_BYTES // bytes_a_face, 1, 64))
    done = 0
    for batch in model.outputs(taken, names, input_range, size):
        done += len(batch[names[0]])
        yield batch
        if progress is not None:
            progress(done, len(taken))


def _side(shapes: Sequence[tuple[int, ...]], n_faces: int) -> int:
    """The largest side to which maps are reduced so that all tables together stay in bounds."""
    for side in _SIDES:
        numbers = sum(
            shape[-1] * int(np.prod([min(edge, side) for edge in shape[:-1]])) for shape in shapes
        )
        if 4 * numbers * n_faces <= _TABLE_BYTES:
            return side
    return _SIDES[-1]


def _reduced(maps: FloatArray, side: int) -> FloatArray:
    """Maps (n, h, w, c) of at most side × side positions, or vectors (n, c), as a table (n, p)."""
    if maps.ndim == 4 and max(maps.shape[1:3]) > side:
        n, h, w, c = maps.shape
        high, wide = min(h, side), min(w, side)
        stacked = maps.transpose(1, 2, 0, 3).reshape(h, w, n * c)
        small = resize(stacked, high, wide).reshape(high, wide, n, c)
        maps = small.transpose(2, 0, 1, 3).astype(np.float32)
    return maps.reshape(len(maps), -1)
