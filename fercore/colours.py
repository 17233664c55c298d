"""The colour tables: 256 colours each, looked up by the index that :mod:`fercore.scaling` gives.

The tables are data in the code, so that the dashboard needs no plotting library to draw a map.
"""

import base64
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fercore.errors import FercoreError

FIRST = 1
"""Index of the colour of a scale's lowest value."""

MIDDLE = 128
"""Index of the colour of zero in a zero-centred scale: 256 entries have no middle, 1..255 have."""

LAST = 255
"""Index of the colour of a scale's highest value."""

NO_VALUE = 0
"""Index of a pixel without a value (NaN). No scale gives it to a number."""


class DrawingError(FercoreError):
    """Maps cannot be drawn as asked: an unknown scale or colour table, a picture out of bounds."""


def colour_table(name: str) -> NDArray[np.uint8]:
    """The 256 colours of a table, from the lowest value to the highest.

    Parameters
    ----------
    name : one of :data:`COLOUR_TABLES`
        - ``"grey"``: black to white, entry i is (i, i, i); right for pictures of faces too.
        - ``"viridis"``: dark violet to yellow, evenly rising in lightness, readable with every
          common colour vision deficiency.
        - ``"diverging"``: blue through white to red. White is entry :data:`MIDDLE`, the zero of
          a zero-centred scale, and entries ``MIDDLE - k`` and ``MIDDLE + k`` are equally far
          along their arms. Blue and red stay apart with every common deficiency.

    Returns
    -------
    uint8 array (256, 3)
        Red, green, blue, 0..255; read-only, the same array at every call.

    Raises
    ------
    DrawingError
        There is no table of this name.

    References
    ----------
    viridis: Nathaniel J. Smith and Stéfan van der Walt, 2015, CC0,
    https://bids.github.io/colormap/ . diverging: the 11-class RdBu of ColorBrewer 2.0, Cynthia
    Brewer, Mark Harrower and The Pennsylvania State University, Apache-2.0,
    https://colorbrewer2.org/#type=diverging&scheme=RdBu&n=11 , reversed and interpolated
    linearly in RGB.
    """
    if name not in COLOUR_TABLES:
        raise DrawingError(
            f"There is no colour table {name!r}. Choose one of: {', '.join(COLOUR_TABLES)}."
        )
    return _table(name)


@cache
def _table(name: str) -> NDArray[np.uint8]:
    table = COLOUR_TABLES[name]()
    table.setflags(write=False)
    return table


def _grey() -> NDArray[np.uint8]:
    return np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 3, axis=1)


def _viridis() -> NDArray[np.uint8]:
    return np.array(list(base64.b64decode(_VIRIDIS)), dtype=np.uint8).reshape(256, 3)


def _diverging() -> NDArray[np.uint8]:
    points = np.array([list(bytes.fromhex(colour)) for colour in _BLUE_WHITE_RED], dtype=float)
    positions = np.linspace(FIRST, LAST, len(points))
    # np.interp holds the first colour to the left of FIRST: entry 0 repeats entry 1.
    arms = [np.interp(np.arange(256), positions, channel) for channel in points.T]
    table: NDArray[np.uint8] = np.rint(np.stack(arms, axis=1)).astype(np.uint8)
    return table


COLOUR_TABLES: dict[str, Callable[[], NDArray[np.uint8]]] = {
    "grey": _grey,
    "viridis": _viridis,
    "diverging": _diverging,
}
"""Every colour table by its name, in the order to offer them."""

_BLUE_WHITE_RED = (
    *("053061", "2166ac", "4393c3", "92c5de", "d1e5f0"),
    "f7f7f7",
    *("fddbc7", "f4a582", "d6604d", "b2182b", "67001f"),
)

# The published 256 colours, rounded to bytes, red green blue red green blue ..., in base64.
_VIRIDIS = (
    "RAFURAJWRQRXRQVZRgdaRghcRgpdRgteRw1gRw5hRxBjRxFkRxNlSBRnSBZoSBdpSBhqSBpsSBttSBxuSB1vSB9wSCBx"
    "SCFzSCN0SCR1SCV2SCZ3SCh4SCl5Ryp6Ryx6Ry17Ry58Ry99RjB+RjJ+RjN/RjSARTWBRTeBRTiCRDmDRDqDRDuEQz2E"
    "Qz6FQj+FQkCGQkGGQUKHQUSHQEWIQEaIP0eIP0iJPkmJPkqJPkyKPU2KPU6KPE+KPFCLO1GLO1KLOlOLOlSMOVWMOVaM"
    "OFiMOFmMN1qMN1uNNlyNNl2NNV6NNV+NNGCNNGGNM2KNM2ONMmSOMmWOMWaOMWeOMWiOMGmOMGqOL2uOL2yOLm2OLm6O"
    "Lm+OLXCOLXGOLHGOLHKOLHOOK3SOK3WOKnaOKneOKniOKXmOKXqOKXuOKHyOKH2OJ36OJ3+OJ4COJoGOJoKOJoKOJYOO"
    "JYSOJYWOJIaOJIeOI4iOI4mOI4qNIouNIoyNIo2NIY6NIY+NIZCNIZGMIJKMIJKMIJOMH5SMH5WLH5aLH5eLH5iLH5mK"
    "H5qKHpuKHpyJHp2JH56JH5+IH6CIH6GIH6GHH6KHIKOGIKSGIaWFIaaFIqeFIqiEI6mDJKqDJauCJayCJq2BJ62BKK6A"
    "Ka9/KrB/LLF+LbJ9LrN8L7R8MbV7MrZ6NLZ5Nbd5N7h4OLl3Orp2O7t1Pbx0P7xzQL1yQr5xRL9wRsBvSMFuSsFtTMJs"
    "TsNrUMRqUsVpVMVoVsZnWMdlWshkXMhjXsliYMpgY8tfZcteZ8xcac1bbM1abs5YcM9Xc9BWddBUd9FTetFRfNJQf9NO"
    "gdNNhNRLhtVJidVIi9ZGjtZFkNdDk9dBldhAmNg+m9k8ndk7oNo5oto3pds2qNs0qtwyrdwwsN0vst0ttd4ruN4put4o"
    "vd8mwN8lwt8jxeAhyOAgyuEfzeEd0OEc0uIb1eIa2OIZ2uMZ3eMY3+MY4uQY5eQZ5+QZ6uUa7OUb7+Uc8eUd9OYe9uYg"
    "+OYh++cj/ecl"
)
