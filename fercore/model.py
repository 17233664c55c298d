"""A loaded network: hands out the feature maps of any layer for any face."""

import difflib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from fercore import features, layers
from fercore.errors import LayerError
from fercore.features import FloatArray, Images
from fercore.layers import Layer

_BATCH = 64  # faces a pass: more gain nothing on a few cores and cost memory at 224 pixels


class Model:
    """A loaded network, ready to hand out the feature maps of any layer.

    Made by :func:`fercore.models.load`. What a method gives back is read-only or the caller's own.

    Attributes
    ----------
    name, input_size, weights, pooling, seed
        As given to :func:`fercore.models.load`.
    key : tuple
        Tells this model and its weights from every other.
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
        self.key = (name, input_size, weights, pooling, seed if weights is None else None)
        self._extractor = features.Extractor(keras_model, list(self._by_name), self.key)

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
        for outputs in self.outputs(images, names, input_range):
            flat = {name: o.reshape(len(o), -1, o.shape[-1]) for name, o in outputs.items()}
            yield {name: (f.mean(1), f.max(1)) for name, f in flat.items()}

    def outputs(
        self,
        images: Images,
        names: Sequence[str],
        input_range: str = "0-255",
        batch_size: int = _BATCH,
    ) -> Iterator[dict[str, FloatArray]]:
        """All maps of some layers for many faces, batch by batch; none are kept.

        Parameters
        ----------
        images : uint8 array (n, 48, 48)
        names : sequence of str
            Layers.
        input_range : {"0-255", "0-1"}
        batch_size : int
            Faces a batch: their maps are all in memory at the same time.

        Yields
        ------
        dict
            Layer name -> float32 (batch, height, width, maps), or (batch, numbers).
        """
        for name in names:
            self.layer(name)
        features.divisor(input_range)
        for batch in _batches(images, batch_size):
            arrays = self._extractor.outputs(batch, list(names), input_range)
            yield dict(zip(names, arrays, strict=True))


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


def _batches(images: Images, size: int = _BATCH) -> Iterator[Images]:
    for start in range(0, len(images), size):
        yield images[start : start + size]
