"""One forward pass yields the maps of every layer; a byte-bounded cache keeps them.

Nothing here knows how a network was built or where its weights came from (see
:mod:`fercore.models`).
"""

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from fercore.errors import ModelError, PictureError

FloatArray = NDArray[np.float32]
Images = NDArray[np.uint8]

INPUT_RANGES = {"0-255": 1.0, "0-1": 255.0}
"""What a face's 0-255 is divided by before it enters the network.

Keras's EfficientNets rescale inside and want 0-255; ``"0-1"`` is the tutorial's slip, kept so that
its effect can be shown (https://github.com/tensorflow/tensorflow/issues/48412).
"""

FACE_SIZE = 48
DEFAULT_CACHE_MB = 512
# More passes at once than this only make each slower: TensorFlow itself spreads one over the cores.
_PASSES_AT_ONCE = 2


class Kept(Protocol):
    """What a cache can hold: anything that tells its bytes, such as an array."""

    @property
    def nbytes(self) -> int: ...


K = TypeVar("K", bound=Kept)


class FeatureCache(Generic[K]):
    """A least-recently-used store, bounded in bytes; safe among threads.

    Parameters
    ----------
    max_bytes : int
        What was unused for longest is dropped first, so that the sum of bytes stays below.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._kept: OrderedDict[Hashable, K] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> K | None:
        """What is kept under `key`, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Hashable, value: K) -> None:
        """Keep `value` under `key`; one larger than the whole cache is not kept."""
        if value.nbytes > self.max_bytes:
            return
        with self._lock:
            old = self._kept.pop(key, None)
            self._bytes += value.nbytes - (old.nbytes if old is not None else 0)
            self._kept[key] = value
            while self._bytes > self.max_bytes:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= dropped.nbytes

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    @property
    def nbytes(self) -> int:
        """Bytes held now."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._kept)


@dataclass(frozen=True)
class Outputs:
    """What one pass left of a face: the outputs of some layers, in TensorFlow's own memory."""

    tensors: Mapping[str, Any]
    nbytes: int

    def maps(self, layer: str) -> FloatArray:
        """The output of `layer` without the batch axis; read-only."""
        tensor = self.tensors[layer]
        if "CPU" in tensor.device:
            # Not copied: to copy five megabytes takes as long as the pass.
            return np.frombuffer(memoryview(tensor), np.float32).reshape(tensor.shape[1:])
        array: FloatArray = tensor.numpy()[0]
        array.setflags(write=False)
        return array


CACHE: FeatureCache[Outputs] = FeatureCache(
    int(os.environ.get("FERCORE_MAPS_MB", DEFAULT_CACHE_MB)) * 2**20
)
"""The process's cache of feature maps; set ``CACHE.max_bytes`` or ``FERCORE_MAPS_MB``."""


def check_image(image: Any) -> Images:
    """Return `image` as a uint8 (48, 48) array.

    Raises
    ------
    PictureError
        If it has another shape or type.
    """
    array = np.asarray(image)
    if array.shape != (FACE_SIZE, FACE_SIZE) or array.dtype != np.uint8:
        raise PictureError(
            f"A face is a grey picture of {FACE_SIZE} × {FACE_SIZE} pixels with whole values from "
            f"0 to 255 (uint8); this array has the shape {array.shape} and the type {array.dtype}. "
            "fercore.pictures.face_from_bytes turns any picture file into such a face."
        )
    return array


def divisor(input_range: str) -> float:
    """What 0-255 is divided by for `input_range`.

    Raises
    ------
    ModelError
        If `input_range` is not one of :data:`INPUT_RANGES`.
    """
    if input_range not in INPUT_RANGES:
        raise ModelError(
            f"“{input_range}” is not an input range; choose one of {', '.join(INPUT_RANGES)}."
        )
    return INPUT_RANGES[input_range]


