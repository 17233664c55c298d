"""Arrays of fercore as tiles of the grid."""

import numpy as np
import pandas as pd

from fercore import colours, scaling
from fercore.datasets import FaceSet
from fercore.plots import EMOTION_COLOURS, OTHER_COLOUR
from ui.grid.grid import Tiles

SCALES = {
    "each": "each map",
    "layer": "whole layer",
    "centred": "around zero",
    "each_centred": "each, around zero",
}
"""The scales of :data:`fercore.scaling.SCALES` in the fewest words."""


def face_tiles(faces: FaceSet, positions: np.ndarray) -> Tiles:
    """Faces as they are, each framed in the colour of its emotion."""
    names = [*faces.emotions, "no label"]
    labels = faces.labels[positions]
    return Tiles(
        pixels=faces.images[positions],
        colours=colours.colour_table("grey"),
        numbers=faces.rows[positions],
        titles=[names[label] for label in labels],
        frames=np.where(labels < 0, len(names) - 1, labels).astype(np.uint8),
        frame_colours=[EMOTION_COLOURS.get(name, OTHER_COLOUR) for name in names],
    )


def map_tiles(
    scaled: scaling.Scaled, table: str, numbers: np.ndarray, statistics: pd.DataFrame
) -> Tiles:
    """Feature maps with their colours and statistics, in the order of `numbers`."""
    dead = scaled.constant[numbers]
    return Tiles(
        pixels=scaled.pixels[numbers],
        colours=colours.colour_table(table),
        numbers=numbers,
        stats=statistics[["minimum", "maximum", "mean"]].to_numpy()[numbers],
        titles=["dead: the same everywhere" if d else "" for d in dead] if dead.any() else None,
        marked=dead if dead.any() else None,
    )
