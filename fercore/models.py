"""The models on offer, and how one is loaded: once per process, shared, safe among threads."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from fercore import weights
from fercore.errors import ModelError
from fercore.model import Model, spread
from fercore.networks import REGISTRY, randomise

__all__ = [
    "INPUT_SIZES",
    "POOLINGS",
    "REGISTRY",
    "WEIGHTS",
    "Model",
    "default_name",
    "is_loaded",
    "load",
    "progress",
    "spread",
    "start_download",
]

INPUT_SIZES = (48, 96, 160, 224)
"""Pixels a side that faces are resized to (bilinearly); 48 is FER2013's own."""

POOLINGS = ("max", "avg")
WEIGHTS = ("imagenet", None)

# A model of 224 pixels with its compiled passes takes a few hundred megabytes; a page of four
# different models and the one of the sidebar still fit.
_MODELS_KEPT = 5


def default_name() -> str:
    """EfficientNetB0 if Keras has its ImageNet weights at hand, else EfficientNetLite0."""
    return "EfficientNetB0" if weights.at_hand("EfficientNetB0") else "EfficientNetLite0"


Key = tuple[str, int, str | None, str, int]

_models: OrderedDict[Key, Model] = OrderedDict()
_locks: dict[Key, threading.Lock] = {}
_progress: dict[Key, tuple[float, str]] = {}
_lock = threading.Lock()


def load(
    name: str | None = None,
    input_size: int = 48,
    weights: str | None = "imagenet",
    pooling: str = "max",
    seed: int = 0,
) -> Model:
    """Load a model, or hand out the one that this process has already.

    Parameters
    ----------
    name : str, optional
        A name of :data:`REGISTRY`; None takes :func:`default_name`.
    input_size : {48, 96, 160, 224}
        Pixels a side that faces are resized to.
    weights : "imagenet" or None
        None gives random weights, to show what training adds.
    pooling : {"max", "avg"}
        What the last layer does with the maps of ``top_activation``.
    seed : int
        Of the random weights; without meaning for ImageNet's.

    Returns
    -------
    Model
        The same object for the same arguments, until five others have been loaded since.

    Raises
    ------
    ModelError
        For an argument that is not as above, or weights that cannot be had.
    """
    name = default_name() if name is None else name
    _check(name, input_size, weights, pooling)
    key = _key(name, input_size, weights, pooling, seed)
    with _lock:
        lock = _locks.setdefault(key, threading.Lock())
    with lock:  # however many ask at the same moment, one loads and the others wait for it
        with _lock:
            found = _models.get(key)
            if found is not None:
                _models.move_to_end(key)
                return found
        try:
            model = _load(key)
        finally:
            _progress.pop(key, None)
        with _lock:
            _models[key] = model
            while len(_models) > _MODELS_KEPT:
                _models.popitem(last=False)
        return model


def is_loaded(name: str, input_size: int, weights: str | None, pooling: str, seed: int) -> bool:
    """Whether :func:`load` with these arguments would answer at once."""
    with _lock:
        return _key(name, input_size, weights, pooling, seed) in _models


def progress(
    name: str, input_size: int, weights: str | None, pooling: str, seed: int
) -> tuple[float, str]:
    """How far :func:`load` with these arguments is: a fraction, and what is being done."""
    waiting = (0.0, f"Loading {name}: starting TensorFlow")
    return _progress.get(_key(name, input_size, weights, pooling, seed), waiting)


def _key(name: str, input_size: int, weights: str | None, pooling: str, seed: int) -> Key:
    return (name, input_size, weights, pooling, int(seed) if weights is None else 0)


def start_download(name: str) -> weights.Download:
    """Fetch the ImageNet weights of `name` in the background; see :func:`weights.download`."""
    _check(name, INPUT_SIZES[0], "imagenet", POOLINGS[0])
    return weights.download(name, load)


def _check(name: str, input_size: int, weights: str | None, pooling: str) -> None:
    allowed: list[tuple[str, object, Sequence[object]]] = [
        ("a model", name, list(REGISTRY)),
        ("an input size", input_size, INPUT_SIZES),
        ("a set of weights", weights, WEIGHTS),
        ("a pooling", pooling, POOLINGS),
    ]
    for what, given, choices in allowed:
        if given not in choices:
            raise ModelError(
                f"“{given}” is not {what} here; choose one of {', '.join(map(str, choices))}."
            )


def _load(key: Key) -> Model:
    name, input_size, weights_name, pooling, seed = key
    _progress[key] = (0.1, f"Loading {name}: importing TensorFlow")
    import keras

    keras.config.disable_interactive_logging()
    try:
        _progress[key] = (0.6, f"Loading {name}: building the network and reading its weights")
        keras_model = REGISTRY[name].build(input_size, weights_name, pooling)
    except Exception as error:
        if weights_name is None or weights.download_size(name) == 0:
            raise  # nothing was to be downloaded: a defect
        raise weights.failure(name, error) from error
    if weights_name is None:
        randomise(keras_model, seed)
    model = Model(keras_model, name, input_size, weights_name, pooling, seed)
    _progress[key] = (0.8, f"Loading {name}: compiling the pass through all layers")
    model.feature_maps(np.zeros((48, 48), np.uint8), model.layers[-1].name)
    return model
