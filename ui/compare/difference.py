"""Two panes of the same layer, subtracted map by map."""

import numpy as np
import streamlit as st

from fercore import colours, differences, plots, scaling
from fercore.differences import Difference
from fercore.pane_scale import scale_panes
from ui import inline, state
from ui.compare import pick as compare_pick
from ui.compare import state as compare_state
from ui.compare.work import Work
from ui.fragments import fragment
from ui.grid.grid import Tiles, grid

_GRID_HEIGHT = 360
_LARGE = 108


def show(works: list[Work]) -> None:
    """Draw the difference of two panes, or say what stands in its way."""
    one, other = _pair(works)
    for each in (one, other):
        if each.trouble:
            st.error(f"Pane {each.number}: {each.trouble}")
            return
    if one.pane.layer != other.pane.layer:
        st.info(
            "Only maps of the same layer can be subtracted; these panes show "
            f"{one.pane.layer} and {other.pane.layer}."
        )
        st.button(
            f"Show {works[0].pane.layer} in all panes",
            on_click=compare_state.act,
            args=(lambda comparison: comparison.lock("layer"),),
        )
    elif one.is_grid:
        found = differences.difference(one.maps, other.maps)
        _pictures(works, one, other, found)
        _table(found)
    else:
        values = one.maps.reshape(-1) - other.maps.reshape(-1)
        st.plotly_chart(
            plots.bars(values, f"pane {one.number} − pane {other.number}"),
            config={"displayModeBar": False},
            alt=f"The difference of {one.caption} and {other.caption}",
        )


def _pair(works: list[Work]) -> tuple[Work, Work]:
    """The two panes that are subtracted: the first two, where there are no more to choose from."""
    count = len(works)
    pairs = [f"{i}-{j}" for i in range(1, count) for j in range(i + 1, count + 1)]
    if state.get("pair") not in pairs:
        state.put("pair", pairs[0])
    if count > 2:
        st.segmented_control(
            "Panes",
            pairs,
            format_func=lambda pair: pair.replace("-", " − "),
            key="pair",
            required=True,
            persist_state="session",
        )
    i, j = map(int, state.get("pair").split("-"))
    return works[i - 1], works[j - 1]


@fragment
def _pictures(works: list[Work], one: Work, other: Work, found: Difference) -> None:
    numbers = found.table["map"].to_numpy()
    scaled = scaling.scale(found.maps, "centred")
    pixels = found.maps.reshape(-1, found.maps.shape[-1])
    stats = np.stack([pixels.min(axis=0), pixels.max(axis=0), pixels.mean(axis=0)], axis=1)
    sizes = found.table["mean_absolute_difference"]
    left, right = st.columns([0.55, 0.45], gap="medium")
    with left:
        grid(
            Tiles(
                pixels=scaled.pixels[numbers],
                colours=colours.colour_table("diverging"),
                numbers=numbers,
                stats=stats[numbers],
                titles=[f"differs by {size:.3g} on average" for size in sizes],
            ),
            key="difference",
            label=f"Pane {one.number} less pane {other.number}, those that differ most first",
            selected=state.get("pick"),
            height=_GRID_HEIGHT,
            on_pick=lambda picked: compare_pick.choose(one.number, picked),
        )
        st.caption(
            f"{one.pane.layer}: pane {one.number} − pane {other.number}, the maps that differ most "
            f"first. {scaling.legend_text('centred', scaled.low, scaled.high)} Red: higher in pane "
            f"{one.number}; blue: higher in pane {other.number}."
        )
    with right:
        number = state.get("pick")  # which may be that of a third pane with more maps
        if number is None or number >= len(numbers):
            _say_totals(found, one, other)
        else:
            _show_map(one, other, found, scaled, number)
        st.download_button(
            "Table, CSV",
            lambda: found.table.to_csv(index=False).encode(),
            file_name=f"difference_{one.pane.layer}_panes_{one.number}_{other.number}.csv",
            mime="text/csv",
            on_click="ignore",
            key="get difference",
        )


def _say_totals(found: Difference, one: Work, other: Work) -> None:
    sizes = found.table["mean_absolute_difference"]
    first, last = found.table.iloc[0], found.table.iloc[-1]
    spread = float(np.abs(one.maps).mean())
    st.markdown(
        f"On average the maps differ by **{sizes.mean():.3g}**; the values of pane {one.number} "
        f"are {spread:.3g} large on average, whatever their sign.\n\n"
        f"Map **{first['map']:.0f}** differs most ({first.mean_absolute_difference:.3g}), map "
        f"**{last['map']:.0f}** least ({last.mean_absolute_difference:.3g}).\n\n"
        "Click a map to see it in both panes."
    )
    for each in (one, other):
        st.caption(f"Pane {each.number}: {each.caption}")


def _show_map(
    one: Work, other: Work, found: Difference, scaled: scaling.Scaled, number: int
) -> None:
    table = colours.colour_table("viridis")
    both = scale_panes([w.maps[..., [number]] for w in (one, other)], alike=True)
    first, second = both.scaled
    drawn = [
        (f"Pane {one.number}", first.pixels[0], table),
        (f"Pane {other.number}", second.pixels[0], table),
        ("Difference", scaled.pixels[number], colours.colour_table("diverging")),
    ]
    st.markdown(f"**Map {number}**")
    with st.container(horizontal=True, gap="small"):
        for title, pixels, colour in drawn:
            with st.container(width=_LARGE, gap="xxsmall"):
                st.image(inline.url(colour[pixels]), width=_LARGE, alt=title)
                st.caption(title)
    row = found.table[found.table["map"] == number].iloc[0]
    low, high = (scaling.number_text(end[0]) for end in (first.low, first.high))
    alike = (
        "none, one of them is constant" if np.isnan(row.correlation) else f"{row.correlation:.2f}"
    )
    st.markdown(
        f"mean absolute difference **{row.mean_absolute_difference:.3g}** · correlation **{alike}**"
    )
    st.caption(f"Both panes from {low} to {high}; the difference as in the grid.")
    st.button("Close", key="close_pick", on_click=compare_pick.choose, args=(1, None))


def _table(found: Difference) -> None:
    rows = st.expander("All maps as a table", on_change="rerun", key="table_of_differences")
    if rows.open:
        rows.dataframe(found.table, hide_index=True, height=320)
