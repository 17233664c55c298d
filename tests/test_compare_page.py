"""The page Compare as a visitor meets it, without a browser."""

import json
import random
import re

import numpy as np
import pytest
from test_app import fine, said, sample_only, visit  # noqa: F401  (a fixture)

from fercore import datasets, differences, features, models, weights
from fercore.comparison import PRESETS, SETTINGS, Pane
from fercore.comparison_text import from_text
from ui import engine, state

COMPARE = "pages/compare.py"

CAPTION = re.compile(
    r"Face (\d+) · (\w+) · [^·]+ · [^·]+ · (\w+), (ImageNet|random, seed 0) · input (\d+), (\S+)"
)


def shown(app):
    """The panes by what stands below their maps."""
    found = []
    for caption in app.main.caption:
        match = CAPTION.fullmatch(caption.value)
        if match:
            face, layer, model, kind, size, input_range = match.groups()
            kind = kind.split(",")[0]
            found.append(Pane(int(face), layer, model, kind, int(size), input_range))
    return found


def one(app, name):
    """A parameter of the address, or None."""
    value = app.query_params.get(name)
    return value[0] if isinstance(value, list) else value


def address(app):
    """The panes by what the address says."""
    values = {}
    for name in SETTINGS:
        text = one(app, name)
        values[name] = state.SETTINGS[name].read(text) if text else state.default(name)
    comparison, faults = from_text(one(app, "against") or "", Pane(**values))
    assert not faults
    return comparison


def agree(app):
    """The address describes the screen."""
    comparison = address(app)
    assert shown(app) == list(comparison.panes)
    assert app.button_group(key="own").value == [n for n in SETTINGS if n in comparison.own]
    return comparison


def test_a_first_visit_shows_the_tutorials_figure():
    app = fine(visit(COMPARE, face=12))
    panes = agree(app).panes
    assert [pane.layer for pane in panes] == [
        "block2a_expand_conv",
        "block4a_expand_conv",
        "top_conv",
    ]
    assert "Only the layer differs; all else is the same in these three panes." in said(app)
    assert app.button_group(key="preset").value == "layer"
    assert "against" not in app.query_params


@pytest.mark.parametrize("name", [name for name in PRESETS if name != "model"])
def test_each_preset_is_one_click_and_its_link_comes_back(name):
    app = fine(visit(COMPARE, face=12, layer="stem_conv"))
    app.button_group(key="preset").set_value(name)
    fine(app.run())
    comparison = agree(app)
    assert comparison.differing == [name]
    link = {key: one(app, key) for key in app.query_params}
    again = fine(visit(COMPARE, **link))
    assert shown(again) == shown(app)
    assert again.button_group(key="preset").value == name


def test_two_emotions_are_those_of_the_same_person():
    app = fine(visit(COMPARE, face=12))
    app.button_group(key="preset").set_value("face")
    faces = datasets.load()
    first, second = (pane.face for pane in agree(fine(app.run())).panes)
    assert faces.persons[first] == faces.persons[second]
    assert faces.labels[first] != faces.labels[second]


def test_the_spread_stands_beside_the_tutorials_slip():
    app = fine(visit(COMPARE, face=12, against="range.0-1"))
    text = next(m.value for m in app.markdown if "How far apart" in m.value)
    right, slip = map(float, re.findall(r"\*\*(.+?)\*\*", text))
    assert "280 faces" in text
    assert right > 100 * slip


def test_after_random_actions_the_address_describes_the_screen_and_locks_hold():
    app = fine(visit(COMPARE, face=12))
    dice = random.Random(7)
    for _ in range(14):
        comparison = address(app)
        what = dice.choice(["own", "own", "menu", "menu", "value", "sidebar", "preset"])
        if what == "own":
            name = dice.choice(["face", "layer", "weights", "range"])
            app.button_group(key="own").set_value(sorted(comparison.own ^ {name}))
        elif what == "menu":
            menu = app.menu_button(key=f"pane_{dice.randint(1, len(comparison.panes))}_menu")
            menu.click(dice.choice(menu.options))
        elif what == "value" and comparison.own & {"face", "weights", "range"}:
            name = dice.choice(sorted(comparison.own & {"face", "weights", "range"}))
            key = f"pane_{dice.randint(1, len(comparison.panes))}_{name}"
            if name == "face":
                app.number_input(key=key).set_value(dice.randint(0, 279))
            else:
                box = app.selectbox(key=key)
                box.set_value(
                    dice.choice(
                        {"weights": ["ImageNet", "random"], "range": ["0-255", "0-1"]}[name]
                    )
                )
        elif what == "sidebar":
            app.number_input(key="face").set_value(dice.randint(0, 279))
        elif what == "preset":
            app.button_group(key="preset").set_value(dice.choice(["face", "weights", "layer"]))
        fine(app.run())
        for name in set(SETTINGS) - agree(app).own:
            assert len({getattr(pane, name) for pane in shown(app)}) == 1


