"""A face on its way through a network: one picture of every block's output, from first to last."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercore import scaling
from fercore.errors import LayerError
from fercore.features import FloatArray, Images
from fercore.layers import Layer
from fercore.model import Model

PICTURES = {
    "mean": "the mean of all maps",
    "strongest": "the strongest map",
    "channel": "one map by its number",
}
"""What can stand for a layer, by its name, in plain words."""


@dataclass(frozen=True)
class Frame:
    """One step of the way.

    Attributes
    ----------
    layer : Layer
    values : float32 array (h, w)
        The picture that stands for the layer; NaN everywhere where it has no such map.
    number : int or None
        The map shown; None for the mean of all, and where there is no such map.
    """

    layer: Layer
    values: FloatArray
    number: int | None


def frames(
    model: Model,
    image: Images,
    input_range: str = "0-255",
    picture: str = "mean",
    channel: int = 0,
) -> list[Frame]:
    """One picture of each block output of a model for a face.

    Parameters
    ----------
    model : Model
    image : uint8 array (48, 48)
    input_range : {"0-255", "0-1"}
    picture : one of :data:`PICTURES`
        The strongest map is the one whose absolute values are largest on average.
    channel : int
        The map of each layer that is shown, for ``"channel"``.

    Returns
    -------
    list of Frame
        In the order of the network.

    Raises
    ------
    LayerError
        There is no such kind of picture.
    """
    if picture not in PICTURES:
        raise LayerError(
            f"A layer cannot be shown by {picture!r}. Choose one of: {', '.join(PICTURES)}."
        )
    outputs = [layer for layer in model.layers if layer.is_block_output]
    return [
        _frame(layer, model.feature_maps(image, layer.name, input_range), picture, channel)
        for layer in outputs
    ]


def _frame(layer: Layer, maps: FloatArray, picture: str, channel: int) -> Frame:
    if picture == "mean":
        return Frame(layer, maps.mean(axis=2), None)
    number = int(np.abs(maps).mean(axis=(0, 1)).argmax()) if picture == "strongest" else channel
    if not 0 <= number < layer.channels:
        return Frame(layer, np.full(maps.shape[:2], np.nan, dtype=np.float32), None)
    return Frame(layer, maps[..., number], number)


def pixels(found: list[Frame], centred: bool = False) -> NDArray[np.uint8]:
    """The frames as one stack of colours, each on its own scale and brought to one size.

    Parameters
    ----------
    found : list of Frame
    centred : bool
        Whether zero has the middle colour.

    Returns
    -------
    uint8 array (n, side, side)
        Indices into a colour table, see :func:`fercore.scaling.scale`; enlarged by nearest
        neighbour to the side of the largest frame.
    """
    side = max(max(frame.values.shape) for frame in found)
    mode = "each_centred" if centred else "each"
    small = [scaling.scale(frame.values[..., np.newaxis], mode).pixels[0] for frame in found]
    return np.stack([_enlarged(one, side) for one in small])


def _enlarged(one: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    rows, columns = (np.arange(side) * edge // side for edge in one.shape)
    enlarged: NDArray[np.uint8] = one[rows[:, np.newaxis], columns]
    return enlarged
