"""Every page as a visitor meets it, without a browser, and what it answers to nonsense."""

import io
import json
import re

import numpy as np
import pytest
import streamlit as st
from conftest import ROOT
from PIL import Image
from streamlit.testing.v1 import AppTest

from fercore import weights
from fercore.plots import EMOTION_COLOURS

MAPS = "pages/feature_maps.py"


@pytest.fixture(autouse=True)
def sample_only(monkeypatch, tmp_path):
    """No data folder but the test's own, and no weights but the built-in ones."""
    monkeypatch.setenv("FERCORE_DATA", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(weights, "_downloads", {})
    st.cache_data.clear()
    st.cache_resource.clear()
    return tmp_path


def visit(page=None, **parameters):
    """The app after a first visit by a link."""
    app = AppTest.from_file(str(ROOT / "ui" / "main.py"), default_timeout=120)
    for name, value in parameters.items():
        app.query_params[name] = str(value)
    if page is None:
        return app.run()
    app.run()
    for name, value in parameters.items():
        app.query_params[name] = str(value)
    return app.switch_page(str(ROOT / page)).run()


def said(app):
    """All text on the page: captions, warnings, errors, headers."""
    kinds = ("caption", "warning", "error", "header", "info", "markdown")
    return "\n".join(element.value for kind in kinds for element in getattr(app, kind))


def fine(app):
    assert not app.exception
    assert not app.error
    return app


def test_faces_is_the_default_page_and_counts_every_emotion():
    app = fine(visit())
    assert "Which face shall we look into?" in app.header[0].value
    assert "280" in said(app)
    assert "Faces of each emotion: 40." in said(app)
    assert "Rendered, not photographed" in said(app)
    assert "Angry · Training · person 0" in said(app)


def test_class_balance_shows_every_emotion_with_its_count_the_largest_on_top(sample_only):
    (sample_only / "mine.csv").write_text(fer_csv([(3, 10), (4, 30), (4, 20), (0, 40)]))
    app = fine(visit(dataset="mine.csv", emotion="Sad"))
    bars = next(html.proto.body for html in app.get("html") if "<dl" in html.proto.body)
    shown = re.findall(r"<dt>(\w+)</dt>.*?width:([\d.]+)%;background:(#\w+).*?>(\d+)</dd>", bars)
    assert shown[0][0] == "Sad"
    assert {name: int(count) for name, _, _, count in shown if count != "0"} == {
        "Sad": 2,
        "Angry": 1,
        "Happy": 1,
    }
    widths = {name: float(width) for name, width, *_ in shown}
    assert widths["Sad"] == 2 * widths["Happy"] == 100
    assert all(colour == EMOTION_COLOURS[name] for name, _, colour, _ in shown)
    assert bars.count('quiet"') == len(shown) - 1


def test_a_link_chooses_the_face_and_the_emotion():
    app = fine(visit(face=12, emotion="Surprise"))
    assert app.number_input(key="face").value == 12
    assert "Surprise · Training · person 1" in said(app)
    assert "Faces 1–40 of 40" in said(app)


def test_feature_maps_say_what_they_are():
    app = fine(visit(MAPS, face=12, layer="block2a_expand_conv"))
    assert (
        "block2a_expand_conv · 24 × 24 · 96 maps · EfficientNetLite0, ImageNet · input 48, 0-255"
        in said(app)
    )
    assert "copied, not coloured" in said(app)
    assert app.selectbox(key="layer").value == "block2a_expand_conv"


def test_the_short_list_has_convolutions_and_block_outputs_and_all_layers_come_on_request():
    app = fine(visit(MAPS))
    short = len(app.selectbox(key="layer").options)
    app = fine(visit(MAPS, list="every"))
    assert len(app.selectbox(key="layer").options) == 156
    assert 40 < short < 100


def test_next_and_previous_go_through_the_list():
    app = fine(visit(MAPS, layer="stem_conv", list="every"))
    fine(app.button(key="next_layer").click().run())
    assert app.selectbox(key="layer").value == "stem_bn"
    fine(app.button(key="previous_layer").click().run())
    assert app.selectbox(key="layer").value == "stem_conv"
    assert app.query_params["layer"] == "stem_conv"


def test_sixteen_maps_at_a_time_and_the_next_sixteen():
    app = fine(visit(MAPS, show="16", part="2"))
    next_sixteen = next(button for button in app.button if button.label == "Next 16")
    fine(next_sixteen.click().run())
    assert app.query_params["part"] == "3"
    assert app.number_input(key="part").label == "Part, of 6"


@pytest.mark.parametrize("layer", ["max_pool", "rescaling", "top_conv", "block7a_project_bn"])
def test_layers_of_every_kind_are_shown(layer):
    app = fine(visit(MAPS, layer=layer, list="every"))
    assert f"{layer} · " in said(app)


def test_vectors_are_shown_as_bars():
    app = fine(visit(MAPS, layer="max_pool", list="every"))
    assert "1280 numbers" in said(app)
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert figure["data"][0]["type"] == "bar"


@pytest.mark.parametrize(
    ("page", "link", "words"),
    [
        (None, {"face": 280}, "has no face 280"),
        (None, {"face": -1}, "face='-1'"),
        (None, {"face": "abc"}, "face='abc'"),
        (None, {"emotion": "Joy"}, "emotion='Joy'"),
        (None, {"emotion": "Contempt"}, "no emotion “Contempt”"),
        (None, {"split": "Test"}, "split='Test'"),
        (None, {"dataset": "../../etc/passwd"}, "There is no data set called"),
        (None, {"model": "ResNet50"}, "EfficientNetB7"),
        (None, {"size": 64}, "48, 96, 160 or 224"),
        (MAPS, {"layer": "block2a_expand_con"}, "Did you mean block2a_expand_conv"),
        (MAPS, {"layer": "block2a_se_excite"}, "no layer called"),
        (MAPS, {"block": "block 9z"}, "no block"),
        (MAPS, {"scale": "log"}, "one of each, layer, centred"),
        (MAPS, {"map": "x"}, "map='x'"),
    ],
)
def test_nonsense_in_a_link_is_answered_by_one_sentence_and_the_page_goes_on(page, link, words):
    app = visit(page, **link)
    assert not app.exception
    assert not app.error
    assert len(app.warning) == 1
    assert words in app.warning[0].value
    assert app.header
    fine(app.run())
    assert not app.warning  # said once


def test_a_model_that_is_not_at_hand_is_offered_and_the_one_in_use_stays(monkeypatch):
    app = fine(visit(MAPS, model="EfficientNetB0"))
    assert "16 MB of weights, once. Still showing EfficientNetLite0" in said(app)
    assert "EfficientNetLite0, ImageNet" in said(app)


def test_random_weights_need_no_download():
    app = fine(visit(MAPS, model="EfficientNetB0", weights="random"))
    assert "EfficientNetB0, random, seed 0" in said(app)


def test_the_tutorials_range_says_what_it_costs():
    app = fine(visit(MAPS, range="0-1"))
    assert "input 48, 0-1" in said(app)
    assert "almost black" in said(app)
    assert "280 faces" in said(app)


def test_a_data_folder_that_does_not_exist_is_said_and_the_sample_goes_on(monkeypatch, tmp_path):
    monkeypatch.setenv("FERCORE_DATA", str(tmp_path / "nowhere"))
    app = visit()
    assert not app.exception
    assert "does not exist or cannot be read" in said(app)
    assert "280" in said(app)


def fer_csv(rows):
    pixels = " ".join(["7"] * 2303)
    lines = [f"{label},{first} {pixels},Training" for label, first in rows]
    return "emotion,pixels,Usage\n" + "\n".join(lines) + "\n"


def test_a_csv_of_the_data_folder_loads_less_its_bad_rows(sample_only):
    text = fer_csv([(3, 10), (4, 300), (0, 20)]) + "5,1 2 3,Training\n"
    (sample_only / "mine.csv").write_text(text)
    app = fine(visit(dataset="mine.csv"))
    assert "2 of 4 rows were left out." in said(app)


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "empty"), ("<!DOCTYPE html><html></html>", "web page"), ("a,b\n1,2\n", "pixels")],
)
def test_a_file_that_is_no_data_set_is_answered_by_one_sentence(sample_only, content, words):
    (sample_only / "fer2013.csv").write_text(content)
    app = fine(visit(dataset="fer2013.csv"))
    assert len(app.warning) == 1
    assert words in app.warning[0].value
    assert "Showing the sample" in app.warning[0].value
    assert "280" in said(app)


def test_a_folder_of_pictures_loads(sample_only):
    folder = sample_only / "mine" / "train" / "happy"
    folder.mkdir(parents=True)
    held = io.BytesIO()
    Image.fromarray(np.full((48, 48), 90, np.uint8)).save(held, "PNG")
    (folder / "a.png").write_bytes(held.getvalue())
    (folder / "broken.png").write_bytes(held.getvalue()[:30])
    app = fine(visit(dataset="mine"))
    assert "Happy · Training" in said(app)
