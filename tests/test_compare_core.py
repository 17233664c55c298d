"""What the page Compare computes: scales of panes, strips, the montage, figures over faces."""

import io
import threading
import time

import numpy as np
import pytest
from PIL import Image

from fercore import datasets, montage, over_faces, scaling, similarity, strip
from fercore.colours import LAST, NO_VALUE, DrawingError, colour_table
from fercore.errors import LayerError
from fercore.kept import Kept
from fercore.models import load, spread
from fercore.pane_scale import PANE_SCALES, scale_panes
from fercore.plots_alike import alike_map

RANDOM = np.random.default_rng(5)
STACKS = [
    RANDOM.normal(size=(6, 6, 3)).astype(np.float32) * [1, 5, 20],
    RANDOM.normal(size=(4, 4, 3)).astype(np.float32) * [2, 1, 30] + 3,
]
MAPS = [stack.astype(np.float32) for stack in STACKS]


@pytest.fixture(scope="module")
def faces():
    return datasets.load()


@pytest.fixture(scope="module")
def model():
    return load("EfficientNetLite0")


def colour_of(value, low, high):
    """The index of a value's colour in a scale from low (1) to high (255), by hand."""
    return 1 + round(float((value - low) / (high - low)) * 254)


def test_a_map_that_panes_share_a_scale_of_has_one_meaning_in_all():
    found = scale_panes(MAPS, alike=True)
    assert found.used == "matched"
    for number in range(3):
        low = min(stack[..., number].min() for stack in MAPS)
        high = max(stack[..., number].max() for stack in MAPS)
        for stack, scaled in zip(MAPS, found.scaled, strict=True):
            assert scaled.low[number] == low
            assert scaled.high[number] == high
            value, index = stack[2, 1, number], scaled.pixels[number, 2, 1]
            assert abs(int(index) - colour_of(value, low, high)) <= 1
    assert "the same in all panes" in found.legends[0]


def test_one_scale_for_all_maps_of_all_panes():
    found = scale_panes(MAPS, alike=True, wanted="shared")
    low, high = min(s.min() for s in MAPS), max(s.max() for s in MAPS)
    for stack, scaled in zip(MAPS, found.scaled, strict=True):
        assert scaled.pixels.shape == (3, *stack.shape[:2])
        assert (scaled.low == low).all()
        assert (scaled.high == high).all()
        assert abs(int(scaled.pixels[2, 0, 3]) - colour_of(stack[0, 3, 2], low, high)) <= 1
    assert max(scaled.pixels.max() for scaled in found.scaled) == LAST


def test_a_zero_centred_scale_has_zero_in_the_middle_in_all_panes():
    found = scale_panes(MAPS, alike=True, centred=True)
    for scaled in found.scaled:
        np.testing.assert_array_equal(scaled.low, -scaled.high)
    assert "zero in the middle" in found.legends[0]


@pytest.mark.parametrize(("wanted", "mode"), [("pane", "layer"), ("map", "each")])
def test_own_scales_are_those_of_each_pane_alone(wanted, mode):
    found = scale_panes(MAPS, alike=True, wanted=wanted)
    for stack, scaled in zip(MAPS, found.scaled, strict=True):
        np.testing.assert_array_equal(scaled.pixels, scaling.scale(stack, mode).pixels)


def test_panes_of_different_layers_share_no_scale():
    assert scale_panes(MAPS, alike=False).used == "map"
    assert scale_panes(MAPS, alike=False, wanted="shared").used == "map"
    assert scale_panes(MAPS, alike=False, wanted="pane").used == "pane"
    fewer = [MAPS[0], MAPS[1][..., :2]]
    assert scale_panes(fewer, alike=True).used == "shared"
    with pytest.raises(DrawingError, match="no scale of panes"):
        scale_panes(MAPS, alike=True, wanted="log")


