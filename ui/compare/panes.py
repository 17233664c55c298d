"""The panes themselves: their grids of maps, side by side, with one choice of scale and colours."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fercore import channels, colours, models, over_faces, plots, scaling, weights
from fercore.comparison import Comparison
from fercore.pane_scale import ACROSS, PANE_SCALES, scale_panes
from ui import downloading, inline, state, views, words
from ui.compare import heads as compare_heads
from ui.compare import pick as compare_pick
from ui.compare.work import Work
from ui.fragments import fragment
from ui.grid.grid import grid

_GRID_HEIGHT = 300


def show(comparison: Comparison, works: list[Work]) -> None:
    """Draw all panes; each says by itself what stands in its way."""
    if "range" in comparison.own:
        _show_spreads(works)
    columns = st.columns(len(works), gap="medium")
    for column, one in zip(columns, works, strict=True):
        with column:
            compare_heads.show(comparison, one)
    scaled = _scale(works)
    _pictures(columns, works, scaled)
    _choose_drawing(scaled.used)
    if scaled.used:
        _show_legend(scaled)


@dataclass(frozen=True)
class _Scaled:
    """The maps of the panes that have any, as colours; `used` is empty where none has."""

    used: str
    by_number: dict[int, scaling.Scaled]
    legends: dict[int, str]


def _scale(works: list[Work]) -> _Scaled:
    drawn = [one for one in works if one.is_grid]
    if not drawn:
        return _Scaled("", {}, {})
    alike = len({one.pane.layer for one in drawn}) == 1
    centred = state.get("colours") == "diverging"
    found = scale_panes([one.maps for one in drawn], alike, state.get("scales"), centred)
    numbers = [one.number for one in drawn]
    return _Scaled(
        found.used,
        dict(zip(numbers, found.scaled, strict=True)),
        dict(zip(numbers, found.legends, strict=True)),
    )


# A choice in one pane is seen in all, so they run again together, but without their heads.
@fragment
def _pictures(columns: list[DeltaGenerator], works: list[Work], scaled: _Scaled) -> None:
    for column, one in zip(columns, works, strict=True):
        with column:
            if one.trouble:
                _show_trouble(one)
            elif one.is_grid:
                _show_maps(works, one, scaled.by_number[one.number])
                if scaled.used == "pane":
                    st.caption(scaled.legends[one.number])
            else:
                _show_numbers(one)


def _show_maps(works: list[Work], one: Work, scaled: scaling.Scaled) -> None:
    like = compare_pick.matches(works, one)
    number = state.get("pick") if like is None else (like[0][0] if like else None)
    count = one.layer.channels
    grid(
        views.map_tiles(
            scaled, state.get("colours"), np.arange(count), channels.statistics(one.maps)
        ),
        key=f"pane_{one.number}",
        label=f"Pane {one.number}: feature maps of {one.caption}",
        selected=number,
        height=_GRID_HEIGHT,
        link=f"maps of {one.layer.name}",
        on_pick=lambda picked: compare_pick.choose(one.number, picked),
    )
    if number is not None and number < count:
        compare_pick.show(works, one, scaled, number, like or [])
    st.caption(one.caption)


def _show_numbers(one: Work) -> None:
    figure = plots.bars(one.maps.reshape(-1))
    figure.update_layout(height=_GRID_HEIGHT)
    st.plotly_chart(
        figure,
        key=f"pane_{one.number}_bars",
        config={"displayModeBar": False},
        alt=f"The numbers of {one.caption}",
    )
    st.caption(one.caption)


def _show_trouble(one: Work) -> None:
    if not one.download:
        st.error(one.trouble)
        return
    st.info(one.trouble)
    job = weights.download_state(one.download)
    if job is not None and job.running:
        downloading.show(one.download)
        return
    if job is not None and job.error is not None:
        st.caption(str(job.error))
    key = f"pane_{one.number}_download"
    st.button("Download", key=key, on_click=models.start_download, args=(one.download,))


def _show_spreads(works: list[Work]) -> None:
    """How far apart the panes' networks see the faces: what the tutorial's slip costs."""
    place = st.empty()
    found = []
    for one in works:
        if one.model is not None:
            spread, count = over_faces.spread_over(
                one.model,
                one.faces,
                one.pane.range,
                lambda done, of: place.progress(done / of, f"How far apart are {of} faces?"),
            )
            found.append(f"pane {one.number} ({one.pane.range}) **{spread:.3g}**")
    place.empty()
    if found:
        st.markdown(
            f"How far apart the network sees {count} faces: {' · '.join(found)}",
            help="The standard deviation over the faces, averaged over the numbers of the pooled "
            "vector: 0 would mean that all faces look the same to it.",
        )


def _choose_drawing(used: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.segmented_control(
            "Own scale for",
            list(PANE_SCALES),
            format_func=PANE_SCALES.get,
            key="scales",
            required=True,
            persist_state="session",
            help=words.PANE_SCALE,
        )
        st.segmented_control(
            "Colours",
            ["viridis", "grey", "diverging"],
            key="colours",
            required=True,
            persist_state="session",
        )


def _show_legend(scaled: _Scaled) -> None:
    strip = colours.colour_table(state.get("colours"))[colours.FIRST :]
    st.image(
        inline.url(np.ascontiguousarray(np.broadcast_to(strip, (3, *strip.shape)))),
        width="stretch",
        alt="The colours from the lowest value, left, to the highest, right",
    )
    if scaled.used == "pane":
        text = "Each pane has its own scale, told below its maps."
    elif scaled.used == "map":
        text = "Each map has its own scale, from its lowest value to its highest."
    else:
        text = next(iter(scaled.legends.values()))
    if state.get("scales") in ACROSS and scaled.used == "map":
        text += " A scale across panes would mean nothing: their layers differ."
    st.caption(text)
