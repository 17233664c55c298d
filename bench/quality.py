"""How long the examination of a whole data set takes."""

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fercore import quality
from fercore.quality import checks

N_FACES = 35_887
LIMIT_SECONDS = 5.0
ROUNDS = 3


def figures(shared: Path | None) -> list[dict[str, Any]]:
    """Time the report and its parts.

    Parameters
    ----------
    shared : Path or None
        The folder of reference data with ``fer2013/``; without it, pictures of noise of the same
        number, of which one in twenty is a copy, take the place of FER2013.

    Returns
    -------
    list of dict
        ``name``, ``value``, ``unit``, ``limit`` (None where there is none) and ``note``.
    """
    images, labels, splits, votes, note = _load(shared)

    def exact() -> None:
        first, plain = quality.first_occurrence(images), quality.one_colour(images)
        emotions = tuple("ABCDEFG")
        checks.exact_duplicates(first, labels, emotions)
        checks.label_conflicts(first, plain, labels, emotions)
        checks.split_leaks(first, splits)

    def everything() -> None:
        quality.report(images, labels, splits, votes)

    tracemalloc.start()
    everything()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return [
        _figure("quality: exact duplicates, conflicts and leaks", _seconds(exact), "s", note=note),
        _figure(
            "quality: near-duplicates",
            _seconds(lambda: quality.near_duplicates(images)),
            "s",
            note=f"{note}; 64-bit pHash, {quality.NEAR_DISTANCE} bits",
        ),
        _figure("quality: the whole report", _seconds(everything), "s", LIMIT_SECONDS, note),
        _figure("quality: peak memory of the report", peak, "MB", note="on top of the pictures"),
    ]


def _load(shared: Path | None) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, str]:
    folder = shared / "fer2013" if shared else None
    if folder and folder.is_dir():
        with np.load(folder / "faces.npz") as file:
            images, labels, splits = file["X"], file["y"], file["usage"]
        table = pd.read_csv(folder / "ferplus.csv")
        votes = table[list(quality.FERPLUS_COLUMNS)].to_numpy(np.uint8)
        note = f"FER2013, {len(images):,} faces"
    else:
        rng = np.random.default_rng(0)
        images = rng.integers(0, 256, (N_FACES, 48, 48), np.uint8)
        images[::20] = images[1::20]
        labels, splits = rng.integers(0, 7, N_FACES), rng.integers(0, 3, N_FACES)
        votes = rng.multinomial(10, [0.1] * 10, N_FACES).astype(np.uint8)
        note = f"noise, {N_FACES:,} pictures"
    return images, labels.astype(np.intp), splits.astype(np.intp), votes, note


def _seconds(work: Callable[[], object]) -> float:
    """The best of a few rounds: what else the machine does only ever adds to it."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        rounds.append(time.perf_counter() - start)
    return min(rounds)


def _figure(
    name: str, value: float, unit: str, limit: float | None = None, note: str = ""
) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": unit, "limit": limit, "note": note}