@pytest.mark.parametrize("scale", PANE_SCALES)
def test_the_montage_shows_every_face_and_map_of_every_pane(faces, model, scale):
    panels = [
        montage.Panel(model.feature_maps(faces.images[i], "stem_conv"), faces.images[i], "x", "a")
        for i in (0, 1)
    ]
    picture = np.asarray(Image.open(io.BytesIO(montage.montage(panels, "Two", scale))))
    found = scale_panes([panel.maps for panel in panels], True, scale)
    seen = {tuple(colour) for colour in picture.reshape(-1, 3)}
    table = colour_table("viridis")
    for scaled in found.scaled:
        assert {tuple(table[index]) for index in np.unique(scaled.pixels)} <= seen
    greys = {(int(g),) * 3 for panel in panels for g in np.unique(panel.face)}
    assert greys <= seen


def test_a_montage_takes_vectors_and_refuses_nothing_at_all(faces, model):
    image = faces.images[0]
    vector = montage.Panel(model.feature_maps(image, "max_pool"), image, "numbers", "max_pool")
    assert montage.montage([vector, vector]).startswith(b"\x89PNG")
    with pytest.raises(DrawingError, match="no pane"):
        montage.montage([])


def test_the_strip_goes_through_all_block_outputs(faces, model):
    image = faces.images[12]
    found = strip.frames(model, image)
    names = [frame.layer.name for frame in found]
    assert names == [layer.name for layer in model.layers if layer.is_block_output]
    assert len(found) == 18
    for frame in found:
        maps = model.feature_maps(image, frame.layer.name)
        np.testing.assert_allclose(frame.values, maps.mean(axis=2), rtol=1e-6)


def test_the_strongest_map_is_largest_on_average_whatever_its_sign(faces, model):
    for frame in strip.frames(model, faces.images[12], picture="strongest"):
        maps = model.feature_maps(faces.images[12], frame.layer.name)
        sizes = [np.abs(maps[..., k]).mean() for k in range(maps.shape[-1])]
        assert sizes[frame.number] == pytest.approx(max(sizes))


def test_a_layer_without_the_map_asked_for_is_empty_in_the_strip(faces, model):
    found = strip.frames(model, faces.images[12], picture="channel", channel=30)
    for frame in found:
        assert (frame.number == 30) == (frame.layer.channels > 30)
    pixels = strip.pixels(found)
    assert pixels.shape == (18, 24, 24)
    assert (pixels[1] == NO_VALUE).all()  # block 1a has 16 maps
    assert found[1].layer.channels == 16
    with pytest.raises(LayerError, match="mean, strongest, channel"):
        strip.frames(model, faces.images[12], picture="loudest")


def test_frames_are_enlarged_by_whole_pixels(faces, model):
    found = strip.frames(model, faces.images[12])
    small = scaling.scale(found[-1].values[..., np.newaxis], "each").pixels[0]
    np.testing.assert_array_equal(strip.pixels(found)[-1], np.kron(small, np.ones((12, 12))))


def test_the_sample_is_evenly_spaced_and_has_both_ends():
    np.testing.assert_array_equal(over_faces.sample(5, 10), range(5))
    np.testing.assert_array_equal(over_faces.sample(9, 3), [0, 4, 8])
    many = over_faces.sample(35_887, 1000)
    assert len(np.unique(many)) == 1000
    assert (many[0], many[-1]) == (0, 35_886)
    assert set(np.diff(many)) <= {35, 36}


def test_alikeness_is_cka_of_all_maps_of_all_faces(faces, model):
    few = faces.without(range(24, len(faces)))
    names = ["stem_activation", "block3b_add", "top_activation"]
    told = []
    found = over_faces.alike(model, few, names, progress=lambda done, of: told.append((done, of)))
    tables = [
        np.stack([model.feature_maps(image, name).ravel() for image in few.images])
        for name in names
    ]
    expected = similarity.cka_matrix(tables, debiased=True)
    np.testing.assert_allclose(found.matrix, expected, atol=1e-4)
    assert (found.n_faces, found.n_all, found.side) == (24, 24, 24)
    assert told[-1] == (24, 24)
    again = over_faces.alike(model, few, names, progress=lambda *_: pytest.fail("made twice"))
    assert again is found


