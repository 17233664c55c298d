"""What stands above the panes: the presets, what may differ, and the layer that all share."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fercore.comparison import MOST, PRESETS, Comparison, other_face, preset
from fercore.datasets import FaceSet
from fercore.errors import FercoreError
from ui import state, words
from ui.compare import state as compare_state

TABS = {
    "panes": "Panes",
    "difference": "Difference",
    "strip": "Through the network",
    "alike": "How alike are layers",
}

NAMES = {
    "face": "Face",
    "layer": "Layer",
    "model": "Model",
    "weights": "Weights",
    "size": "Input size",
    "range": "Input range",
}

_PRESETS = {
    "layer": "shallow · middle · deep",
    "face": "two emotions",
    "weights": "ImageNet · random",
    "range": "0-255 · ÷ 255",
    "size": "48 · 96 · 224",
    "model": "Lite0 · B0",
}


_SENTENCES = {
    "strip": "From pixels to meaning: what each block of the network makes of the face.",
    "alike": "Which layers find the same faces alike, and which see something else in them?",
}


def sentence(comparison: Comparison) -> str:
    """What is to be seen, in one sentence."""
    return _SENTENCES.get(state.get("tab"), comparison.sentence)


def tabs() -> None:
    """Choose what is made of the panes; only that is computed."""
    st.segmented_control(
        "What is shown",
        list(TABS),
        format_func=TABS.get,
        key="tab",
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )


def presets(comparison: Comparison, faces: FaceSet) -> None:
    """One click sets up a comparison in which exactly one thing differs."""
    names = dict(_PRESETS)
    if faces.persons is None:
        names["face"] = "two faces"
    on = [name for name in PRESETS if _preset(name, comparison, faces) == comparison]
    st.session_state["preset"] = on[0] if on else None
    with _row("Compare", "One click: the same in all panes, save one thing."):
        st.pills(
            "Compare",
            list(names),
            format_func=names.get,
            key="preset",
            on_change=_take_preset,
            args=(faces,),
            label_visibility="collapsed",
        )


def what_differs(comparison: Comparison) -> None:
    """Choose which settings are own in each pane; all others are the same in all."""
    with _row("May differ", words.LOCKS):
        st.session_state["own"] = [name for name in NAMES if name in comparison.own]
        st.pills(
            "May differ",
            list(NAMES),
            selection_mode="multi",
            format_func=NAMES.get,
            key="own",
            on_change=_take_locks,
            label_visibility="collapsed",
        )
        st.button(
            "Add a pane",
            help="It begins the same as the last one.",
            type="tertiary",
            disabled=len(comparison.panes) == MOST,
            on_click=compare_state.act,
            args=(lambda c: c.duplicate(len(c.panes) - 1),),
        )


def _row(title: str, help: str) -> DeltaGenerator:
    """A row of controls behind its title."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.markdown(title, help=help, width=120)
    return row


def _preset(name: str, comparison: Comparison, faces: FaceSet) -> Comparison | None:
    first = comparison.panes[0]
    try:
        return preset(name, first, other_face(faces, first.face))
    except FercoreError:
        return None  # the data set does not have the first pane's face; its pane says so


def _take_preset(faces: FaceSet) -> None:
    name = st.session_state["preset"]
    chosen = name and _preset(name, compare_state.current(), faces)
    if chosen:
        compare_state.keep(chosen)
        state.put("pick", None)


def _take_locks() -> None:
    comparison, own = compare_state.current(), set(st.session_state["own"])
    for name in NAMES:
        if name in own - comparison.own:
            comparison = comparison.unlock(name)
        elif name in comparison.own - own:
            comparison = comparison.lock(name)
    compare_state.keep(comparison)
