"""The charts show the numbers that they are given."""

import numpy as np

from fercore import plots
from fercore.emotions import EMOTIONS


def test_every_emotion_has_a_colour_of_its_own():
    assert tuple(plots.EMOTION_COLOURS) == EMOTIONS
    assert len(set(plots.EMOTION_COLOURS.values())) == 7
    assert plots.OTHER_COLOUR not in plots.EMOTION_COLOURS.values()


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
