"""A page of grids for the browser tests; what it shows is set in the URL.

``count``, ``side``: how many tiles of which size. ``order``: "up" or "down". ``selected``: the tile
selected at the start. ``link``: "1" adds a second grid with the same link. ``marks``: "1" adds
titles, frames and marks. ``refuse``: "1" never accepts a pick. ``height``, ``tile``, ``noun``: as
in `grid`.
"""

import numpy as np
import streamlit as st

from ui.grid.grid import Tiles, grid

st.set_page_config(layout="wide")


def parameter(name: str, default: int) -> int:
    return int(st.query_params.get(name, default))


def tiles(count: int, side: int, order: str, marks: bool) -> Tiles:
    """Tile `k` has the pixel values (7 k + row * side + column) mod 256 in a table of its own."""
    numbers = np.arange(count) if order == "up" else np.arange(count)[::-1]
    step = np.arange(side * side).reshape(side, side)
    pixels = ((7 * numbers[:, None, None] + step) % 256).astype(np.uint8)
    table = np.stack([np.arange(256), 255 - np.arange(256), np.full(256, 90)], axis=1)
    values = pixels.reshape(count, side * side) / 100 - 1
    stats = np.stack([values.min(axis=1), values.max(axis=1), values.mean(axis=1)], axis=1)
    extra = {}
    if marks:
        words = ("Angry", "Happy", "Sad")
        extra = {
            "titles": [words[k % 3] for k in numbers],
            "frames": np.where(numbers % 4 == 3, 255, numbers % 4).astype(np.uint8),
            "frame_colours": ["#1b7f5c", "#c2410c", "#6d4aff"],
            "marked": numbers % 5 == 0,
        }
    return Tiles(pixels, table.astype(np.uint8), numbers, stats.astype(np.float32), **extra)


count, side = parameter("count", 96), parameter("side", 24)
marks = bool(parameter("marks", 0))
st.session_state.setdefault("selected", st.query_params.get("selected"))
st.session_state.setdefault("picks", [])
st.session_state.runs = st.session_state.get("runs", 0) + 1
first, second, third = st.columns(3)
order = first.radio("order", ["up", "down"], horizontal=True)
shown = second.checkbox("shown", True)
count = third.number_input("count", 0, 5000, count)


def picked(number: int | None) -> None:
    st.session_state.picks.append(number)
    if not parameter("refuse", 0):
        st.session_state.selected = number


@st.fragment
def show(key: str) -> None:
    selected = st.session_state.selected
    grid(
        tiles(count, side, order, marks),
        key=key,
        label=f"{count} maps of the layer block1a",
        noun=st.query_params.get("noun", "map"),
        selected=None if selected is None else int(selected),
        tile=parameter("tile", 0) or None,
        height=parameter("height", 560),
        link="faces" if parameter("link", 0) else None,
        on_pick=picked,
    )
    st.text(f"the page ran {st.session_state.runs} times")
    st.text(f"selected {st.session_state.selected}, picks {st.session_state.picks}")


if shown:
    show("first")
if parameter("link", 0):
    show("second")
st.button("run again")
