"""The Clusters page as a visitor meets it, without a browser."""

import io
import json
import time

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from test_app import fine, said, sample_only, visit  # noqa: F401 (sample_only is a fixture)

from fercore import clustering, datasets, models
from ui.clusters import downloads as clusters_downloads
from ui.clusters.question import FacesQuestion, Question

CLUSTERS = "pages/clusters.py"


def settled(app):
    """The page once the sweep is complete."""
    end = time.monotonic() + 60
    while any(button.label == "Stop" for button in app.button) and time.monotonic() < end:
        time.sleep(0.1)
        app.run()
    return fine(app)


def bold(app):
    return [each.value for each in app.markdown if each.value.startswith("#####")]


def press(app, label):
    next(button for button in app.button if button.label == label).click()
    return settled(app.run())


def figures(app):
    """The charts that show something."""
    specs = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    return [spec for spec in specs if spec["data"]]


def test_nothing_is_computed_before_it_is_asked_for():
    app = fine(visit(CLUSTERS, face=12, k_max=5))
    assert app.header[0].value == "Do these maps fall into groups?"
    assert not figures(app)
    assert bold(app) == ["##### 96 maps of 576 numbers each. Which of them belong together?"]
    app = press(app, "Group the maps")
    assert len(figures(app)) == 2
    assert len(bold(app)) == 1


def test_a_link_with_k_is_the_wish_and_gives_what_the_core_gives():
    app = settled(visit(CLUSTERS, face=12, layer="block5a_project_bn", k=4, k_max=6))
    maps = models.load("EfficientNetLite0").feature_maps(
        datasets.load().images[12], "block5a_project_bn"
    )
    sweep = clustering.elbow(maps, k_max=6)
    assert bold(app) == [f"##### {sweep.verdict.text}"]
    for cluster, numbers in enumerate(sweep.order(4)):
        assert f"**Cluster {cluster}** · {len(numbers)} maps" in said(app)
    assert "**Cluster 4**" not in said(app)
    assert app.number_input(key="k").value == 4
    assert "block5a_project_bn · 3 × 3 · 112 maps · EfficientNetLite0, ImageNet · input 48" in said(
        app
    )
    assert app.query_params["k"] == "4"


def test_without_a_choice_the_suggested_k_is_shown():
    app = press(visit(CLUSTERS, face=12, k_max=6), "Group the maps")
    maps = models.load("EfficientNetLite0").feature_maps(
        datasets.load().images[12], "block2a_expand_conv"
    )
    sweep = clustering.elbow(maps, k_max=6)
    suggested = sweep.verdict.k or sweep.suggested["elbow"]
    assert app.number_input(key="k").value is None
    assert app.number_input(key="k").placeholder == f"{suggested}, suggested"
    assert f"**Cluster {suggested - 1}**" in said(app)
    assert f"**Cluster {suggested}**" not in said(app)


def test_another_seed_is_another_question_and_the_address_carries_it():
    app = settled(visit(CLUSTERS, face=12, k=3, k_max=4))
    app.number_input(key="k_seed").set_value(5)
    app = press(app, "Group the maps")
    assert app.query_params["k_seed"] == "5"
    assert app.query_params["k_max"] == "4"


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"k": "x"}, "k='x'"),
        ({"k": 51}, "a whole number from 1 to 50"),
        ({"k": 9, "k_max": 4}, "This sweep ends at k = 4: there is no k = 9."),
        ({"k_max": 1}, "a whole number from 2 to 50"),
        ({"what": "tsne"}, "one of raw, standardised, responses"),
        ({"group": "people"}, "one of maps, faces"),
        ({"map": 96}, "has no map 96"),
        ({"layer": "top_con"}, "Did you mean top_conv"),
    ],
)
def test_nonsense_in_a_link_is_answered_by_one_sentence_and_the_page_goes_on(link, words):
    app = visit(CLUSTERS, **link)
    assert not app.exception
    assert not app.error
    assert len(app.warning) == 1
    assert words in app.warning[0].value
    assert any(button.label == "Group the maps" for button in app.button)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"layer": "rescaling"}, "All 3 maps are equal: there is nothing to group."),
        ({"layer": "max_pool", "what": "standardised"}, "has no pattern to compare"),
        ({"layer": "rescaling", "what": "responses"}, "All 3 maps are equal"),
    ],
)
def test_what_cannot_be_grouped_is_answered_by_a_sentence(link, words):
    app = visit(CLUSTERS, list="every", k=2, **link)
    assert not app.exception
    assert len(app.error) == 1
    assert words in app.error[0].value
    assert any(button.label == "Group the maps" for button in app.button)


def test_vectors_are_grouped_and_shown_as_dots():
    app = settled(visit(CLUSTERS, layer="max_pool", list="every", k=3, k_max=3))
    _, _, dots = figures(app)
    assert len(dots["data"]) == 3
    assert not any(button.label == "Groups, PNG" for button in app.get("download_button"))


