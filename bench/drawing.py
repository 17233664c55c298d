"""The picture of all maps of a layer: ours, and the way of the tutorials."""

import io
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from fercore.colours import colour_table
from fercore.mosaic import Legend, default_columns, png
from fercore.scaling import legend_text, scale


def figures() -> list[dict[str, Any]]:
    """Time from float maps to the bytes of a PNG file, all in this run.

    Returns
    -------
    list of dict
        ``name``, ``value``, ``unit``, ``limit`` (None where there is none) and ``note``.
    """
    rng = np.random.default_rng(0)
    many = rng.normal(size=(7, 7, 1280)).astype(np.float32)
    large = rng.normal(size=(112, 112, 96)).astype(np.float32)
    ours, data = _median_ms(lambda: _grid(many), 15)
    with_words, _ = _median_ms(lambda: _grid_with_words(many), 5)
    of_large, _ = _median_ms(lambda: _grid(large), 5)
    subplots, _ = _median_ms(lambda: _subplots(many), 1)
    return [
        {
            "name": "grid picture of 1280 maps of 7x7, array to bytes",
            "value": ours,
            "unit": "ms",
            "limit": 40.0,
            "note": f"{len(data) / 1024:.0f} KiB of noise, tiles of 35 pixels",
        },
        {
            "name": "the same with matplotlib's subplots",
            "value": subplots,
            "unit": "ms",
            "limit": None,
            "note": f"once, without captions; {subplots / ours:.0f} times ours",
        },
        {
            "name": "the same with caption and legend, for download",
            "value": with_words,
            "unit": "ms",
            "limit": None,
            "note": "",
        },
        {
            "name": "grid picture of 96 maps of 112x112, array to bytes",
            "value": of_large,
            "unit": "ms",
            "limit": None,
            "note": "",
        },
    ]


def _grid(maps: np.ndarray) -> bytes:
    return png(scale(maps, "each").pixels, colour_table("viridis"))


def _grid_with_words(maps: np.ndarray) -> bytes:
    scaled = scale(maps, "each")
    text = legend_text("each", scaled.low, scaled.high)
    legend = Legend("its minimum", "its maximum", text)
    return png(scaled.pixels, colour_table("viridis"), caption="top_conv, 1280 maps", legend=legend)


def _subplots(maps: np.ndarray) -> bytes:
    """One pair of axes a map, as the tutorials draw 16 of them."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    columns = default_columns(maps.shape[2])
    figure, axes = plt.subplots(-(-maps.shape[2] // columns), columns, figsize=(13, 13))
    for number, axis in enumerate(axes.flat):
        axis.axis("off")
        if number < maps.shape[2]:
            axis.imshow(maps[..., number], cmap="viridis")
    file = io.BytesIO()
    figure.savefig(file, format="png")
    plt.close(figure)
    return file.getvalue()


def _median_ms(work: Callable[[], bytes], times: int) -> tuple[float, bytes]:
    taken, data = [], b""
    for _ in range(times):
        begun = time.perf_counter()
        data = work()
        taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken), data
