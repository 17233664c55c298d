"""The way of a face through the network: every block's output in one row, step by step."""

import numpy as np
import streamlit as st

from fercore import colours, scaling, strip
from fercore.strip import Frame
from ui import inline, state
from ui.compare.work import Work
from ui.fragments import fragment
from ui.grid.grid import Tiles, grid

_LARGE = 250
_ROW_HEIGHT = 84

Rows = list[tuple[Work, list[Frame]]]


def show(works: list[Work]) -> None:
    """Draw one row for each face, model, weights, size and range that the panes have."""
    rows: Rows = []
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.segmented_control(
            "Each block is shown by",
            list(strip.PICTURES),
            format_func=strip.PICTURES.get,
            key="film",
            required=True,
            persist_state="session",
        )
        if state.get("film") == "channel":
            st.number_input("Map", 0, 99_999, key="channel", persist_state="session", width=130)
    for one in {work.pane.entering: work for work in reversed(works)}.values():
        if one.model is None:
            st.error(f"Pane {one.number}: {one.trouble}")
            continue
        image = one.faces.images[one.position]
        found = strip.frames(
            one.model, image, one.pane.range, state.get("film"), state.get("channel")
        )
        rows.insert(0, (one, found))
    if rows:
        state.put("stage", min(state.get("stage"), max(len(found) for _, found in rows)))
        _play(rows)


@fragment
def _play(rows: Rows) -> None:
    count = max(len(found) for _, found in rows)
    stage = min(state.get("stage"), count)
    for one, found in rows:
        grid(
            _tiles(found),
            key=f"strip_{one.number}",
            label=f"From the first block to the last: {_said(one)}",
            noun="step",
            selected=stage,
            height=_ROW_HEIGHT,
            link="strip",
            on_pick=lambda picked: picked and state.put("stage", picked),
        )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _step("←", "previous", "P", stage - 1, stage > 1)
        _step("→", "next", "N", stage + 1, stage < count)
        st.markdown(f"**Step {stage} of {count}**")
    columns = st.columns(max(len(rows) + 1, 3), gap="medium")
    with columns[0]:
        _show_input(rows[0][0])
    for column, (one, found) in zip(columns[1:], rows, strict=False):
        with column:
            _show_frame(one, found[min(stage, len(found)) - 1])


def _tiles(found: list[Frame]) -> Tiles:
    return Tiles(
        pixels=strip.pixels(found, state.get("colours") == "diverging"),
        colours=colours.colour_table(state.get("colours")),
        numbers=np.arange(1, len(found) + 1),
        stats=np.array([_extremes(frame) for frame in found]),
        titles=[f"{frame.layer.name}: {_which(frame)}" for frame in found],
    )


def _extremes(frame: Frame) -> tuple[float, float, float]:
    values = frame.values
    return float(values.min()), float(values.max()), float(values.mean())


def _which(frame: Frame) -> str:
    if frame.number is not None:
        return f"map {frame.number}"
    if np.isnan(frame.values).all():
        return f"has no map {state.get('channel')}"
    return "mean of all maps"


def _said(one: Work) -> str:
    pane = one.pane
    return f"face {pane.face}, {one.model.text}, input {pane.size}, {pane.range}"


def _step(arrow: str, name: str, key: str, stage: int, possible: bool) -> None:
    st.button(
        arrow,
        key=f"{name}_stage",
        help=f"The {name} block (key {key})",
        shortcut=key,
        disabled=not possible,
        on_click=state.put,
        args=("stage", stage),
    )


def _show_input(one: Work) -> None:
    image = one.faces.images[one.position]
    entering = one.model.network_input(image, one.pane.range)[..., 0]
    drawn = np.clip(np.rint(entering), 0, 255).astype(np.uint8)
    st.image(inline.url(drawn), width=_LARGE, alt="The face as it enters the network")
    st.caption(
        f"What enters: {one.pane.size} × {one.pane.size} pixels, "
        f"{scaling.number_text(entering.min())} to {scaling.number_text(entering.max())}."
    )


def _show_frame(one: Work, frame: Frame) -> None:
    mode = "each_centred" if state.get("colours") == "diverging" else "each"
    pixels = scaling.scale(frame.values[..., np.newaxis], mode).pixels[0]
    picture = colours.colour_table(state.get("colours"))[pixels]
    st.image(inline.url(picture), width=_LARGE, alt=f"{frame.layer.name}, large")
    low, high, _ = map(scaling.number_text, _extremes(frame))
    st.markdown(f"**{frame.layer.title}**")
    st.caption(f"{_which(frame)} · colours from {low} to {high} · {_said(one)}")
