"""How the maps of several panes become colours: with scales that the panes share, or their own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fercore import scaling
from fercore.colours import DrawingError
from fercore.scaling import Scaled

PANE_SCALES = {
    "matched": "each map, across panes",
    "shared": "all maps, across panes",
    "pane": "each pane",
    "map": "each map",
}
"""What has a scale of its own, by its name, in plain words, in the order to offer them."""

ACROSS = ("matched", "shared")
"""The scales that panes have in common: equal colours in two panes are equal values."""


@dataclass(frozen=True)
class PaneScale:
    """The maps of panes as colours.

    Attributes
    ----------
    used : one of :data:`PANE_SCALES`
        What was asked for; or, where the panes cannot share a scale, ``"map"``, and where their
        maps differ in number, ``"shared"`` for ``"matched"``.
    scaled : list of Scaled
        One a pane.
    legends : list of str
        What the colours mean, a sentence or two for each pane; all the same for :data:`ACROSS`.
    """

    used: str
    scaled: list[Scaled]
    legends: list[str]


def scale_panes(
    stacks: Sequence[ArrayLike], alike: bool, wanted: str = "matched", centred: bool = False
) -> PaneScale:
    """Turn the maps of panes into colours.

    Parameters
    ----------
    stacks : sequence of arrays (h, w, c)
        One a pane; sizes and numbers may differ.
    alike : bool
        Whether all panes show the same layer: only then do equal colours mean anything.
    wanted : one of :data:`PANE_SCALES`
        - ``"matched"``: map 0 of all panes has one scale, map 1 another, ...
        - ``"shared"``: all maps of all panes have one scale.
        - ``"pane"``, ``"map"``: each pane, or each map of each pane, has its own.
    centred : bool
        Whether zero has the middle colour.

    Returns
    -------
    PaneScale

    Raises
    ------
    DrawingError
        There is no scale of this name.
    LayerError
        As :func:`fercore.scaling.scale`.
    """
    if wanted not in PANE_SCALES:
        raise DrawingError(
            f"There is no scale of panes {wanted!r}. Choose one of: {', '.join(PANE_SCALES)}."
        )
    arrays = [np.asarray(stack) for stack in stacks]
    used = wanted
    if wanted in ACROSS and not alike:
        used = "map"
    elif wanted == "matched" and len({array.shape[-1] for array in arrays}) > 1:
        used = "shared"
    by_map = used in ("matched", "map")
    mode = {(True, True): "each_centred", (True, False): "each", (False, True): "centred"}.get(
        (by_map, centred), "layer"
    )
    # First each by itself, which refuses what is no stack of maps and finds the constant maps.
    scaled = [scaling.scale(array, mode) for array in arrays]
    if used in ACROSS and scaled:
        scaled = _together(arrays, scaled, mode, by_map)
    return PaneScale(used, scaled, [_legend(used, mode, one) for one in scaled])


def _together(
    arrays: list[NDArray[np.generic]], scaled: list[Scaled], mode: str, by_map: bool
) -> list[Scaled]:
    """The same with the lowest and highest colour for the extremes of all panes."""
    # All panes' values of a map, or of all maps, are drawn as if they were one map.
    columns = [a.reshape(-1, a.shape[-1]) if by_map else a.reshape(-1, 1) for a in arrays]
    whole = scaling.scale(np.concatenate(columns)[:, np.newaxis], mode)
    ends = np.cumsum([len(column) for column in columns])[:-1]
    parts = np.split(whole.pixels[..., 0].T, ends)
    return [
        replace(
            one,
            pixels=np.ascontiguousarray(part.reshape(array.shape).transpose(2, 0, 1)),
            low=np.broadcast_to(whole.low, one.low.shape),
            high=np.broadcast_to(whole.high, one.high.shape),
        )
        for part, array, one in zip(parts, arrays, scaled, strict=True)
    ]


def _legend(used: str, mode: str, one: Scaled) -> str:
    if used != "matched":
        text = scaling.legend_text(mode, one.low, one.high)
        return f"The same in all panes. {text}" if used == "shared" else text
    middle = ", zero in the middle" if mode.endswith("centred") else ""
    return (
        f"Each map has its own scale{middle}, the same in all panes: in one map, equal colours are "
        "equal values; between maps, colours cannot be compared."
    )
