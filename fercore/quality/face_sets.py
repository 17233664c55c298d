"""A whole face set examined, and what remains of it when the faces of some findings go."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fercore.errors import DatasetError
from fercore.quality.audit import report
from fercore.quality.findings import Report
from fercore.quality.similar import Progress

if TYPE_CHECKING:
    from fercore.datasets import FaceSet


def examine(faces: "FaceSet", progress: Progress | None = None) -> Report:
    """:func:`report` over a face set, with its votes where it has them.

    Parameters
    ----------
    faces : FaceSet
    progress : callable, optional
        Called as ``progress(part, text)`` with the part that is done, 0–1.
    """
    return report(
        faces.images, faces.labels, faces.splits, faces.votes, faces.rows, faces.emotions, progress
    )


def leave_out(faces: "FaceSet", ids: Iterable[str], examined: Report | None = None) -> "FaceSet":
    """The face set less the faces that some findings name; the others keep their row numbers.

    Parameters
    ----------
    faces : FaceSet
    ids : iterable of str
        Of :data:`FINDING_IDS`. One that could not be looked for here leaves nothing out.
    examined : Report, optional
        What :func:`examine` said of these very faces; without it they are examined now.

    Returns
    -------
    FaceSet
        `faces` itself where nothing is left out.

    Raises
    ------
    DatasetError
        If an id is unknown, or no face would remain.

    Examples
    --------
    >>> from fercore import datasets
    >>> len(leave_out(datasets.load(), ["exact-duplicates"]))
    280
    """
    ids = tuple(ids)
    if not ids:
        return faces
    keep = (examined or examine(faces)).keep(ids)
    if not keep.any():
        raise DatasetError(
            f"Without {', '.join(ids)} no face of {faces.title} would remain. Leave out less."
        )
    return faces.without(faces.rows[~keep])
