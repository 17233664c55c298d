"""EfficientNetLite0 in Keras: the network whose ImageNet weights come with the project.

EfficientNet-Lite is the variant of EfficientNet that its authors published for mobile devices:
EfficientNetB0 without squeeze-and-excite and with ReLU6 in place of swish. This is the same
network, layer by layer, under the names Keras gives to EfficientNetB0 - whatever can be said of
``block2a_expand_conv`` in one can be said of it in the other.

References
----------
Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019,
https://arxiv.org/abs/1905.11946. The Lite variants:
https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from fercore.errors import ModelError

if TYPE_CHECKING:
    import keras

WEIGHTS = Path(__file__).resolve().parent.parent / "assets" / "efficientnet_lite0.weights.h5"
"""The ImageNet weights, for :meth:`keras.Model.load_weights`, with any input size and pooling."""

MIN_INPUT_SIZE = 32
"""Five halvings leave one pixel of 32; Keras's own EfficientNets have the same limit."""

POOLINGS = (None, "avg", "max")
"""What may follow the last activation: nothing, global average or global maximum pooling."""


class _Stage(NamedTuple):
    """Blocks of the same kind; only the first has the stride and changes the number of maps."""

    repeats: int
    kernel_size: int
    stride: int
    expand_ratio: int
    filters: int


_STEM_FILTERS = 32
_STAGES = (
    _Stage(repeats=1, kernel_size=3, stride=1, expand_ratio=1, filters=16),
    _Stage(repeats=2, kernel_size=3, stride=2, expand_ratio=6, filters=24),
    _Stage(repeats=2, kernel_size=5, stride=2, expand_ratio=6, filters=40),
    _Stage(repeats=3, kernel_size=3, stride=2, expand_ratio=6, filters=80),
    _Stage(repeats=3, kernel_size=5, stride=1, expand_ratio=6, filters=112),
    _Stage(repeats=4, kernel_size=5, stride=2, expand_ratio=6, filters=192),
    _Stage(repeats=1, kernel_size=3, stride=1, expand_ratio=6, filters=320),
)
_TOP_FILTERS = 1280
_DROP_CONNECT_RATE = 0.2
_BATCH_NORM_EPSILON = 1e-3


def build(
    input_size: int = 48, *, pooling: str | None = "max", name: str = "efficientnetlite0"
) -> keras.Model:
    """Build EfficientNetLite0 without its classifier, with random weights.

    ``build(48).load_weights(WEIGHTS)`` gives it the ImageNet weights.

    Parameters
    ----------
    input_size : int
        Height and width of the input in pixels, 32 or more. The network was trained at 224.
    pooling : {"max", "avg", None}
        Global pooling after the last activation: the layer ``max_pool`` or ``avg_pool`` with
        1280 outputs, or none.
    name : str
        Name of the model.

    Returns
    -------
    keras.Model
        Takes float RGB of 0-255, shape (n, input_size, input_size, 3), and brings it itself to
        about -1..1 by (x - 127) / 128 in its layer ``rescaling``. Every layer has a fixed name,
        so that two models built in one process are alike.

    Raises
    ------
    ModelError
        If `input_size` is below 32 or `pooling` is none of the three.
    """
    if input_size < MIN_INPUT_SIZE:
        raise ModelError(
            f"EfficientNetLite0 was asked for with pictures of {input_size} × {input_size} pixels. "
            f"It needs {MIN_INPUT_SIZE} × {MIN_INPUT_SIZE} or more; choose a larger input size."
        )
    if pooling not in POOLINGS:
        raise ModelError(
            f"EfficientNetLite0 was asked for with the pooling {pooling!r}. "
            'Choose "max", "avg" or None.'
        )
    return _build(input_size, pooling, name)


