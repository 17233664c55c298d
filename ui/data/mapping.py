"""The meaning of label numbers that no file proves: four faces of each, and a box to change it."""

import numpy as np
import streamlit as st

from fercore.datasets import ORDERS, FaceSet
from ui import inline, state
from ui.data import labels as data_labels
from ui.data import words as data_words
from ui.data.sets import Chosen

_FACES = 4
_ACROSS = 4


def show(chosen: Chosen) -> None:
    """Draw the label numbers of a file that needs it; nothing for any other."""
    opened = chosen.opened
    if not opened.needs_mapping or not opened.mapping or opened.label_ids is None:
        return
    if chosen.mapping is None:
        st.warning(data_words.MAPPING)
    with st.expander(
        "What the label numbers mean" + ("" if chosen.mapping is None else ": as you have set it"),
        expanded=chosen.mapping is None,
    ):
        if chosen.mapping is not None:
            st.caption(data_words.MAPPING)
        _show_orders(chosen)
        _show_numbers(chosen)


def _show_orders(chosen: Chosen) -> None:
    """Buttons that set all numbers at once, and one that accepts them as they are."""
    now = dict(chosen.whole.mapping or {})
    with st.container(horizontal=True, gap="small"):
        st.button(
            "These are right",
            type="primary",
            disabled=chosen.mapping is not None,
            on_click=_set,
            args=(now,),
        )
        for title, order in ORDERS.items():
            mapping = _in_order(sorted(now), order)
            if mapping and mapping != now:
                st.button(f"Read in {title} order", on_click=_set, args=(mapping,))


def _in_order(numbers: list[int], order: tuple[str, ...]) -> dict[int, str]:
    """The names of label numbers that count through an order from 0, or from 1; empty if none do.

    A number may be missing where a file has no face of that emotion.
    """
    for first in (0, 1):
        if first <= numbers[0] and numbers[-1] - first < len(order):
            return {number: order[number - first] for number in numbers}
    return {}


def _show_numbers(chosen: Chosen) -> None:
    opened, mapping = chosen.opened, chosen.whole.mapping or {}
    numbers = sorted(mapping)
    for start in range(0, len(numbers), _ACROSS):
        columns = st.columns(_ACROSS)
        for number, column in zip(numbers[start : start + _ACROSS], columns, strict=False):
            with column:
                _show_number(opened, dict(mapping), number)


def _show_number(opened: FaceSet, mapping: dict[int, str], number: int) -> None:
    positions = np.flatnonzero(opened.label_ids == number)
    st.markdown(f"**{number}** · {len(positions):,} faces")
    if len(positions):
        # Evenly through the file: neighbours may be pictures of one person.
        some = positions[np.linspace(0, len(positions) - 1, _FACES).astype(int)]
        st.image(
            inline.url(np.hstack(list(opened.images[some]))),
            width="stretch",
            alt=f"Four faces with the label number {number}",
        )
    key = f"meaning of {number}"
    own = (opened.mapping or {})[number]
    names = list(dict.fromkeys([*data_labels.NAMES.values(), own]))
    st.session_state[key] = mapping[number]
    st.selectbox(
        f"Meaning of label number {number}",
        names,
        format_func=lambda name: name or "no label",
        key=key,
        on_change=lambda: _set(mapping | {number: st.session_state[key]}),
        label_visibility="collapsed",
    )


def _set(mapping: dict[int, str]) -> None:
    state.put("mapping", data_labels.write(mapping))
