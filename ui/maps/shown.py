"""What the Feature maps page shows: the one thing that its grid, panel and downloads share."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fercore import recipe, scaling
from fercore.datasets import FaceSet
from fercore.features import FloatArray
from fercore.layers import Layer
from fercore.models import Model
from ui import state
from ui.data import sets as data_sets


@dataclass(frozen=True)
class Shown:
    """The maps of one layer for one face, as they are drawn.

    Attributes
    ----------
    maps : float32 array (h, w, c)
    scaled : Scaled
        The maps as colours.
    statistics : DataFrame
        One row a map, as :func:`fercore.channels.statistics` gives it.
    numbers : int array
        The maps in the grid, in the order shown.
    start : int
        Where in the whole order the first of them stands.
    caption : str
        The one form of caption.
    """

    model: Model
    layer: Layer
    faces: FaceSet
    position: int
    input_range: str
    maps: FloatArray
    scaled: scaling.Scaled
    statistics: pd.DataFrame
    numbers: np.ndarray
    start: int
    caption: str

    @property
    def view(self) -> recipe.View:
        """The same as the code that would make it."""
        model = self.model
        return recipe.View(
            **data_sets.as_code(),
            face=int(self.faces.rows[self.position]),
            model=model.name,
            input_size=model.input_size,
            weights=model.weights,
            pooling=model.pooling,
            seed=model.seed,
            layer=self.layer.name,
            input_range=self.input_range,
            scale=state.get("scale"),
            colours=state.get("colours"),
            order=state.get("order"),
            start=self.start,
            stop=self.start + len(self.numbers),
        )

    @property
    def image(self) -> np.ndarray:
        """The face: uint8 (48, 48)."""
        return self.faces.images[self.position]
