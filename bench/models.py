"""The forward pass: every layer against the last alone, and the cache."""

import statistics
import time
from collections.abc import Callable

import numpy as np

from fercore.models import Model


def milliseconds(work: Callable[[int], object], i: int) -> float:
    """How long ``work(i)`` takes."""
    begun = time.perf_counter()
    work(i)
    return 1000 * (time.perf_counter() - begun)


def figures() -> list[dict]:
    """Ratios measured in one run, on pictures that no cache has seen."""
    from fercore import models

    return [
        *_one_model(models.load("EfficientNetLite0")),
        *_one_model(models.load("EfficientNetB0", weights=None)),
    ]


def _one_model(model: Model) -> list[dict]:
    pictures = np.random.default_rng(1).integers(0, 256, (200, 48, 48), dtype=np.uint8)
    names = [layer.name for layer in model.layers]

    def plain(i: int) -> object:
        return model._extractor.outputs(pictures[i : i + 1], names[-1:], "0-255")

    def every(i: int) -> object:
        return model.feature_maps(pictures[i], "block2a_expand_conv")

    def another(i: int) -> object:
        return model.feature_maps(pictures[199], names[i % len(names)])

    # In turn, so that whatever else the machine does meets both alike.
    pairs = [(milliseconds(plain, i), milliseconds(every, i)) for i in range(len(pictures))]
    forward, all_layers = (statistics.median(times) for times in zip(*pairs[40:], strict=True))
    return [
        {
            "name": f"{model.name}: all layers of a new face / plain forward pass",
            "value": all_layers / forward,
            "unit": "x",
            "limit": 1.5,
            "note": f"{all_layers:.1f} ms / {forward:.1f} ms, {len(names)} layers",
        },
        {
            "name": f"{model.name}: another layer of the same face",
            "value": statistics.median(milliseconds(another, i) for i in range(60)),
            "unit": "ms",
            "limit": 2.0,
        },
    ]
