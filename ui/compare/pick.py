"""The map that is chosen in one pane, and what stands for it in the others."""

import numpy as np
import streamlit as st

from fercore import colours, differences, mosaic, scaling
from ui import inline, state
from ui.compare.work import Work

_LARGE = 116
_MATCHES = 5

Matches = list[tuple[int, float]]


def source(works: list[Work]) -> Work | None:
    """The pane in which a map is chosen; None where no map is."""
    at = state.get("pick_in") - 1
    return works[at] if state.get("pick") is not None and at < len(works) else None


def drop_a_pick_beyond(works: list[Work]) -> None:
    """Choose no map where a link names one that its pane does not have, and say so."""
    chosen, number = source(works), state.get("pick")
    if number is None or (chosen and chosen.is_grid and number < chosen.layer.channels):
        return
    if chosen is None or not chosen.trouble:
        state.note(f"Pane {state.get('pick_in')} has no map {number}. No map is chosen.")
    state.put("pick", None)


def choose(number: int, picked: int | None) -> None:
    """Choose map `picked` in pane `number`, or none; in a callback."""
    state.put("pick", picked)
    state.put("pick_in", number if picked is not None else 1)


def matches(works: list[Work], one: Work) -> Matches | None:
    """The maps of a pane most like the one chosen in another, with their correlations.

    None where no map is chosen, or where the panes show the same layer: there the map of the same
    number stands for it.
    """
    chosen = source(works)
    if chosen is None or not chosen.is_grid or chosen.pane.layer == one.pane.layer:
        return None
    table = differences.match(chosen.maps[..., state.get("pick")], one.maps, _MATCHES)
    return list(zip(table["map"].tolist(), table["correlation"].tolist(), strict=True))


def show(works: list[Work], one: Work, scaled: scaling.Scaled, number: int, like: Matches) -> None:
    """Draw map `number` of a pane so large that the back row sees it, and the others like it."""
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        picture = colours.colour_table(state.get("colours"))[scaled.pixels[number]]
        st.image(inline.url(picture), width=_LARGE, alt=f"Map {number}, large")
        if len(like) > 1:
            others = np.array([other for other, _ in like[1:]])
            table = colours.colour_table(state.get("colours"))
            alt = f"The next maps like it: {', '.join(map(str, others))}"
            four = mosaic.mosaic(scaled.pixels[others], table, columns=2)
            st.image(inline.url(four), width=_LARGE, alt=alt)
        else:
            values = one.maps[..., number]
            low, high = scaling.number_text(values.min()), scaling.number_text(values.max())
            with st.container(gap="xxsmall"):
                st.markdown(f"**Map {number}**  \n{low} to {high}")
                if one is source(works):
                    st.button("Close", key="close_pick", on_click=choose, args=(1, None))
    if like:
        st.caption(_told(source(works), one, like))


def _told(chosen: Work, one: Work, like: Matches) -> str:
    (best, correlation), *others = like
    height, width = (min(a, b) for a, b in zip(chosen.maps.shape, one.maps.shape[:2], strict=False))
    more = f" Then {', '.join(str(number) for number, _ in others)}." if others else ""
    return (
        f"Most like map {state.get('pick')} of pane {chosen.number}: **map {best}**, correlation "
        f"{correlation:.2f} over {height} × {width} positions.{more}"
    )
