"""How alike any two layers are over the loaded faces; a click opens the two side by side."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from fercore import over_faces
from fercore.comparison import Comparison
from fercore.over_faces import Alike
from fercore.plots_alike import alike_map
from ui import state, words
from ui.compare import state as compare_state
from ui.compare.work import Work

_CHART = "alike_map"


def show(comparison: Comparison, works: list[Work]) -> None:
    """Draw the heat map of the first pane's model: all block outputs, and the panes' layers."""
    first = works[0]
    if first.model is None:
        st.error(first.trouble)
        return
    found = _measure(works)
    left, right = st.columns([0.64, 0.36], gap="medium")
    with left:
        st.plotly_chart(
            alike_map(found.matrix, found.names, _marked(comparison, found)),
            key=_CHART,
            on_select=lambda: _open_cell(found),
            selection_mode="points",
            config={"displayModeBar": False},
            alt="How alike every two layers are, from 0 to 1, shallow layers first",
        )
    with right:
        _say(found, first)
        _choose_pair(comparison, found)
        st.download_button(
            "Table, CSV",
            lambda: pd.DataFrame(found.matrix, found.names, found.names).to_csv().encode(),
            file_name=f"alike_{first.pane.model}.csv",
            mime="text/csv",
            on_click="ignore",
            key="get alike",
        )


def _measure(works: list[Work]) -> Alike:
    first = works[0]
    shown = {one.pane.layer for one in works}
    names = [
        layer.name for layer in first.model.layers if layer.is_block_output or layer.name in shown
    ]
    place = st.empty()
    found = over_faces.alike(
        first.model,
        first.faces,
        names,
        first.pane.range,
        lambda done, of: place.progress(
            done / of, f"Passing {of} faces through {len(names)} layers"
        ),
    )
    place.empty()
    return found


def _marked(comparison: Comparison, found: Alike) -> tuple[int, int] | None:
    one, other = (pane.layer for pane in comparison.panes[:2])
    if one not in found.names or other not in found.names:
        return None
    return found.names.index(one), found.names.index(other)


def _say(found: Alike, first: Work) -> None:
    of_all = "" if found.n_faces == found.n_all else f" of {found.n_all:,}, evenly spaced"
    st.markdown(
        f"The first layer here and the last are alike to **{found.matrix[0, -1]:.2f}**. "
        "1: the same up to a turn and a scale; 0: nothing in common.\n\n"
        "Click a cell to see its two layers side by side.",
        help=words.ALIKE,
    )
    reduced = f", maps reduced to at most {found.side} × {found.side}" if found.side < 24 else ""
    st.caption(
        f"{first.model.text} · input {first.pane.size}, {first.pane.range} · over "
        f"{found.n_faces:,} faces{of_all}{reduced}"
    )


def _choose_pair(comparison: Comparison, found: Alike) -> None:
    """The same as a click on a cell, for the keyboard."""
    for key, pane in (("alike_one", 0), ("alike_other", 1)):
        if st.session_state.get(key) not in found.names:
            layer = comparison.panes[pane].layer
            st.session_state[key] = layer if layer in found.names else found.names[0]
    st.selectbox("One layer", found.names, key="alike_one")
    st.selectbox("The other", found.names, key="alike_other")
    one, other = (found.names.index(st.session_state[key]) for key in ("alike_one", "alike_other"))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"alike to **{found.matrix[one, other]:.2f}**")
        st.button(
            "Open side by side",
            on_click=_open,
            args=(found.names[one], found.names[other]),
        )


def _open_cell(found: Alike) -> None:
    points = st.session_state[_CHART].selection.points
    if points:
        row, column = divmod(points[0]["point_index"], len(found.names))
        _open(found.names[row], found.names[column])


def _open(one: str, other: str) -> None:
    first = compare_state.current().panes[0]
    panes = (replace(first, layer=one), replace(first, layer=other))
    compare_state.keep(Comparison(panes, frozenset({"layer"})))
    state.put("tab", "panes")
    state.put("pick", None)
