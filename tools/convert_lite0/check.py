"""Hold the converted network against the original."""

from pathlib import Path

import keras
import numpy as np
from efficientnet_lite_pytorch import EfficientNet
from skimage import data, transform

from fercore import lite0

from . import original

TRAINED_SIZE = 224
PHOTOGRAPHS = {
    "chelsea": (data.chelsea, 285, "Egyptian cat"),
    "coffee": (data.coffee, 967, "espresso"),
}
"""Photographs that come with scikit-image: how to get it, its ImageNet class, the class's name."""


def largest_errors(
    weights: Path, reference: dict[str, np.ndarray], picture: np.ndarray
) -> dict[str, tuple[float, float]]:
    """Compare the layers named in `reference` for one picture of shape (size, size, 3).

    Returns
    -------
    dict
        By layer: the largest absolute difference, and the largest absolute value of the original.
    """
    model = lite0.build(picture.shape[0], pooling=None)
    model.load_weights(weights)
    taps = keras.Model(model.input, {name: model.get_layer(name).output for name in reference})
    outputs = taps.predict(picture[None].astype(np.float32), verbose=0)
    return {
        name: (float(np.abs(outputs[name][0] - maps).max()), float(np.abs(maps).max()))
        for name, maps in reference.items()
    }


def classify(weights: Path) -> dict[str, tuple[int, float, float]]:
    """Put the original's classifier on the converted network and show it the photographs.

    Returns
    -------
    dict
        By photograph: the class of the largest logit, its probability, and the largest absolute
        difference of the 1000 logits from the original's.
    """
    model = lite0.build(TRAINED_SIZE, pooling="avg")
    model.load_weights(weights)
    torch_model = original.load(TRAINED_SIZE)
    results = {}
    for name, (get, _, _) in PHOTOGRAPHS.items():
        picture = _square(get())
        features = model.predict(picture[None].astype(np.float32), verbose=0)[0]
        logits = _classifier(torch_model, features)
        error = np.abs(logits - original.outputs(torch_model, picture)["predictions"]).max()
        probabilities = np.exp(logits - logits.max())
        probabilities /= probabilities.sum()
        results[name] = int(logits.argmax()), float(probabilities.max()), float(error)
    return results


def _classifier(model: EfficientNet, features: np.ndarray) -> np.ndarray:
    state = model.state_dict()
    return state["_fc.weight"].numpy() @ features + state["_fc.bias"].numpy()


def _square(picture: np.ndarray) -> np.ndarray:
    """Cut out the middle square and bring it to the size the network was trained at."""
    side = min(picture.shape[:2])
    top, left = ((length - side) // 2 for length in picture.shape[:2])
    square = picture[top : top + side, left : left + side]
    resized = transform.resize(square, (TRAINED_SIZE, TRAINED_SIZE), anti_aliasing=True)
    return np.round(resized * 255).astype(np.uint8)
