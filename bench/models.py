"""The forward pass: every layer against the last alone, and the cache."""

import statistics
import time
from collections.abc import Callable

import numpy as np

from fercore.models import Model


def median_ms(work: Callable[[int], object], times: int = 60) -> float:
    """Median milliseconds of ``work(i)`` for i = 0, 1, ..."""
    taken = []
    for i in range(times):
        begun = time.perf_counter()
        work(i)
        taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken)


def figures() -> list[dict]:
    """Ratios measured in one run, on pictures that no cache has seen."""
    from fercore import models

    return [
        *_one_model(models.load("EfficientNetLite0")),
        *_one_model(models.load("EfficientNetB0", weights=None)),
    ]


def _one_model(model: Model) -> list[dict]:
    pictures = np.random.default_rng(1).integers(0, 256, (400, 48, 48), dtype=np.uint8)
    names = [layer.name for layer in model.layers]

    def plain(i: int) -> object:
        return model._extractor.outputs(pictures[i : i + 1], names[-1:], "0-255")

    def every(i: int) -> object:
        return model.feature_maps(pictures[200 + i], "block2a_expand_conv")

    def another(i: int) -> object:
        return model.feature_maps(pictures[259], names[i % len(names)])

    for warm in (plain, every):
        median_ms(lambda i: warm(100 + i), 20)  # noqa: B023 - called at once
    forward, all_layers = median_ms(plain), median_ms(every)
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
            "value": median_ms(another),
            "unit": "ms",
            "limit": 2.0,
        },
    ]
