"""Panes, locks and links: whatever is done, what is locked is equal and the link tells all."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercore import datasets
from fercore.comparison import (
    PRESETS,
    SETTINGS,
    Comparison,
    ComparisonError,
    Pane,
    other_face,
    preset,
    usual,
)
from fercore.comparison_text import from_text, is_layer_name, to_text

FIRST = Pane(12, "block2a_expand_conv", "EfficientNetLite0", "ImageNet", 48, "0-255")

VALUES = {
    "face": st.integers(0, 40_000),
    "layer": st.sampled_from(["stem_conv", "block2a_expand_conv", "top_conv", "max_pool"]),
    "model": st.sampled_from(["EfficientNetLite0", "EfficientNetB0", "EfficientNetB7"]),
    "weights": st.sampled_from(["ImageNet", "random"]),
    "size": st.sampled_from([48, 96, 160, 224]),
    "range": st.sampled_from(["0-255", "0-1"]),
}
NAMES = st.sampled_from(list(SETTINGS))
PLACES = st.integers(0, 3)
ACTIONS = st.one_of(
    NAMES.flatmap(lambda n: st.tuples(st.just("with_value"), PLACES, st.just(n), VALUES[n])),
    st.tuples(st.sampled_from(["lock", "unlock"]), NAMES),
    st.tuples(st.sampled_from(["duplicate", "remove"]), PLACES),
    st.tuples(st.just("swap"), PLACES, PLACES),
    st.tuples(st.just("preset"), st.sampled_from(list(PRESETS)), VALUES["face"]),
)


def do(comparison, action):
    """What a visitor may do; what is refused changes nothing."""
    name, *arguments = action
    try:
        if name == "preset":
            return preset(arguments[0], comparison.panes[0], arguments[1])
        return getattr(comparison, name)(*arguments)
    except ComparisonError:
        return comparison


@settings(max_examples=300, deadline=None)
@given(st.lists(ACTIONS, max_size=25))
def test_after_any_actions_locked_settings_are_equal_and_the_link_tells_the_panes(actions):
    comparison = usual(FIRST)
    for action in actions:
        comparison = do(comparison, action)
        for name in set(SETTINGS) - comparison.own:
            assert len({getattr(pane, name) for pane in comparison.panes}) == 1
        assert from_text(to_text(comparison), comparison.panes[0]) == (comparison, [])


@settings(max_examples=200, deadline=None)
@given(st.lists(ACTIONS, max_size=6), ACTIONS)
def test_an_action_touches_only_what_it_says(actions, action):
    comparison = usual(FIRST)
    for earlier in actions:
        comparison = do(comparison, earlier)
    after = do(comparison, action)
    if action[0] == "with_value" and action[1] < len(comparison.panes):
        _, at, name, value = action
        for i, (old, new) in enumerate(zip(comparison.panes, after.panes, strict=True)):
            changed = i == at or name not in comparison.own
            assert new == (replace(old, **{name: value}) if changed else old)
    if action[0] == "swap":
        assert sorted(map(str, after.panes)) == sorted(map(str, comparison.panes))
    if action[0] == "lock":
        assert getattr(after.panes[-1], action[1]) == getattr(comparison.panes[0], action[1])


@given(st.text(max_size=80))
def test_no_text_of_a_link_breaks_anything(text):
    comparison, faults = from_text(text, FIRST)
    assert comparison.panes[0] == FIRST
    assert 2 <= len(comparison.panes) <= 4
    assert from_text(to_text(comparison), FIRST) == (comparison, [])
    assert all(len(fault) < 120 for fault in faults)


@pytest.mark.parametrize("name", PRESETS)
def test_in_every_preset_exactly_one_thing_differs_and_its_link_comes_back(name):
    comparison = preset(name, FIRST, other_face=10)
    assert comparison.own == {name}
    assert comparison.differing == [name]
    first = comparison.panes[0]
    assert from_text(to_text(comparison), first) == (comparison, [])
    assert comparison.sentence.startswith(f"Only the {SETTINGS[name]} differ")


def test_what_a_link_looks_like():
    two = Comparison((FIRST, FIRST))
    assert to_text(two) == "same.1"
    assert to_text(two.unlock("size").with_value(1, "size", 96)) == "size.96"
    assert to_text(preset("size", FIRST, 0)) == "size.96.224"
    assert to_text(preset("layer", FIRST, 0)) == ""
    several = two.unlock("range").unlock("face").with_value(1, "face", 15)
    assert to_text(several) == "face.15~range.0-255"


@pytest.mark.parametrize(
    ("text", "fault", "count"),
    [
        ("face.abc", "“abc” is no face", 2),
        ("face.-1", "“-1” is no face", 2),
        ("face.10.9.8.7.6", "there are 6 panes, but at most 4", 4),
        ("size.64", "“64” is no input size", 2),
        ("model.ResNet50", "“ResNet50” is no model", 2),
        ("layer.top_conv.top_bn~face.10", "the face of pane 3 is missing", 3),
        ("colour.red", "names no setting", 2),
        ("layer.![x](http://example", "is no layer", 2),
        ("same.9", "names no setting", 2),
        ("~~~", "names no setting", 2),
    ],
)
def test_what_a_link_says_wrongly_is_told_and_the_first_pane_stands_in(text, fault, count):
    comparison, faults = from_text(text, FIRST)
    assert any(fault in each for each in faults)
    assert not any(sign in each for each in faults for sign in "![]()<>`*")
    assert len(comparison.panes) == count
    assert comparison.panes[1].size == 48
    assert comparison.panes[1].model == FIRST.model


def test_panes_and_locks_are_bounded():
    comparison = usual(FIRST)
    with pytest.raises(ComparisonError, match="2 to 4 panes"):
        comparison.duplicate(0).duplicate(0)
    with pytest.raises(ComparisonError, match="2 to 4 panes"):
        comparison.remove(0).remove(0)
    with pytest.raises(ComparisonError, match="no pane 4"):
        comparison.swap(0, 3)
    with pytest.raises(ComparisonError, match="cannot differ here: size"):
        Comparison((FIRST, replace(FIRST, size=96)))


def test_the_usual_panes_begin_with_the_layer_at_hand():
    panes = usual(replace(FIRST, layer="top_conv")).panes
    assert [pane.layer for pane in panes] == [
        "top_conv",
        "block2a_expand_conv",
        "block4a_expand_conv",
    ]


def test_the_other_face_is_the_same_person_with_another_emotion():
    faces = datasets.load()
    for row in (12, 3, 200):
        other = other_face(faces, row)
        assert faces.persons[other] == faces.persons[row]
        assert faces.labels[other] != faces.labels[row]
    happy = faces.emotions.index("Happy")
    assert faces.labels[other_face(faces, 12)] == happy
    assert faces.labels[12] != happy


def test_the_other_face_where_no_person_is_known_or_all_feel_the_same():
    faces = datasets.load()
    strangers = replace(faces, persons=None)
    assert strangers.labels[other_face(strangers, 12)] == faces.emotions.index("Happy")
    alike = replace(strangers, labels=np.zeros_like(faces.labels))
    assert other_face(alike, 0) == 1
    alone = faces.without(range(1, len(faces)))
    assert other_face(alone, 0) == 0


def test_names_of_layers():
    assert is_layer_name("block2a_expand_conv")
    assert not is_layer_name("Top")
    assert not is_layer_name("a" * 61)
    assert not is_layer_name("![x](y)")
