"""The charts show the numbers that they are given."""

import numpy as np
import pandas as pd

from fercore import plots
from fercore.emotions import EMOTIONS


def test_the_class_balance_has_every_emotion_with_its_count_and_colour():
    counts = pd.DataFrame({"all": [3, 1, 9, 5, 7, 2, 4]}, index=list(EMOTIONS))
    bars = plots.class_balance(counts).data[0]
    assert dict(zip(bars.y, bars.x, strict=True)) == counts["all"].to_dict()
    assert bars.y[-1] == "Fear"  # the largest stands on top
    shown = dict(zip(bars.y, bars.marker.color, strict=True))
    assert shown == plots.EMOTION_COLOURS
    assert len(set(shown.values())) == 7


def test_the_chosen_emotion_stands_out():
    counts = pd.DataFrame({"all": [3, 1]}, index=["Angry", "Contempt"])
    bars = plots.class_balance(counts, chosen="Angry").data[0]
    opacity = dict(zip(bars.y, bars.marker.opacity, strict=True))
    assert opacity["Angry"] > opacity["Contempt"]
    assert dict(zip(bars.y, bars.marker.color, strict=True))["Contempt"] == plots.OTHER_COLOUR


def test_a_histogram_counts_every_position():
    values = np.random.default_rng(0).normal(size=(24, 24)).astype(np.float32)
    bars = plots.histogram(values, "activation").data[0]
    expected, edges = np.histogram(values, bins=40)
    assert list(bars.y) == list(expected)
    assert sum(bars.y) == values.size
    np.testing.assert_allclose(bars.x, (edges[1:] + edges[:-1]) / 2, rtol=1e-5)


def test_bars_keep_the_order_of_the_vector():
    values = np.array([3, -1, 2], np.float32)
    assert list(plots.bars(values).data[0].y) == [3, -1, 2]