def _build(input_size: int, pooling: str | None, name: str) -> keras.Model:
    import keras
    from keras import layers

    inputs = layers.Input((input_size, input_size, 3), name="input_layer")
    x = layers.Rescaling(1 / 128, offset=-127 / 128, name="rescaling")(inputs)
    x = _convolution(x, _STEM_FILTERS, "stem_conv", kernel_size=3, stride=2)
    x = _batch_norm(x, "stem_bn")
    x = _relu6(x, "stem_activation")

    # Stochastic depth: the deeper a block, the likelier training skips it (inference never does).
    drop_step = _DROP_CONNECT_RATE / sum(stage.repeats for stage in _STAGES)
    depth = 0
    for number, stage in enumerate(_STAGES, start=1):
        for repeat in range(stage.repeats):
            block = f"block{number}{'abcd'[repeat]}_"
            stride = stage.stride if repeat == 0 else 1
            x = _block(x, block, stage, stride, drop_rate=drop_step * depth)
            depth += 1

    x = _convolution(x, _TOP_FILTERS, "top_conv")
    x = _batch_norm(x, "top_bn")
    x = _relu6(x, "top_activation")
    if pooling == "avg":
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    elif pooling == "max":
        x = layers.GlobalMaxPooling2D(name="max_pool")(x)
    return keras.Model(inputs, x, name=name)


def _block(inputs: Any, block: str, stage: _Stage, stride: int, drop_rate: float) -> Any:
    """Mobile inverted bottleneck: expand, convolve each map by itself, project, add the input."""
    from keras import layers

    filters_in = inputs.shape[-1]
    x = inputs
    if stage.expand_ratio != 1:
        x = _convolution(x, filters_in * stage.expand_ratio, f"{block}expand_conv")
        x = _batch_norm(x, f"{block}expand_bn")
        x = _relu6(x, f"{block}expand_activation")

    x = _convolution(x, None, f"{block}dwconv", kernel_size=stage.kernel_size, stride=stride)
    x = _batch_norm(x, f"{block}bn")
    x = _relu6(x, f"{block}activation")

    x = _convolution(x, stage.filters, f"{block}project_conv")
    x = _batch_norm(x, f"{block}project_bn")
    if stride == 1 and filters_in == stage.filters:
        x = layers.Dropout(drop_rate, noise_shape=(None, 1, 1, 1), name=f"{block}drop")(x)
        x = layers.Add(name=f"{block}add")([x, inputs])
    return x


def _convolution(
    x: Any, filters: int | None, name: str, *, kernel_size: int = 1, stride: int = 1
) -> Any:
    """Convolve without bias under 'same' padding; depthwise where `filters` is None.

    With a stride of 2 the zeros are added by a layer of their own, as Keras's EfficientNet does.
    """
    from keras import layers

    padding = "same"
    if stride == 2:
        x = layers.ZeroPadding2D(_same_padding(x.shape[1], kernel_size), name=f"{name}_pad")(x)
        padding = "valid"
    initializer = {
        "class_name": "VarianceScaling",
        "config": {"scale": 2.0, "mode": "fan_out", "distribution": "truncated_normal"},
    }
    common = {"strides": stride, "padding": padding, "use_bias": False, "name": name}
    if filters is None:
        return layers.DepthwiseConv2D(kernel_size, depthwise_initializer=initializer, **common)(x)
    return layers.Conv2D(filters, kernel_size, kernel_initializer=initializer, **common)(x)


def _same_padding(size: int, kernel_size: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Zeros before and after each axis of a square picture, for 'same' padding at stride 2.

    TensorFlow's rule: an output of ceil(size / 2), and of an odd number of zeros the extra one
    goes to the bottom and the right.
    """
    after = kernel_size // 2
    before = after if size % 2 else after - 1
    return (before, after), (before, after)


def _batch_norm(x: Any, name: str) -> Any:
    from keras import layers

    return layers.BatchNormalization(epsilon=_BATCH_NORM_EPSILON, name=name)(x)


def _relu6(x: Any, name: str) -> Any:
    from keras import layers

    return layers.Activation("relu6", name=name)(x)
