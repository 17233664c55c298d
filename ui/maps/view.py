"""The maps of one layer on the page: how they are drawn, the grid, and the map that is chosen."""

import streamlit as st

from fercore import channels, over_faces, plots, scaling
from fercore.datasets import FaceSet
from fercore.features import FloatArray
from fercore.layers import Layer
from fercore.models import Model
from ui import cached, state, views, words
from ui.fragments import fragment
from ui.grid.grid import grid
from ui.maps import downloads
from ui.maps import panel as map_panel
from ui.maps.shown import Shown

_GRID_HEIGHT = 424


def show(model: Model, layer: Layer, faces: FaceSet, position: int, input_range: str) -> None:
    """Draw the maps of `layer` for the face at `position` of `faces`."""
    maps = model.feature_maps(faces.images[position], layer.name, input_range)
    caption = model.caption(layer.name, input_range)
    if not layer.is_grid:
        _show_numbers(maps.reshape(-1), layer, caption)
        return
    _choose_drawing(layer)
    scaled = scaling.scale(maps, state.get("scale"))
    size, start = _part(layer)
    numbers = channels.order(maps, state.get("order"))[start : start + size]
    statistics = channels.statistics(maps)
    drop_a_map_beyond(layer)
    _grid_and_panel(
        Shown(
            model,
            layer,
            faces,
            position,
            input_range,
            maps,
            scaled,
            statistics,
            numbers,
            start,
            caption,
        )
    )


@fragment
def _grid_and_panel(shown: Shown) -> None:
    sees = cached.field(shown.model, shown.layer.name).sentence(shown.model.input_size)
    st.caption(f"{shown.caption} · {sees}")
    left, right = st.columns([0.54, 0.46], gap="medium")
    with left:
        grid(
            views.map_tiles(shown.scaled, state.get("colours"), shown.numbers, shown.statistics),
            key="maps",
            label=f"Feature maps of {shown.caption}",
            selected=state.get("map"),
            height=_GRID_HEIGHT,
            share=0.55,
            on_pick=lambda number: state.put("map", number),
        )
    with right:
        map_panel.show(shown)
    if state.get("map") is not None:
        map_panel.show_more(shown)
    downloads.show(shown)


def _choose_drawing(layer: Layer) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            "Scale",
            list(views.SCALES),
            format_func=lambda s: views.SCALES[s],
            key="scale",
            persist_state="session",
            help=words.SCALE,
            width=190,
        )
        _segments("Colours", "colours", ["viridis", "grey", "diverging"])
        _segments("Order", "order", ["number", "mean", "variance"])
        _segments("Show", "show", ["all", "64", "16"])
        parts = -(-layer.channels // _part(layer)[0])
        if parts > 1:
            state.put("part", min(state.get("part"), parts))
            st.number_input(
                f"Part, of {parts}", 1, parts, key="part", persist_state="session", width=130
            )
            st.button(
                f"Next {state.get('show')}",
                disabled=state.get("part") == parts,
                on_click=lambda: state.put("part", state.get("part") + 1),
            )


def _segments(label: str, name: str, choices: list[str]) -> None:
    st.segmented_control(label, choices, key=name, required=True, persist_state="session")


def _part(layer: Layer) -> tuple[int, int]:
    """How many maps are shown at a time, and where the part at work starts."""
    size = layer.channels if state.get("show") == "all" else int(state.get("show"))
    return size, size * (min(state.get("part"), -(-layer.channels // size)) - 1)


def drop_a_map_beyond(layer: Layer) -> None:
    """Note a map that the layer does not have, and choose none."""
    number = state.get("map")
    if number is not None and number >= layer.channels:
        state.note(
            f"{layer.name} has no map {number}; its maps carry numbers from 0 to "
            f"{layer.channels - 1}. No map is chosen."
        )
        state.put("map", None)
        state.show_notes()


def _show_numbers(values: FloatArray, layer: Layer, caption: str) -> None:
    st.plotly_chart(
        plots.bars(values),
        alt=f"The {len(values)} numbers of {caption}",
        config={"displaylogo": False},
    )
    st.caption(caption)
    st.caption(
        f"One number for each of {layer.channels} channels: no picture is left to show. "
        f"From {values.min():.3g} to {values.max():.3g}, mean {values.mean():.3g}."
    )


def show_slip(model: Model, faces: FaceSet) -> None:
    """Say what dividing by 255 first costs, measured on the loaded faces."""
    place = st.empty()

    def tell(done: int, of: int) -> None:
        place.progress(done / of, f"How far apart does the network see {of} faces?")

    right, count = over_faces.spread_over(model, faces, "0-255", tell)
    slip, _ = over_faces.spread_over(model, faces, "0-1", tell)
    place.empty()
    times = f"{right / slip:,.0f} times less" if slip > 0 else "nothing at all"
    st.warning(
        "As in the tutorial, the face was divided by 255 first. This network does that itself, so "
        f"it sees an almost black picture: the pooled vectors of {count} faces differ by "
        f"{slip:.2g} on average (standard deviation), in place of {right:.3g} — {times}. The maps "
        "still look like faces only because each is stretched to its own range."
    )
