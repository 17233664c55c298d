"""From PyTorch's weights to Keras's."""

from collections.abc import Mapping

import keras
import numpy as np


def set_weights(model: keras.Model, weights: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """Give every layer of `model` that has weights those of the original.

    Parameters
    ----------
    model : keras.Model
        As built by :func:`fercore.lite0.build`.
    weights : mapping
        PyTorch's arrays by Keras layer name, then by PyTorch's name of the weight.

    Raises
    ------
    ValueError
        If the two do not have the same layers with weights, or a shape differs.
    """
    layers = {layer.name: layer for layer in model.layers if layer.weights}
    if layers.keys() != weights.keys():
        raise ValueError(f"only on one side: {sorted(layers.keys() ^ weights.keys())}")
    for name, layer in layers.items():
        layer.set_weights(_keras_weights(layer, weights[name]))


def _keras_weights(layer: keras.Layer, weights: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    if isinstance(layer, keras.layers.BatchNormalization):
        # gamma, beta, moving mean, moving variance
        return [weights[key] for key in ("weight", "bias", "running_mean", "running_var")]
    kernel = weights["weight"]
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        return [kernel.transpose(2, 3, 0, 1)]  # (in, 1, h, w) -> (h, w, in, 1)
    return [kernel.transpose(2, 3, 1, 0)]  # (out, in, h, w) -> (h, w, in, out)