def test_the_sidebar_sets_what_is_the_same_in_all_panes_and_the_first_pane_of_what_is_not():
    app = fine(visit(COMPARE, face=12, against="weights.random"))
    app.number_input(key="face").set_value(30)
    app.button_group(key="weights").set_value("random")
    panes = agree(fine(app.run())).panes
    assert [pane.face for pane in panes] == [30, 30]
    assert [pane.weights for pane in panes] == ["random", "random"]


def test_an_impossible_pane_says_so_and_the_others_work():
    app = visit(COMPARE, face=12, against="layer.block9z_conv.top_conv~face.10.4000")
    assert not app.exception
    assert len(app.error) == 2
    assert "no layer called “block9z_conv”" in app.error[0].value
    assert "has no face 4000" in app.error[1].value
    assert [pane.layer for pane in shown(app)] == ["block2a_expand_conv"]


def test_a_model_without_its_weights_is_offered_in_its_pane():
    app = fine(visit(COMPARE, face=12))
    app.button_group(key="preset").set_value("model")
    fine(app.run())
    assert [pane.model for pane in shown(app)] == ["EfficientNetLite0"]
    assert "EfficientNetB0 needs 16 MB of weights, once." in said(app)
    assert [button.label for button in app.button if button.label == "Download"] == ["Download"]


def test_a_download_that_fails_says_so_in_its_pane(monkeypatch):
    def fail(name, *_):
        raise OSError("no network")

    monkeypatch.setattr(weights, "_downloads", {})
    app = fine(visit(COMPARE, face=12, against="model.EfficientNetB0"))
    monkeypatch.setattr(models, "start_download", lambda name: weights.download(name, fail))
    app.button(key="pane_2_download").click()
    fine(app.run())
    weights.download_state("EfficientNetB0").wait(5)
    fine(app.run())
    assert "could not be downloaded" in said(app)
    assert len(shown(app)) == 1


def test_random_weights_of_another_model_need_no_download():
    app = fine(visit(COMPARE, face=12, weights="random", against="model.EfficientNetB0"))
    assert [pane.model for pane in agree(app).panes] == ["EfficientNetLite0", "EfficientNetB0"]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"against": "size.64"}, "“64” is no input size"),
        ({"against": "face.1.2.3.4"}, "at most 4"),
        ({"against": "x" * 5000}, "names no setting"),
        ({"against": "layer.![a](http://b)"}, "is no layer"),
        ({"layer": "![a](http://b)"}, "no layer's name"),
        ({"tab": "film"}, "one of panes, difference"),
        ({"scales": "log"}, "one of matched"),
        ({"pick": 96}, "Pane 1 has no map 96"),
        ({"pick": 3, "pick_in": 4}, "Pane 4 has no map 3"),
        ({"pair": "1-1"}, "one of 1-2"),
    ],
)
def test_nonsense_in_a_link_is_answered_by_one_sentence(link, words):
    app = fine(visit(COMPARE, face=12, **link))
    assert len(app.warning) == 1
    assert words in app.warning[0].value
    assert "](" not in app.warning[0].value
    fine(app.run())
    assert not app.warning
    agree(app)


def test_where_layers_differ_the_maps_most_like_the_chosen_one_are_named():
    app = fine(visit(COMPARE, face=12, pick=8))
    model, image = models.load("EfficientNetLite0"), datasets.load().images[12]
    chosen = model.feature_maps(image, "block2a_expand_conv")[..., 8]
    best = differences.match(chosen, model.feature_maps(image, "block4a_expand_conv"), 1)
    expected = (
        f"Most like map 8 of pane 1: **map {best['map'][0]}**, correlation "
        f"{best['correlation'][0]:.2f} over 6 × 6 positions."
    )
    assert expected in said(app)