class Extractor:
    """Runs a Keras model and hands out the output of any of its layers.

    Parameters
    ----------
    keras_model : keras.Model
        A functional model whose input is ``(None, size, size, 3)``.
    names : sequence of str
        The names under which the outputs of ``keras_model.layers[1:]`` are asked for, in order.
    key : hashable
        Tells this model and its weights from every other in the cache.
    cache : FeatureCache
        Where maps are kept.
    """

    def __init__(
        self,
        keras_model: Any,
        names: Sequence[str],
        key: Hashable,
        cache: FeatureCache[Outputs] = CACHE,
    ) -> None:
        self._model = keras_model
        outputs = [layer.output for layer in keras_model.layers[1:]]
        self._tensors = dict(zip(names, outputs, strict=True))
        self._bytes = {
            name: 4 * int(np.prod(tensor.shape[1:])) for name, tensor in self._tensors.items()
        }
        self._size = int(keras_model.input.shape[1])
        self._key = key
        self._cache = cache
        self._functions: dict[tuple[str, ...], Any] = {}
        self._lock = threading.Lock()
        self._passes = threading.BoundedSemaphore(_PASSES_AT_ONCE)

    @property
    def fits(self) -> bool:
        """Whether the cache holds all layers of a few faces: then one pass serves them all."""
        return 4 * sum(self._bytes.values()) <= self._cache.max_bytes

    def maps(self, image: Images, layer: str, input_range: str) -> FloatArray:
        """The output of `layer` for one face, from the cache or by one pass; read-only float32."""
        face = hashlib.blake2b(image.tobytes(), digest_size=16).digest()
        every = self.fits
        key = (self._key, face, input_range, "all" if every else layer)
        found = self._cache.get(key)
        if found is None:
            with self._passes:
                # Another session may have asked for the same face while this one waited.
                found = self._cache.get(key)
                if found is None:
                    names = tuple(self._tensors) if every else (layer,)
                    found = self._pass(image, names, input_range)
                    self._cache.put(key, found)
        return found.maps(layer)

    def _pass(self, image: Images, names: tuple[str, ...], input_range: str) -> Outputs:
        tensors = self._function(names)(image[None], np.float32(divisor(input_range)))
        nbytes = sum(self._bytes[name] for name in names)
        return Outputs(dict(zip(names, tensors, strict=True)), nbytes)

    def outputs(self, images: Images, layers: Sequence[str], input_range: str) -> list[FloatArray]:
        """The outputs of some layers for a batch, not cached: float32 (n, ...) for each layer."""
        run = self._function(tuple(layers))
        with self._passes:
            return [o.numpy() for o in run(images, np.float32(divisor(input_range)))]

    def network_input(self, images: Images, input_range: str) -> FloatArray:
        """What enters the network: float32 (n, size, size, 3), three equal channels."""
        run = self._function(())
        result: FloatArray = run(images, np.float32(divisor(input_range)))[0].numpy()
        return result

    def _function(self, names: tuple[str, ...]) -> Any:
        """The compiled pass from faces to the layers `names`, made once; no names: the input."""
        with self._lock:
            if names not in self._functions:
                self._functions[names] = self._compile(names)
            return self._functions[names]

    def _compile(self, names: tuple[str, ...]) -> Any:
        import keras
        import tensorflow as tf

        size = self._size
        wanted = [self._tensors[name] for name in names]
        sub_model = keras.Model(self._model.input, wanted) if names else None

        def run(images: Any, by: Any) -> Any:
            grey = tf.image.resize(tf.cast(images, tf.float32)[..., None], (size, size), "bilinear")
            # Copied, not coloured: the network was trained on three channels.
            x = tf.repeat(grey / by, 3, axis=-1)
            return [x] if sub_model is None else tf.nest.flatten(sub_model(x, training=False))

        signature = [
            tf.TensorSpec((None, FACE_SIZE, FACE_SIZE), tf.uint8),
            tf.TensorSpec((), tf.float32),
        ]
        return tf.function(run, input_signature=signature).get_concrete_function()
