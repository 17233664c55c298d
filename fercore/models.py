"""The models on offer, and how one is loaded: once per process, shared, safe among threads."""

import difflib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from fercore import features, layers, weights
from fercore.errors import LayerError, ModelError
from fercore.features import FloatArray, Images
from fercore.layers import Layer
from fercore.networks import REGISTRY, randomise

INPUT_SIZES = (48, 96, 160, 224)
"""Pixels a side that faces are resized to (bilinearly); 48 is FER2013's own."""

POOLINGS = ("max", "avg")
WEIGHTS = ("imagenet", None)

# A model of 224 pixels with its compiled passes takes a few hundred megabytes; a page of four
# different models and the one of the sidebar still fit.
_MODELS_KEPT = 5
_BATCH = 64


class Model:
    """A loaded network, ready to hand out the feature maps of any layer.

    Made by :func:`load`. The array given back by every method is read-only or the caller's own.

    Attributes
    ----------
    name, input_size, weights, pooling, seed
        As given to :func:`load`.
    layers : list of Layer
        Every layer after the input, in order.
    keras_model : keras.Model
        The network itself.
    """

    def __init__(
        self,
        keras_model: Any,
        name: str,
        input_size: int,
        weights: str | None,
        pooling: str,
        seed: int,
    ) -> None:
        self.keras_model = keras_model
        self.name = name
        self.input_size = input_size
        self.weights = weights
        self.pooling = pooling
        self.seed = seed
        self.layers = layers.describe(keras_model)
        self._by_name = {layer.name: layer for layer in self.layers}
        key = (name, input_size, weights, pooling, seed if weights is None else None)
        self._extractor = features.Extractor(keras_model, list(self._by_name), key)

    @property
    def text(self) -> str:
        """``"EfficientNetLite0, ImageNet"``; the same for the same weights."""
        return f"{self.name}, {self.weights_text}"

    def caption(self, layer: str, input_range: str = "0-255") -> str:
        """What a picture of a layer's maps is, in the one form that all pages use.

        ``"top_conv · 2 × 2 · 1280 maps · EfficientNetLite0, ImageNet · input 48, 0-255"``.
        """
        size = self.layer(layer).size_text
        return f"{layer} · {size} · {self.text} · input {self.input_size}, {input_range}"

    @property
    def weights_text(self) -> str:
        """``"ImageNet"`` or ``"random, seed 0"``."""
        return "ImageNet" if self.weights == "imagenet" else f"random, seed {self.seed}"

    def layer(self, name: str) -> Layer:
        """The layer called `name`.

        Raises
        ------
        LayerError
            If this model has no such layer; the text names the nearest ones.
        """
        found = self._by_name.get(name)
        if found is None:
            near = difflib.get_close_matches(str(name), self._by_name, n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise LayerError(
                f"{self.name} has no layer called “{name}”.{hint} "
                f"It has {len(self.layers)} layers, from {self.layers[0].name} "
                f"to {self.layers[-1].name}."
            )
        return found

    def feature_maps(self, image: Images, layer: str, input_range: str = "0-255") -> FloatArray:
        """The feature maps of one layer for one face.

        Parameters
        ----------
        image : uint8 array (48, 48)
            A grey face, 0-255. It is copied to three channels and resized bilinearly.
        layer : str
            A name of :attr:`layers`.
        input_range : {"0-255", "0-1"}
            ``"0-1"`` divides by 255 first, as the tutorial does and this network does not expect.

        Returns
        -------
        float32 array (height, width, maps), or (numbers,) for a vector
            Read-only. Equal to ``keras.Model(model.input, layer.output)`` on the same weights.

        Raises
        ------
        LayerError, PictureError, ModelError
            For a layer, picture or input range that is not as above.
        """
        self.layer(layer)
        features.divisor(input_range)
        return self._extractor.maps(features.check_image(image), layer, input_range)

    def network_input(self, image: Images, input_range: str = "0-255") -> FloatArray:
        """What enters the network: float32 (input_size, input_size, 3), three equal channels."""
        batch = features.check_image(image)[None]
        entering: FloatArray = self._extractor.network_input(batch, input_range)[0]
        return entering

    def pooled(self, images: Images, input_range: str = "0-255") -> FloatArray:
        """The pooled vector of each face.

        Parameters
        ----------
        images : uint8 array (n, 48, 48)
        input_range : {"0-255", "0-1"}

        Returns
        -------
        float32 array (n, d)
            d is 1280 for EfficientNetLite0 and B0.
        """
        last = [self.layers[-1].name]
        parts = [self._extractor.outputs(b, last, input_range)[0] for b in _batches(images)]
        return np.concatenate(parts)

    def responses(
        self, images: Images, names: Sequence[str], input_range: str = "0-255"
    ) -> Iterator[dict[str, tuple[FloatArray, FloatArray]]]:
        """How strongly each face excites each map, batch by batch.

        Parameters
        ----------
        images : uint8 array (n, 48, 48)
        names : sequence of str
            Layers.
        input_range : {"0-255", "0-1"}

        Yields
        ------
        dict
            Layer name -> (mean, maximum) over positions: float32 (batch, maps) each.
        """
        for name in names:
            self.layer(name)
        for batch in _batches(images):
            outputs = self._extractor.outputs(batch, list(names), input_range)
            flat = [o.reshape(len(o), -1, o.shape[-1]) for o in outputs]
            yield {n: (f.mean(1), f.max(1)) for n, f in zip(names, flat, strict=True)}

    @cached_property
    def parameters(self) -> int:
        """The number of weights."""
        return int(self.keras_model.count_params())


def spread(vectors: FloatArray) -> float:
    """How far faces differ: the standard deviation over faces, averaged over the vector's numbers.

    Parameters
    ----------
    vectors : float array (n, d)
        One vector a face.

    Returns
    -------
    float
        In the unit of the vectors; 0 where all faces look the same to the network.
    """
    return float(np.asarray(vectors, np.float64).std(axis=0).mean())


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


def _batches(images: Images) -> Iterator[Images]:
    for start in range(0, len(images), _BATCH):
        yield images[start : start + _BATCH]
