"""What a layer is: its Keras name, a plain-language title, its block, its shape and its kind."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

# Keras numbers layers without a name of their own through the whole process ("rescaling_7"); a link
# must mean the same layer in every process, so these are counted anew inside each model.
_AUTO_NUMBERED = re.compile(r"^(rescaling|normalization|input_layer)(_\d+)?$")

_BLOCK = re.compile(r"^block(\d+[a-z]+)_(.+)$")

# What follows the block's name in a Keras name, in plain words, and the kind that it belongs to.
_PARTS = {
    "expand_conv": ("expansion convolution", "convolution"),
    "expand_bn": ("expansion, normalised", "normalisation"),
    "expand_activation": ("expansion, activated", "activation"),
    "dwconv_pad": ("zero padding", "padding"),
    "dwconv": ("depthwise convolution", "convolution"),
    "bn": ("depthwise, normalised", "normalisation"),
    "activation": ("depthwise, activated", "activation"),
    "se_squeeze": ("squeeze: mean of each map", "squeeze and excite"),
    "se_reshape": ("squeeze, reshaped", "squeeze and excite"),
    "se_reduce": ("squeeze, reduced", "squeeze and excite"),
    "se_expand": ("excite: a weight for each map", "squeeze and excite"),
    "se_excite": ("maps weighted by excite", "squeeze and excite"),
    "project_conv": ("projection convolution", "convolution"),
    "project_bn": ("projection, normalised", "normalisation"),
    "drop": ("dropout, idle here", "dropout"),
    "add": ("sum with the shortcut", "sum"),
}
_OUTSIDE_BLOCKS = {
    "rescaling": ("input", "rescaled", "input"),
    "rescaling_1": ("input", "rescaled again", "input"),
    "normalization": ("input", "normalised", "input"),
    "stem_conv_pad": ("stem", "zero padding", "padding"),
    "stem_conv": ("stem", "convolution", "convolution"),
    "stem_bn": ("stem", "normalised", "normalisation"),
    "stem_activation": ("stem", "activated", "activation"),
    "top_conv": ("top", "convolution", "convolution"),
    "top_bn": ("top", "normalised", "normalisation"),
    "top_activation": ("top", "activated", "activation"),
    "max_pool": ("top", "largest value of each map", "pooling"),
    "avg_pool": ("top", "mean of each map", "pooling"),
}


@dataclass(frozen=True)
class Layer:
    """One layer of a network.

    Attributes
    ----------
    name : str
        Keras's name, the same in every process: ``"block2a_expand_conv"``.
    title : str
        In plain words: ``"block 2a · expansion convolution · 24×24×96"``.
    block : str
        ``"input"``, ``"stem"``, ``"block 2a"`` ... or ``"top"``.
    kind : str
        ``"convolution"``, ``"normalisation"``, ``"activation"``, ``"squeeze and excite"``, ...
    shape : tuple of int
        ``(height, width, maps)``, or ``(numbers,)`` for a vector.
    is_block_output : bool
        Whether the next block takes this layer's maps.
    """

    name: str
    title: str
    block: str
    kind: str
    shape: tuple[int, ...]
    is_block_output: bool = False

    @property
    def is_main(self) -> bool:
        """Whether it is in the short list: convolutions and block outputs."""
        return self.kind == "convolution" or self.is_block_output

    @property
    def is_grid(self) -> bool:
        """Whether its maps are pictures; vectors and 1 × 1 maps are better shown as bars."""
        return len(self.shape) == 3 and self.shape[0] * self.shape[1] > 1

    @property
    def channels(self) -> int:
        """The number of maps, or of numbers in a vector."""
        return self.shape[-1]

    @property
    def nbytes(self) -> int:
        """Bytes of this layer's maps of one face, as float32."""
        return 4 * int(np.prod(self.shape))

    @property
    def size_text(self) -> str:
        """``"24 × 24 · 96 maps"`` or ``"1280 numbers"``."""
        if len(self.shape) == 1:
            return f"{self.channels} numbers"
        return f"{self.shape[0]} × {self.shape[1]} · {self.channels} maps"


def describe(keras_model: Any) -> list[Layer]:
    """Describe every layer of a Keras EfficientNet after its input, in order.

    Parameters
    ----------
    keras_model : keras.Model
        A functional model with Keras's EfficientNet layer names.

    Returns
    -------
    list of Layer
    """
    names = stable_names([layer.name for layer in keras_model.layers])
    shapes = [tuple(int(n) for n in layer.output.shape[1:]) for layer in keras_model.layers]
    outputs = _block_outputs(names)
    return [
        _describe_one(name, shape, name in outputs)
        for name, shape in zip(names, shapes, strict=True)
        if not name.startswith("input_layer")
    ]


def stable_names(names: Sequence[str]) -> list[str]:
    """Keras's layer names with the process-wide numbers replaced by numbers inside the model.

    Examples
    --------
    >>> stable_names(["input_layer_4", "rescaling_6", "normalization_3", "rescaling_7"])
    ['input_layer', 'rescaling', 'normalization', 'rescaling_1']
    """
    seen: dict[str, int] = {}
    stable = []
    for name in names:
        match = _AUTO_NUMBERED.match(name)
        if match is None:
            stable.append(name)
            continue
        base = match[1]
        count = seen.get(base, 0)
        seen[base] = count + 1
        stable.append(f"{base}_{count}" if count else base)
    return stable


def _block_outputs(names: Sequence[str]) -> set[str]:
    """The last layer of each block, and the last activation before the pooling."""
    last: dict[str, str] = {}
    for name in names:
        match = _BLOCK.match(name)
        if match is not None:
            last[match[1]] = name
    return {*last.values(), "stem_activation", "top_activation"}


def _describe_one(name: str, shape: tuple[int, ...], is_output: bool) -> Layer:
    match = _BLOCK.match(name)
    if match is not None:
        block = f"block {match[1]}"
        words, kind = _PARTS.get(match[2], (match[2].replace("_", " "), "other"))
    else:
        block, words, kind = _OUTSIDE_BLOCKS.get(name, ("other", name.replace("_", " "), "other"))
    if is_output and block.startswith("block"):
        words += " (block output)"
    title = f"{block} · {words} · {'×'.join(map(str, shape))}"
    return Layer(name, title, block, kind, shape, is_output)
