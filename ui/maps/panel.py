"""The map that is chosen: large, over the face, with its numbers; or what the network is given."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fercore import channels, colours, plots, scaling
from fercore.features import FloatArray
from ui import cached, inline, state
from ui.grid.grid import Tiles, grid
from ui.lens.lens import lens
from ui.maps import exciting_faces
from ui.maps.shown import Shown


def show(shown: Shown) -> None:
    """Draw the panel beside the grid; no map chosen: the face as it enters the network."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input(
            "Map",
            min_value=0,
            max_value=shown.layer.channels - 1,
            value=None,
            key="map",
            placeholder="none chosen",
            persist_state="session",
            width=170,
        )
        if state.get("map") is not None:
            st.button("Close", on_click=state.put, args=("map", None))
    if state.get("map") is None:
        _show_input(shown)
    else:
        _show_map(shown, state.get("map"))


def _show_input(shown: Shown) -> None:
    entering = shown.model.network_input(shown.image, shown.input_range)[..., 0]
    drawn = np.clip(np.rint(entering), 0, 255).astype(np.uint8)
    size = shown.model.input_size
    st.image(inline.url(drawn), width=230, alt="The face as it enters the network")
    st.caption(
        f"What enters the network: {size} × {size} pixels, values {entering.min():.3g} to "
        f"{entering.max():.3g}, three equal channels (copied, not coloured)."
    )
    strip = colours.colour_table(state.get("colours"))[colours.FIRST :]
    st.image(
        inline.url(np.ascontiguousarray(np.broadcast_to(strip, (10, *strip.shape)))),
        width="stretch",
        alt="The colours from the lowest value, left, to the highest, right",
    )
    st.caption(scaling.legend_text(state.get("scale"), shown.scaled.low, shown.scaled.high))
    dead = int(shown.scaled.constant.sum())
    if dead:
        st.caption(f"{dead} of {shown.layer.channels} maps are dead: struck through.")


def _show_map(shown: Shown, number: int) -> None:
    values = shown.maps[..., number]
    field = cached.field(shown.model, shown.layer.name)
    low, high = float(shown.scaled.low[number]), float(shown.scaled.high[number])
    lens(
        values,
        shown.image,
        colours.colour_table(state.get("colours")),
        low,
        high,
        key="lens",
        label=f"Map {number} of {shown.layer.name}",
        field=field,
        input_size=shown.model.input_size,
        legend=f"colours from {scaling.number_text(low)} to {scaling.number_text(high)}",
        height=230,
    )
    row = shown.statistics.iloc[number]
    st.caption(
        f"minimum {row.minimum:.3g} · maximum {row.maximum:.3g} · mean {row['mean']:.3g} · "
        f"standard deviation {row['std']:.3g} · zeros {row.zeros:.0%} · "
        f"negative {row.negatives:.0%}"
    )


def show_more(shown: Shown) -> None:
    """Draw what else is known of the map that is chosen: only what is looked at is computed."""
    number = state.get("map")
    histogram, alike, excited = st.tabs(
        ["Histogram", "Maps like it", "Faces that excite it"], on_change="rerun", key="map_tabs"
    )
    if histogram.open:
        _show_histogram(shown.maps[..., number], number, histogram)
    if alike.open:
        with alike:
            _show_relatives(shown, number)
    if excited.open:
        with excited:
            exciting_faces.show(shown, number)


def _show_histogram(values: FloatArray, number: int, place: DeltaGenerator) -> None:
    place.plotly_chart(
        plots.histogram(values, f"activation of map {number}"),
        config={"displayModeBar": False},
        alt=f"Histogram of the values of map {number}",
    )


def _show_relatives(shown: Shown, number: int) -> None:
    relatives = channels.relatives(shown.maps, number)
    if not len(relatives):
        st.caption("This map is the same everywhere: nothing can be like it or unlike it.")
        return
    numbers = relatives["map"].to_numpy()
    grid(
        Tiles(
            pixels=shown.scaled.pixels[numbers],
            colours=colours.colour_table(state.get("colours")),
            numbers=numbers,
            stats=shown.statistics[["minimum", "maximum", "mean"]].to_numpy()[numbers],
            titles=[f"correlation {r:.2f}" for r in relatives["correlation"]],
        ),
        key="relatives",
        label=f"The maps most like map {number}, by correlation",
        height=150,
        on_pick=lambda other: other is not None and state.put("map", other),
    )
    st.caption(
        "The maps of this layer most like it, by Pearson's correlation over positions: from "
        f"{relatives['correlation'].iloc[0]:.2f} to {relatives['correlation'].iloc[-1]:.2f}."
    )