def test_the_difference_is_numpys_and_its_table_comes_as_csv():
    app = fine(visit(COMPARE, face=12, against="face.10", tab="difference", pick=29))
    model, images = models.load("EfficientNetLite0"), datasets.load().images
    first, second = (model.feature_maps(images[i], "block2a_expand_conv") for i in (12, 10))
    size = np.abs(first - second)[..., 29].mean()
    correlation = np.corrcoef(first[..., 29].ravel(), second[..., 29].ravel())[0, 1]
    assert f"mean absolute difference **{size:.3g}** · correlation **{correlation:.2f}**" in said(
        app
    )


def test_a_difference_needs_the_same_layer_and_offers_it():
    app = fine(visit(COMPARE, face=12, tab="difference"))
    assert "Only maps of the same layer can be subtracted" in said(app)
    next(b for b in app.button if b.label == "Show block2a_expand_conv in all panes").click()
    fine(app.run())
    assert "On average the maps differ by **0**" in said(app)
    assert "layer" not in address(app).own


def test_a_difference_of_sizes_is_refused_in_a_sentence():
    app = visit(COMPARE, face=12, against="size.96", tab="difference")
    assert not app.exception
    assert "Choose the same layer and input size" in app.error[0].value


def test_vectors_are_bars_in_panes_and_in_the_difference():
    for tab, count in (("panes", 2), ("difference", 1)):
        link = {"layer": "max_pool", "list": "every", "against": "face.10", "tab": tab}
        app = fine(visit(COMPARE, face=12, **link))
        figures = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
        assert [figure["data"][0]["type"] for figure in figures] == ["bar"] * count


def test_the_strip_is_played_by_previous_and_next():
    app = fine(visit(COMPARE, face=12, tab="strip"))
    assert "**Step 1 of 18**" in said(app)
    assert "stem" in said(app)
    app.button(key="next_stage").click()
    fine(app.run())
    assert "**Step 2 of 18**" in said(app)
    assert "block 1a" in said(app)
    assert one(app, "stage") == "2"
    app.button(key="previous_stage").click()
    assert "**Step 1 of 18**" in said(fine(app.run()))
    assert app.button(key="previous_stage").disabled


def test_the_strip_has_one_row_for_each_face_and_model_but_not_for_each_layer():
    def rows(**link):
        app = fine(visit(COMPARE, face=12, tab="strip", **link))
        return len(app.get("bidi_component"))

    assert rows() == 1
    assert rows(against="weights.random.ImageNet~layer.top_conv.top_bn") == 2


def test_how_alike_layers_are_over_all_faces_and_a_pair_is_opened():
    app = fine(visit(COMPARE, face=12, tab="alike", against="layer.top_activation"))
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert figure["data"][0]["type"] == "heatmap"
    assert "over 280 faces" in said(app)
    app.selectbox(key="alike_one").set_value("block1a_project_bn")
    fine(app.run())
    next(b for b in app.button if b.label == "Open side by side").click()
    panes = agree(fine(app.run())).panes
    assert [pane.layer for pane in panes] == ["block1a_project_bn", "top_activation"]


def test_panes_that_differ_in_the_layer_alone_need_one_pass(monkeypatch):
    passes = []
    real = features.Extractor._pass
    monkeypatch.setattr(
        features.Extractor,
        "_pass",
        lambda self, image, *rest: (passes.append(image), real(self, image, *rest))[1],
    )
    features.CACHE.clear()
    fine(visit(COMPARE, face=77, against="layer.top_conv.top_bn.stem_conv"))
    wanted = datasets.load().images[77]
    assert sum(np.array_equal(image, wanted) for image in passes) == 1


def test_a_map_of_a_third_pane_does_not_disturb_the_difference_of_the_first_two():
    link = {"against": "layer.block2a_expand_conv.top_conv", "pick": 900, "pick_in": 3}
    app = fine(visit(COMPARE, face=12, tab="difference", **link))
    assert "On average the maps differ by **0**" in said(app)


def test_the_code_and_the_link_are_made_only_when_asked_for():
    app = fine(visit(COMPARE, face=12))
    assert not app.code
    assert [button.label for button in app.get("download_button")] == ["Picture, PNG"]


def test_models_are_loaded_with_a_progress_bar_that_goes_away(monkeypatch):
    told = []
    real = engine.load_with_progress

    def load(settings, show, patience=0.5):
        show(0.5, f"Loading {settings[0]}")
        told.append(settings[1])
        return real(settings, show, patience)

    monkeypatch.setattr(engine, "load_with_progress", load)
    app = fine(visit(COMPARE, face=12, against="size.96"))
    assert {48, 96} <= set(told)
    assert not app.get("progress")
