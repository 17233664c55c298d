"""The networks on offer: how each is built, and with which weights."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fercore import weights


@dataclass(frozen=True)
class ModelSpec:
    """A model of the registry.

    Attributes
    ----------
    name : str
        ``"EfficientNetLite0"``, ``"EfficientNetB0"`` ... ``"EfficientNetB7"``.
    note : str
        What tells it from the others, in a few words.
    build : callable
        ``build(input_size, weights, pooling)`` gives the Keras model.
    """

    name: str
    note: str
    build: Callable[[int, str | None, str], Any]


def _build_lite0(input_size: int, weights: str | None, pooling: str) -> Any:
    from fercore import lite0

    model = lite0.build(input_size, pooling=pooling)
    if weights == "imagenet":
        model.load_weights(lite0.WEIGHTS)
    return model


def _keras_builder(name: str) -> Callable[[int, str | None, str], Any]:
    def build(input_size: int, weights: str | None, pooling: str) -> Any:
        import keras

        # Never weights=<path>: only "imagenet" adds the rescaling that those weights expect.
        return getattr(keras.applications, name)(
            include_top=False,
            weights=weights,
            input_shape=(input_size, input_size, 3),
            pooling=pooling,
        )

    return build


def _keras_spec(number: int) -> ModelSpec:
    name = f"EfficientNetB{number}"
    return ModelSpec(name, f"{weights.download_size(name)} MB, once", _keras_builder(name))


REGISTRY: dict[str, ModelSpec] = {
    "EfficientNetLite0": ModelSpec("EfficientNetLite0", "weights built in", _build_lite0),
    **{f"EfficientNetB{n}": _keras_spec(n) for n in range(8)},
}
"""Every model that :func:`load` knows, by name."""


def randomise(keras_model: Any, seed: int) -> None:
    """Draw every kernel anew from Keras's own distribution for EfficientNet, by `seed` alone.

    Keras's initialisers draw from a stream of the whole process, which would give other weights
    each time and at each input size.

    Parameters
    ----------
    keras_model : keras.Model
        Changed in place.
    seed : int
        The same seed gives the same kernels at every input size.
    """
    import keras

    for number, layer in enumerate(keras_model.layers):
        kernel = getattr(layer, "kernel", None)
        if kernel is not None:
            draw = keras.initializers.VarianceScaling(
                2.0, "fan_out", "truncated_normal", seed=seed * 10_000 + number
            )
            kernel.assign(draw(kernel.shape))
