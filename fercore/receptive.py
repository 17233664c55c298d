"""The theoretical receptive field of every layer of a network, from the network's own layers.

References
----------
Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill
2019, https://doi.org/10.23915/distill.00021 . The recursions here run from the input to the layer,
which gives the field of every layer in one walk.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fercore.errors import ModelError
from fercore.receptive_field import Field


def fields(keras_model: Any) -> dict[str, Field]:
    """The receptive field of every layer, computed from the network's own layers.

    Parameters
    ----------
    keras_model : keras.Model
        A functional model with one square picture of known size as its input, channels last.

    Returns
    -------
    dict of str to Field
        By layer name, in the order of the model, the input included.

    Raises
    ------
    ModelError
        The input is not one square picture, or a layer is of a kind whose field is not known or
        differs between the axes.

    Notes
    -----
    Where branches meet the field is the union of theirs. A branch behind global pooling does not
    count there, or every layer after a squeeze-and-excite would see everything alike: it is noted
    in ``global_too``. At the edges a field is the picture's part of the unbounded one. That is
    exact unless a layer with "valid" padding and a stride leaves out the last pixels of its map
    and a padded one follows; no EfficientNet does.
    """
    shape = keras_model.input_shape
    if not isinstance(shape, tuple) or len(shape) != 4 or shape[1] is None or shape[1] != shape[2]:
        raise ModelError(
            f"Receptive fields are computed for one square picture of known size; the input of "
            f"this model has the shape {shape}."
        )
    found: dict[str, Field] = {}
    for layer in keras_model.layers:
        field = _of_layer(layer, [found[name] for name in _sources(layer)], shape[1])
        out = layer.output.shape
        padding = layer.padding[0] if type(layer).__name__ == "ZeroPadding2D" else (0, 0)
        found[layer.name] = replace(
            field, positions=out[1] if len(out) == 4 else 1, padding=padding
        )
    return found


def _sources(layer: Any) -> list[str]:
    """The names of the layers whose outputs enter this one."""
    if type(layer).__name__ == "InputLayer":
        return []
    entering = layer.input if isinstance(layer.input, list) else [layer.input]
    return [tensor._keras_history.operation.name for tensor in entering]


def _of_layer(layer: Any, sources: list[Field], input_size: int) -> Field:
    """The field of a layer over those of its sources, still with the positions of a source."""
    if not sources:
        return Field(size=1, stride=1, start=0, positions=input_size)
    kind = type(layer).__name__
    if kind in _GLOBAL:
        return Field(size=input_size, stride=0, start=0, positions=1, whole=True)
    if kind in _MERGING:
        return _union(layer, sources)
    (source,) = sources
    if kind in _PASSING or source.whole:
        return source
    if kind not in _RULES:
        raise ModelError(
            f"The receptive field behind the layer {layer.name} is not known: it is a {kind}. "
            f"Known are {', '.join([*_RULES, *_MERGING, *_GLOBAL, *_PASSING])}."
        )
    return _RULES[kind](layer, source)


def _union(layer: Any, sources: list[Field]) -> Field:
    by_convolution = [source for source in sources if not source.whole]
    if not by_convolution:
        return sources[0]
    strides = {source.stride for source in by_convolution}
    if len(strides) > 1:
        raise ModelError(
            f"The branches that meet in {layer.name} have different strides, {sorted(strides)}: "
            "their union is not one receptive field."
        )
    start = min(source.start for source in by_convolution)
    return replace(
        by_convolution[0],
        size=max(source.start + source.size for source in by_convolution) - start,
        start=start,
        global_too=any(source.whole or source.global_too for source in sources),
    )


def _convolution(layer: Any, source: Field) -> Field:
    dilation = _equal(layer, layer.dilation_rate)
    kernel = (_equal(layer, layer.kernel_size) - 1) * dilation + 1
    return _sliding(layer, source, kernel)


def _pooling(layer: Any, source: Field) -> Field:
    return _sliding(layer, source, _equal(layer, layer.pool_size))


def _sliding(layer: Any, source: Field, kernel: int) -> Field:
    """A window of `kernel` numbers moved by the layer's stride over the source's map."""
    stride = _equal(layer, layer.strides)
    before = 0
    if layer.padding == "same":
        # TensorFlow's rule: the output has ceil(n / stride) positions; of an odd number of
        # padded pixels the extra one comes after.
        n = layer.input.shape[1]
        before = max((-(-n // stride) - 1) * stride + kernel - n, 0) // 2
    return replace(
        source,
        size=source.size + (kernel - 1) * source.stride,
        stride=source.stride * stride,
        start=source.start - before * source.stride,
    )


def _zero_padding(layer: Any, source: Field) -> Field:
    before, _ = _equal(layer, layer.padding)
    return replace(source, start=source.start - before * source.stride)


def _equal(layer: Any, pair: tuple[Any, Any]) -> Any:
    """A setting that must be the same along both axes."""
    if pair[0] != pair[1]:
        raise ModelError(
            f"The layer {layer.name} treats rows and columns differently ({pair}); receptive "
            "fields are computed where both are alike."
        )
    return pair[0]


_RULES: dict[str, Callable[[Any, Field], Field]] = {
    "Conv2D": _convolution,
    "DepthwiseConv2D": _convolution,
    "SeparableConv2D": _convolution,
    "MaxPooling2D": _pooling,
    "AveragePooling2D": _pooling,
    "ZeroPadding2D": _zero_padding,
}
_MERGING = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")
_GLOBAL = ("GlobalAveragePooling2D", "GlobalMaxPooling2D")
_PASSING = (
    *("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU"),
    *("BatchNormalization", "Normalization", "Rescaling", "Dropout", "SpatialDropout2D"),
)
