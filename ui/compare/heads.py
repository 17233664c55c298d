"""The head of each pane: a control for every setting that is its own, and what can be done."""

from typing import Any

import streamlit as st

from fercore import models
from fercore.comparison import FEWEST, MOST, SETTINGS, Comparison
from ui import inline, sidebar, state
from ui.compare import state as compare_state
from ui.compare.controls import NAMES
from ui.compare.work import Work

_FACE_PIXELS = 48
_WORDS = {
    "range": {"0-255": "0-255", "0-1": "÷ 255 (tutorial)"},
    "weights": {"ImageNet": "ImageNet weights", "random": "random weights"},
    "size": {size: f"{size} × {size} pixels" for size in models.INPUT_SIZES},
}


def show(comparison: Comparison, one: Work) -> None:
    """Draw the head of a pane."""
    own = [name for name in SETTINGS if name in comparison.own]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        if own:
            _control(own[0], one)
        else:
            st.markdown(f"**Pane {one.number}**")
        _menu(comparison, one.number)
    for name in own[1:]:
        _control(name, one)


def _control(name: str, one: Work) -> None:
    """A widget for one setting of one pane; it always shows what the comparison says."""
    key = f"pane_{one.number}_{name}"
    st.session_state[key] = getattr(one.pane, name)
    label = f"{NAMES[name]}, pane {one.number}"
    change = {"on_change": _change, "args": (one.number - 1, name, key)}
    if name == "face":
        _face(one, label, key, change)
        return
    words = _WORDS.get(name, {})
    st.selectbox(
        label,
        _choices(name, one),
        format_func=lambda choice: words.get(choice, choice),
        key=key,
        label_visibility="collapsed",
        **change,
    )


def _face(one: Work, label: str, key: str, change: dict[str, Any]) -> None:
    faces = one.faces
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        known = one.pane.face in faces.rows
        if known:
            text = sidebar.face_text(faces, one.position)
            pixels = faces.images[one.position]
            st.image(inline.url(pixels), width=_FACE_PIXELS, alt=text)
        last = max(int(faces.rows[-1]), one.pane.face)
        with st.container(gap="xxsmall", width="stretch"):
            st.number_input(
                label, 0, last, key=key, label_visibility="collapsed", width="stretch", **change
            )
            if known:
                st.caption(text.split(" · ")[1])


def _choices(name: str, one: Work) -> list[Any]:
    if name == "layer":
        return _layers(one)
    if name == "model":
        return list(models.REGISTRY)
    return list(_WORDS[name])


def _layers(one: Work) -> list[str]:
    """The layers on offer in the short or the long list, and in any case the one that is chosen."""
    chosen = one.pane.layer
    if one.model is None:
        return [chosen]
    every = state.get("list") == "every"
    names = [la.name for la in one.model.layers if every or la.is_main or la.name == chosen]
    return names if chosen in names else [chosen, *names]


def _menu(comparison: Comparison, number: int) -> None:
    at, count = number - 1, len(comparison.panes)
    possible = {
        "Move left": at > 0,
        "Move right": at < count - 1,
        "Duplicate": count < MOST,
        "Remove": count > FEWEST,
    }
    key = f"pane_{number}_menu"
    st.menu_button(
        "⋯",
        [name for name, can in possible.items() if can],
        key=key,
        help=f"Move, duplicate or remove pane {number}",
        type="tertiary",
        on_click=_do,
        args=(at, key),
    )


def _change(at: int, name: str, key: str) -> None:
    value = st.session_state[key]
    compare_state.act(lambda comparison: comparison.with_value(at, name, value))


def _do(at: int, key: str) -> None:
    actions = {
        "Move left": lambda comparison: comparison.swap(at, at - 1),
        "Move right": lambda comparison: comparison.swap(at, at + 1),
        "Duplicate": lambda comparison: comparison.duplicate(at),
        "Remove": lambda comparison: comparison.remove(at),
    }
    compare_state.act(actions[st.session_state[key]])
    state.put("pick", None)