def test_maps_are_reduced_where_the_tables_would_be_too_large(faces, model, monkeypatch):
    few = faces.without(range(6, len(faces)))
    monkeypatch.setattr(over_faces, "_TABLE_BYTES", 6 * 4 * 40 * 1000)
    found = over_faces.alike(model, few, ["stem_activation", "block2b_add"])
    assert found.side == 24  # 18432 + 3456 numbers a face
    monkeypatch.setattr(over_faces, "_TABLE_BYTES", 6 * 4 * 9000)
    smaller = over_faces.alike(model, few, ["stem_activation", "block2a_project_bn"])
    assert smaller.side == 12
    tables = []
    for name in ("stem_activation", "block2a_project_bn"):
        maps = np.stack([model.feature_maps(image, name) for image in few.images])
        if maps.shape[1] == 24:  # each pixel of the half is a triangle over four by four
            kernel = np.array([1, 3, 3, 1]) / 8
            padded = np.pad(maps, ((0, 0), (1, 1), (1, 1), (0, 0)))
            weight = np.pad(np.ones((24, 24)), 1)
            blocks = [
                [
                    np.einsum("i,j,nijc->nc", kernel, kernel, padded[:, r : r + 4, c : c + 4])
                    / np.einsum("i,j,ij->", kernel, kernel, weight[r : r + 4, c : c + 4])
                    for c in range(0, 24, 2)
                ]
                for r in range(0, 24, 2)
            ]
            maps = np.array(blocks).transpose(2, 0, 1, 3)
        tables.append(maps.reshape(len(few), -1))
    expected = similarity.cka_matrix(tables, debiased=True)
    np.testing.assert_allclose(smaller.matrix, expected, atol=1e-4)


def test_too_few_faces_are_refused_in_a_sentence(faces, model):
    with pytest.raises(similarity.SimilarityError, match="at least 4 faces"):
        over_faces.alike(model, faces.without(range(3, len(faces))), ["stem_conv", "top_conv"])


def test_the_spread_of_the_tutorials_slip_is_hundreds_of_times_smaller(faces, model):
    right, count = over_faces.spread_over(model, faces)
    slip, _ = over_faces.spread_over(model, faces, "0-1")
    assert count == 280
    assert right == pytest.approx(spread(model.pooled(faces.images)))
    assert right > 100 * slip


def test_the_heat_map_can_be_clicked_cell_by_cell():
    matrix = np.array([[1, 0.2, np.nan], [0.2, 1, 0.5], [np.nan, 0.5, 1]])
    figure = alike_map(matrix, ["stem_activation", "block1a_project_bn", "top_conv"], (0, 1))
    heat, points = figure.data
    np.testing.assert_array_equal(heat.z, matrix)
    assert list(figure.layout.xaxis.ticktext) == ["stem", "block 1a", "top_conv"]
    for i, (x, y) in enumerate(zip(points.x, points.y, strict=True)):
        assert (y, x) == divmod(i, 3)
    assert "block1a_project_bn<br>top_conv<br><b>0.50</b>" in points.hovertext
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # shallow layers on top


def test_what_many_ask_for_at_once_is_made_once():
    kept, made = Kept(2), []

    def make():
        time.sleep(0.05)
        made.append(1)
        return len(made)

    got = []
    threads = [
        threading.Thread(target=lambda: got.append(kept.get_or_compute("a", make)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [1] * 8
    kept.get_or_compute("b", make)
    kept.get("a")
    kept.get_or_compute("c", make)
    assert kept.get("b") is None  # the one unused for longest gave way
    assert kept.get("a") == 1


def test_what_fails_is_tried_again():
    kept = Kept(2)
    with pytest.raises(ZeroDivisionError):
        kept.get_or_compute("a", lambda: 1 // 0)
    assert kept.get_or_compute("a", lambda: 7) == 7
