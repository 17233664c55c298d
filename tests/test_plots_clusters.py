"""The figures of the Clusters page show the numbers they are given, in colours that all can tell.

The simulation of colour vision deficiencies is that of Machado, Oliveira & Fernandes (2009), "A
physiologically-based model for simulation of color vision deficiency", at full severity.
"""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from fercore import clustering, colours, plots_clusters, plots_groups, scaling
from fercore.groups_picture import faces_picture, groups_picture, mean_pictures

SIGHT = {
    "normal": np.eye(3),
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
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(css):
    """sRGB in linear light: (n, 3), 0 to 1."""
    values = np.array([list(bytes.fromhex(colour[1:])) for colour in css]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(light):
    """CIELAB (D65) of colours in linear light."""
    t = np.clip(light, 0, 1) @ TO_XYZ.T / TO_XYZ.sum(axis=1)
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.stack(
        [116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1
    )


@pytest.mark.parametrize("sight", SIGHT)
def test_any_two_of_fifteen_cluster_colours_can_be_told_apart(sight):
    assert len(set(plots_clusters.CLUSTER_COLOURS)) == 15
    seen = lab(linear(plots_clusters.CLUSTER_COLOURS) @ np.transpose(SIGHT[sight]))
    apart = np.linalg.norm(seen[:, None] - seen[None], axis=2)
    assert apart[np.triu_indices(15, 1)].min() > 23


@pytest.mark.parametrize("page", ["#ffffff", "#101418"])
def test_the_cluster_colours_show_on_a_light_and_on_a_dark_page(page):
    light = linear([page, *plots_clusters.CLUSTER_COLOURS]) @ TO_XYZ[1] + 0.05
    contrast = np.maximum(light[1:] / light[0], light[0] / light[1:])
    assert contrast.min() > 1.25
    assert np.median(contrast) > 2.5


def test_beyond_the_last_colour_they_begin_anew():
    assert plots_clusters.cluster_colour(15) == plots_clusters.cluster_colour(0)


@pytest.fixture(scope="module")
def sweep():
    random = np.random.default_rng(0)
    centres = random.normal(size=(3, 6, 6)) * 5
    maps = centres[random.integers(0, 3, 60)] + random.normal(size=(60, 6, 6))
    return clustering.elbow(maps.transpose(1, 2, 0), k_max=6)


def trace(figure, count):
    """The one line that has `count` points with markers."""
    (found,) = (
        t for t in figure.data if t.mode == "lines+markers" and len(t.x) == count and t.line.width
    )
    return found


def test_the_curve_is_the_tables_inertia_with_its_reference_its_elbow_and_the_chosen_k(sweep):
    figure = plots_clusters.curve(sweep.table, "inertia", elbow=3, k=4)
    line = trace(figure, 6)
    inertia = sweep.table["inertia"].to_numpy()
    np.testing.assert_allclose(line.y, 100 * inertia / inertia[0])
    assert list(line.x) == [1, 2, 3, 4, 5, 6]
    low, high, mid = figure.data[:3]
    np.testing.assert_allclose(low.y, 100 * sweep.table["reference_low"] / inertia[0])
    np.testing.assert_allclose(high.y, 100 * sweep.table["reference_high"] / inertia[0])
    np.testing.assert_allclose(mid.y, 100 * sweep.table["reference_mid"] / inertia[0])
    assert high.fill == "tonexty"
    diamond = figure.data[-1]
    assert (list(diamond.x), diamond.text[0].strip()) == ([3], "elbow: k = 3")
    assert diamond.y[0] == line.y[2]
    (column,) = figure.layout.shapes
    assert column.x0 < 4 < column.x1


def test_maps_of_one_number_have_no_band_since_shuffled_they_are_the_same():
    sweep = clustering.elbow(np.random.default_rng(3).normal(size=40), k_max=4)
    (line,) = plots_clusters.curve(sweep.table).data
    assert list(line.x) == [1, 2, 3, 4]


def test_before_the_curve_there_are_its_axes_alone():
    figure = plots_clusters.before(7)
    assert not figure.data
    assert figure.layout.xaxis.range[1] > 7


def test_the_distortion_is_drawn_as_it_is(sweep):
    figure = plots_clusters.curve(sweep.table, "distortion")
    (line,) = figure.data
    np.testing.assert_allclose(line.y, sweep.table["distortion"])
    assert not figure.layout.shapes


def test_a_first_stage_has_a_curve_and_nothing_else(sweep):
    table = sweep.table.copy()
    table[[c for c in table if c not in ("k", "inertia", "distortion")]] = np.nan
    figure = plots_clusters.curve(table, "inertia", elbow=None)
    assert len(figure.data) == 1
    criteria = plots_clusters.criteria(table, {"elbow": None})
    assert "silhouette</b> …" in criteria.layout.annotations[0].text


def test_the_criteria_are_those_of_the_table(sweep):
    figure = plots_clusters.criteria(sweep.table, {"silhouette": 3, "gap": None}, k=3)
    by_row = {}
    for line in figure.data:
        by_row.setdefault(line.yaxis, []).append(line)
    reference, silhouette, diamond = by_row["y"]
    np.testing.assert_allclose(reference.y, sweep.table["silhouette_reference"])
    np.testing.assert_allclose(silhouette.y, sweep.table["silhouette"])
    assert (diamond.x[0], diamond.y[0]) == (3, sweep.table["silhouette"][2])
    (gap,) = by_row["y2"]
    np.testing.assert_allclose(gap.y, sweep.table["gap"])
    np.testing.assert_allclose(gap.error_y.array, sweep.table["gap_se"])
    seeds, bootstrap = by_row["y3"]
    np.testing.assert_allclose(seeds.y, sweep.table["stability_seeds"])
    np.testing.assert_allclose(bootstrap.y, sweep.table["stability_bootstrap"])
    said = [note.text for note in figure.layout.annotations]
    assert "suggests k = 3" in said[0]
    assert "suggests nothing" in said[1]


def test_agreement_is_that_of_the_table():
    table = pd.DataFrame(
        {
            "k": [1, 2, 3],
            "silhouette": [np.nan, 0.4, 0.3],
            "adjusted_rand": [0.0, 0.2, 0.1],
            "nmi": [0.0, 0.3, 0.4],
        }
    )
    nmi, rand, silhouette, diamond = plots_clusters.agreement(table, best=2, k=3).data
    assert (list(nmi.y), list(rand.y)) == ([0.0, 0.3, 0.4], [0.0, 0.2, 0.1])
    assert (diamond.x[0], diamond.y[0]) == (2, 0.2)
    assert silhouette.y[1] == 0.4


def test_numbers_are_in_their_clusters_rows():
    values, labels = np.array([0.1, 5.0, 0.2, 9.0]), np.array([0, 1, 0, -1])
    figure = plots_groups.numbers(values, labels)
    assert [list(t.x) for t in figure.data] == [[0.1, 0.2], [5.0]]
    assert all(abs(y) <= 0.3 for y in figure.data[0].y)
    assert list(figure.layout.yaxis.ticktext) == ["cluster 0 · 2 ", "cluster 1 · 1 "]


def test_sixteen_maps_stand_under_their_titles():
    pixels = np.random.default_rng(1).integers(1, 256, (16, 4, 5)).astype(np.uint8)
    titles = [f"feature {n}, cluster 2" for n in range(16)]
    figure = plots_groups.sixteen(pixels, titles)
    assert [note.text for note in figure.layout.annotations] == titles
    for drawn, given in zip(figure.data, pixels, strict=True):
        np.testing.assert_array_equal(drawn.z, given)
    low, high = (stop[1] for stop in (figure.data[0].colorscale[0], figure.data[0].colorscale[-1]))
    table = colours.colour_table("viridis")
    assert (low, high) == tuple("rgb({},{},{})".format(*table[i]) for i in (1, 255))


def test_clusters_by_emotion_show_counts_and_colour_shares():
    counts = pd.DataFrame([[30, 1], [10, 1]], columns=["Happy", "Disgust"])
    (heat,) = plots_groups.clusters_by_emotion(counts).data
    assert np.array(heat.text).tolist() == [["30", "1"], ["10", "1"]]
    np.testing.assert_allclose(heat.z, [[0.75, 0.5], [0.25, 0.5]])


def opened(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def test_the_picture_of_groups_holds_every_map_in_its_frame(sweep):
    maps = sweep.samples.maps
    png = groups_picture(maps, sweep.order(3), sweep.centres(3), "layer", "grey", "a caption")
    picture = opened(png)
    table = colours.colour_table("grey")
    scaled = scaling.scale(maps, "layer")
    # The first tile of the first group, six times as large, after the centre's tile and its gap.
    first = scaled.pixels[sweep.order(3)[0][0]].repeat(6, axis=0).repeat(6, axis=1)
    framed = np.full((42, 42, 3), list(bytes.fromhex(plots_clusters.cluster_colour(0)[1:])))
    framed[3:-3, 3:-3] = table[first]
    found = np.lib.stride_tricks.sliding_window_view(picture[:120], (42, 42), axis=(0, 1))
    match = (found == framed.transpose(2, 0, 1)).all(axis=(2, 3, 4))
    assert match.sum() == 1
    frames = [(picture == list(bytes.fromhex(plots_clusters.cluster_colour(c)[1:]))).all(axis=2)
              for c in range(3)]  # fmt: skip
    tops = [np.flatnonzero(frame.any(axis=1))[0] for frame in frames]
    assert tops == sorted(tops)


def test_the_picture_of_faces_begins_with_their_mean():
    images = np.random.default_rng(2).integers(0, 256, (10, 48, 48)).astype(np.uint8)
    groups = [np.array([3, 1, 2]), np.array([0, 4, 5, 6, 7, 8, 9])]
    means = mean_pictures(images, groups)
    mean = images[[1, 2, 3]].mean(axis=0)
    stretched = 255 * (mean - mean.min()) / (mean.max() - mean.min())
    np.testing.assert_allclose(means[0], stretched, atol=0.51)
    png = faces_picture(images, groups, most=2, caption="faces")
    picture = opened(png)
    found = np.lib.stride_tricks.sliding_window_view(picture[:120, :, 0], (48, 48))
    assert (found == means[0]).all(axis=(2, 3)).sum() == 1
    assert (found == images[3]).all(axis=(2, 3)).sum() == 1
    assert not (found == images[2]).all(axis=(2, 3)).any()  # the third of its group