def test_dead_maps_are_counted_and_left_out_on_request():
    app = settled(visit(CLUSTERS, face=12, layer="stem_activation", k=2, k_max=3))
    dead = next(c for c in app.segmented_control if c.key == "dead")
    maps = models.load("EfficientNetLite0").feature_maps(
        datasets.load().images[12], "stem_activation"
    )
    count = int((np.ptp(maps, axis=(0, 1)) == 0).sum())
    assert count > 0
    assert dead.label == f"Dead maps: {count}"
    assert f"{count} dead (constant) maps" in said(app)
    app = settled(visit(CLUSTERS, face=12, layer="stem_activation", k=2, dead="leave_out", k_max=3))
    assert f"Left out as dead (constant): {count} maps." in said(app)


def test_the_maps_answers_to_many_faces_can_be_grouped():
    app = settled(visit(CLUSTERS, what="responses", k=2, k_max=4))
    assert "answers to many faces" in said(app)
    assert bold(app)


def test_a_map_is_opened_beside_the_groups():
    app = settled(visit(CLUSTERS, face=12, k=4, map=17, k_max=6))
    assert app.number_input(key="map").value == 17
    assert "from its centre · silhouette" in said(app)


def test_faces_in_groups_beside_their_emotions():
    app = fine(visit(CLUSTERS, group="faces", k_max=8))
    assert app.header[0].value == "Do these faces fall into groups?"
    assert not figures(app)
    app.number_input(key="k_max").set_value(7)
    app = press(app, "Group the faces")
    (sentence,) = bold(app)
    assert "k-means recovers a little of the emotions: adjusted Rand index" in sentence
    _, _, table = figures(app)
    assert table["data"][0]["x"] == list(datasets.load().emotions)
    counts = np.array(table["data"][0]["text"]).astype(int)
    assert counts.sum() == 280
    assert (counts.sum(axis=0) == 40).all()
    assert (np.diff(counts.sum(axis=1)) <= 0).all()  # the largest cluster first


def test_to_go_from_maps_to_faces_begins_nothing():
    app = settled(visit(CLUSTERS, k=2, k_max=3))
    next(c for c in app.segmented_control if c.key == "group").set_value("faces").run()
    assert app.header[0].value == "Do these faces fall into groups?"
    assert not figures(fine(app))
    assert "k" not in app.query_params


def test_faces_by_a_layers_means():
    app = settled(visit(CLUSTERS, group="faces", by="layer", layer="stem_conv", k=3, k_max=3))
    assert "the means of the 32 maps of stem_conv" in said(app)


def question(**changes):
    model, faces = models.load("EfficientNetLite0"), datasets.load()
    given = {
        "model": model,
        "layer": model.layer("block2a_expand_conv"),
        "faces": faces,
        "position": 12,
        "input_range": "0-255",
        "what": "raw",
        "drop_dead": False,
        "k_max": 5,
        "seed": 0,
    }
    return Question(**given | changes)


def answer(asked):
    *_, sweep = asked.answer(lambda share, text: None, lambda: False)
    return sweep


def test_every_choice_makes_another_key():
    model = models.load("EfficientNetLite0")
    others = [
        {"position": 13},
        {"layer": model.layer("top_conv")},
        {"input_range": "0-1"},
        {"what": "standardised"},
        {"drop_dead": True},
        {"k_max": 6},
        {"seed": 1},
        {"model": models.load("EfficientNetLite0", weights=None)},
    ]
    keys = {question().key, *(question(**other).key for other in others)}
    assert len(keys) == len(others) + 1
    assert question().key == question().key


def test_downloads_hold_what_the_core_says(monkeypatch):
    monkeypatch.setattr(clusters_downloads.state, "get", {"scale": "each", "colours": "grey"}.get)
    asked = question()
    sweep = answer(asked)
    table = pd.read_csv(io.BytesIO(clusters_downloads.assignments(sweep, 3)))
    assert list(table.columns) == ["map", "cluster", "distance", "silhouette"]
    assert (table["cluster"] == sweep.labels(3)).all()
    curves = pd.read_csv(io.BytesIO(clusters_downloads.curves(sweep)))
    np.testing.assert_allclose(curves["inertia"], sweep.table["inertia"])
    picture = Image.open(io.BytesIO(clusters_downloads.picture(asked, sweep, 3)))
    assert picture.width > 16 * 48


def test_the_assignment_of_faces_names_each_by_its_row():
    model = models.load("EfficientNetLite0")
    asked = FacesQuestion(model, model.layer("stem_conv"), datasets.load(), "0-255", 3, 0)
    sweep = answer(asked)
    table = pd.read_csv(io.BytesIO(clusters_downloads.face_assignments(asked, sweep, 3)))
    assert list(table["face"]) == list(datasets.load().rows)
    assert table["emotion"][12] == "Surprise"
    assert (table["cluster"] == sweep.labels(3)).all()
