"""The built-in sample: 280 rendered faces of forty made-up people."""

from functools import cache
from pathlib import Path

import numpy as np

from fercore.datasets.faceset import FaceSet

SAMPLE_TITLE = "Sample: 280 rendered faces"

_FILE = Path(__file__).resolve().parents[2] / "assets" / "sample_faces.npz"


@cache
def sample() -> FaceSet:
    """The built-in sample; every call returns the same set."""
    with np.load(_FILE, allow_pickle=False) as held:
        images, labels = held["images"], held["labels"]
        persons, splits = held["persons"], held["splits"]
    return FaceSet(
        name="sample",
        title=SAMPLE_TITLE,
        origin="Rendered, not photographed: forty made-up people with seven expressions each; CC0.",
        form="The sample that comes with the dashboard, split by person.",
        images=images,
        labels=labels,
        splits=splits,
        rows=np.arange(len(images)),
        persons=persons,
    )
