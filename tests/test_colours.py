"""The colour tables against their published sources and against colour vision deficiencies."""

import numpy as np
import pytest

from fercore.colours import COLOUR_TABLES, FIRST, LAST, MIDDLE, colour_table
from fercore.errors import FercoreError

# The published 11 classes of ColorBrewer's RdBu, from blue to red.
RD_BU = [(5, 48, 97), (33, 102, 172), (67, 147, 195), (146, 197, 222), (209, 229, 240)]
RD_BU += [(247, 247, 247)]
RD_BU += [(253, 219, 199), (244, 165, 130), (214, 96, 77), (178, 24, 43), (103, 0, 31)]

# Machado, Oliveira and Fernandes 2009, severity 1.0, applied to linear RGB.
DEFICIENCIES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colours):
    """sRGB bytes as linear light, 0..1."""
    share = np.asarray(colours) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def luminance(colours):
    return linear(colours) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("name", COLOUR_TABLES)
def test_a_table_has_256_colours_and_cannot_be_spoilt(name):
    table = colour_table(name)
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    with pytest.raises(ValueError):
        table[0] = 0


def test_grey_is_the_index_itself():
    np.testing.assert_array_equal(
        colour_table("grey")[[0, 1, 128, 255]], [[v] * 3 for v in (0, 1, 128, 255)]
    )


def test_viridis_is_matplotlibs():
    published = np.array(pytest.importorskip("matplotlib").colormaps["viridis"].colors)
    np.testing.assert_array_equal(colour_table("viridis"), np.rint(published * 255))


def test_diverging_goes_through_the_published_colours():
    positions = np.linspace(FIRST, LAST, 11)
    for position, colour in zip(positions, RD_BU, strict=True):
        # A published colour that falls between two entries is between their colours.
        below, above = int(np.floor(position)), int(np.ceil(position))
        ends = colour_table("diverging")[[below, above]].astype(int)
        assert (ends.min(axis=0) <= colour).all()
        assert (ends.max(axis=0) >= colour).all()


def test_diverging_is_close_to_matplotlibs():
    published = pytest.importorskip("matplotlib").colormaps["RdBu_r"](np.arange(256))[:, :3] * 255
    # Its white lies half an entry lower; neighbouring entries differ by at most 4 levels.
    assert np.abs(colour_table("diverging") - published).max() <= 4


def test_the_white_of_diverging_is_the_middle_and_both_arms_darken_away_from_it():
    table = colour_table("diverging")
    assert tuple(table[MIDDLE]) == (247, 247, 247)
    light = luminance(table)
    assert (np.diff(light[FIRST : MIDDLE + 1]) > 0).all()
    assert (np.diff(light[MIDDLE:]) < 0).all()


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_blue_and_red_stay_apart_for_every_eye(deficiency):
    seen = linear(colour_table("diverging")) @ np.transpose(DEFICIENCIES[deficiency])
    # White's own difference, across the arms: halfway out, blue and red are farther apart than
    # neighbouring published classes are.
    apart = np.linalg.norm(seen[MIDDLE - 64] - seen[MIDDLE + 64])
    neighbours = np.linalg.norm(seen[MIDDLE - 64] - seen[MIDDLE - 64 + 13])
    assert apart > 2 * neighbours


@pytest.mark.parametrize("name", ["grey", "viridis"])
def test_sequential_tables_only_get_lighter(name):
    assert (np.diff(luminance(colour_table(name))) > -1e-3).all()
    assert luminance(colour_table(name))[LAST] > 0.7


@pytest.mark.parametrize("name", ["", "jet", "Viridis"])
def test_an_unknown_table_is_refused_with_the_known_ones(name):
    with pytest.raises(FercoreError, match="grey, viridis, diverging"):
        colour_table(name)
