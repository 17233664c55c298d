"""How fast and lean fer2013.csv opens, against the plain ways of reading it.

Every reading runs in a process of its own, so that memory can be told apart; the ways take turns
and the best time of each counts, since other work on the machine only ever adds to it.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROUNDS = 3
_ROOT = Path(__file__).resolve().parent.parent


def figures(shared: Path | None) -> list[dict[str, Any]]:
    """Measure the opening of a fer2013.csv of 301 MB.

    Parameters
    ----------
    shared : Path or None
        The folder with ``fer2013/rebuild.py``, which writes the published file; without it, a file
        of the same form and number of rows with random faces is read.

    Returns
    -------
    list of dict
        ``name``, ``value``, ``unit``, ``limit`` (the most allowed, or None) and ``note`` each.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = _published(shared, Path(folder)) if shared else _random_file(Path(folder))
        os.environ["FERCORE_CACHE"] = str(Path(folder) / "cache")
        try:
            best = _measure(path)
        finally:
            del os.environ["FERCORE_CACHE"]
    ours, second, tutorial = best["fercore"], best["fercore, second"], best["tutorial"]
    plain = {way: best[way]["seconds"] for way in PLAIN_WAYS}
    fastest = min(plain, key=plain.__getitem__)
    first_ratio = ours["seconds"] / plain[fastest]
    times = ", ".join(f"{way} {seconds:.2f} s" for way, seconds in plain.items())
    row_by_row = f"{tutorial['seconds']:.1f} s, {tutorial['peak_mb']:,.0f} MB"
    return [
        _figure("fer2013.csv, first opening", ours["seconds"], "s", None, "writes the cache, too"),
        _figure("first opening / fastest plain way", first_ratio, "", 1.3, f"{fastest}; {times}"),
        _figure(
            "first opening / the tutorial's row-by-row code",
            ours["seconds"] / tutorial["seconds"],
            "",
            1 / 3,
            row_by_row,
        ),
        _figure("peak memory, first opening", ours["peak_mb"], "MB", 600, "the whole process"),
        _figure("second opening", second["seconds"], "s", 0.3, "mapped from the cache"),
        _figure("peak memory, second opening", second["peak_mb"], "MB", None, "the whole process"),
    ]


def _figure(name: str, value: float, unit: str, limit: float | None, note: str) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "limit": limit, "note": note}


def _published(shared: Path, folder: Path) -> Path:
    rebuild = shared / "fer2013" / "rebuild.py"
    subprocess.run([sys.executable, rebuild, folder], check=True, stdout=subprocess.DEVNULL)
    return folder / "fer2013.csv"


def _random_file(folder: Path) -> Path:
    path = folder / "fer2013.csv"
    text = np.array([str(value) for value in range(256)])
    random = np.random.default_rng(2013)
    with path.open("w") as out:
        out.write("emotion,pixels,Usage\n")
        for row in range(35_887):
            pixels = " ".join(text[random.integers(0, 256, 48 * 48)])
            out.write(f"{row % 7},{pixels},Training\n")
    return path


def _measure(path: Path) -> dict[str, dict[str, float]]:
    """The least seconds and least peak of each way of reading."""
    runs: dict[str, list[dict[str, float]]] = {}
    for number in range(ROUNDS):
        for way in WAYS:
            if way == "tutorial" and number:  # slow and hungry: once is enough
                continue
            command = [sys.executable, "-m", "bench.datasets", way, str(path)]
            run = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True)
            runs.setdefault(way, []).append(json.loads(run.stdout))
    return {
        way: {key: min(run[key] for run in each) for key in each[0]} for way, each in runs.items()
    }


# ---- the ways of reading, each to uint8 (n, 48, 48) -------------------------------------------


def read_fercore(path: Path) -> Any:
    """A first opening: nothing in the cache."""
    from fercore import datasets
    from fercore.datasets import cache

    for entry in (cache.cache_folder() or path).glob("v*/rest.npz"):
        entry.unlink()
    return _timed(lambda: datasets.load(path).images)


def read_fercore_again(path: Path) -> Any:
    """A second opening, in a new process."""
    from fercore import datasets

    return _timed(lambda: datasets.load(path).images)


def read_pandas(path: Path) -> Any:
    """pandas for the table, NumPy for the text of each row."""
    import pandas as pd

    def read() -> Any:
        texts = pd.read_csv(path)["pixels"]
        return np.stack([np.fromstring(text, np.uint8, sep=" ") for text in texts])

    return _timed(read)


def read_pyarrow(path: Path) -> Any:
    """PyArrow for the table and for splitting and converting the text."""
    import pyarrow as pa
    from pyarrow import compute, csv

    def read() -> Any:
        chunks = csv.read_csv(path)["pixels"].chunks
        return np.concatenate(
            [
                compute.cast(compute.split_pattern(chunk, " ").flatten(), pa.uint8()).to_numpy()
                for chunk in chunks
            ]
        )

    return _timed(read)


def read_polars(path: Path) -> Any:
    """Polars with its streaming engine."""
    import polars as pl

    def read() -> Any:
        numbers = pl.col("pixels").str.split(" ").explode().cast(pl.UInt8)
        frame = pl.scan_csv(path).select(numbers).collect(engine="streaming")
        return frame.to_series().to_numpy()

    return _timed(read)


def read_polars_columns(path: Path) -> Any:
    """Polars with every pixel a column: blanks divide, the outer two hold label and usage too."""
    import polars as pl

    def read() -> Any:
        names = ["label and first", *map(str, range(1, 2303)), "last and usage"]
        frame = pl.read_csv(
            path, has_header=False, skip_rows=1, separator=" ", new_columns=names,
            schema_overrides=dict.fromkeys(names[1:-1], pl.UInt8),
        )  # fmt: skip
        pixels = np.empty((len(frame), 2304), np.uint8)
        pixels[:, 1:-1] = frame.select(names[1:-1]).to_numpy()
        pixels[:, 0] = frame[names[0]].str.split(",").list.last().cast(pl.UInt8).to_numpy()
        pixels[:, -1] = frame[names[-1]].str.split(",").list.first().cast(pl.UInt8).to_numpy()
        return pixels

    return _timed(read)


def read_tutorial(path: Path) -> Any:
    """Row by row into float64 and three channels, as tutorials have it."""
    import pandas as pd

    def read() -> Any:
        faces = []
        for _, row in pd.read_csv(path).iterrows():
            faces.append(np.fromstring(row["pixels"], dtype="float64", sep=" ").reshape(48, 48))
        grey = np.array(faces)
        return np.repeat(grey[..., np.newaxis], 3, axis=-1)

    return _timed(read)


PLAIN_WAYS = {
    "pandas": read_pandas,
    "pyarrow": read_pyarrow,
    "polars": read_polars,
    "polars, a column a pixel": read_polars_columns,
}
WAYS = {
    "fercore": read_fercore,
    "fercore, second": read_fercore_again,
    **PLAIN_WAYS,
    "tutorial": read_tutorial,
}


def _timed(read: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    images = read()
    return time.perf_counter() - begin, images


def _peak_mb() -> float:
    """Most memory that this process ever held; ``ru_maxrss`` would count its parent's, too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(text for text in status.read_text().splitlines() if text.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _main(way: str, path: str) -> None:
    warnings.simplefilter("ignore")
    seconds, images = WAYS[way](Path(path))
    if images.size % (35_887 * 48 * 48):
        raise SystemExit(f"{way} read {images.shape}")
    print(json.dumps({"seconds": seconds, "peak_mb": _peak_mb()}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
