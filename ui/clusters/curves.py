"""The verdict, the curves over k, and the choice of a k."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from fercore import plots_clusters
from fercore.clustering import Sweep
from ui import state, views, words
from ui.clusters import words as clusters_words


def config(name: str) -> dict[str, Any]:
    """Plotly's settings: one button on the chart, which saves it as an SVG file called `name`."""
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "svg", "filename": name},
    }


def show_before(k_max: int) -> None:
    """The axes alone, for the class to guess; meanwhile the browser loads what draws charts."""
    st.plotly_chart(
        plots_clusters.before(k_max),
        key="before",
        config={"displayModeBar": False},
        alt="An empty chart: how will the curve fall, at which k will it bend?",
    )


def chosen_k(most: int, suggested: int) -> int:
    """The k whose groups are shown: the visitor's, or else the one suggested."""
    k = state.get("k")
    if k is not None and k > most:
        state.note(f"This sweep ends at k = {most}: there is no k = {k}. Showing k = {suggested}.")
        state.put("k", None)
        state.show_notes()
    return state.get("k") or suggested


def suggestion(sweep: Sweep) -> int:
    """The k to show where nobody has chosen one: what the most trusted criterion says."""
    of_verdict = sweep.verdict.k if sweep.verdict is not None else None
    said = (of_verdict, *(sweep.suggested.get(name) for name in ("elbow", "silhouette", "gap")))
    return next((k for k in said if k is not None), min(4, len(sweep.table)))


def show_curves(sweep: Sweep, k: int, are_pictures: bool) -> None:
    """The elbow curve, and beside it what speaks for each k; below, how the groups are drawn."""
    column = state.get("curve")
    side_by_side(
        plots_clusters.curve(sweep.table, column, sweep.suggested["elbow"], k),
        f"The {column} of k-means for k = 1 to {len(sweep.table)}",
        plots_clusters.criteria(sweep.table, sweep.suggested, k),
        "Silhouette, gap statistic and stability for each k",
        k,
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        ask_k(len(sweep.table), k)
        st.segmented_control(
            "Curve",
            ["inertia", "distortion"],
            key="curve",
            required=True,
            persist_state="session",
        )
        if are_pictures:
            st.selectbox(
                "Scale",
                list(views.SCALES),
                format_func=lambda s: views.SCALES[s],
                key="scale",
                persist_state="session",
                help=words.SCALE,
                width=190,
            )
        with st.popover("What do the curves mean?", type="tertiary"):
            st.markdown(clusters_words.CURVES)


def side_by_side(left: Any, left_alt: str, right: Any, right_alt: str, k: int) -> None:
    """Two figures over k; a click on a point of either chooses its k."""
    # With the k in the key a chart is new for each, so that no point counts as clicked before.
    for place, figure, alt, name in zip(
        st.columns(2, gap="small"),
        (left, right),
        (left_alt, right_alt),
        ("curve", "criteria"),
        strict=True,
    ):
        key = f"{name}_{k}"
        with place:
            st.plotly_chart(
                figure,
                key=key,
                on_select=partial(_choose, key),
                selection_mode="points",
                config=config(name),
                alt=alt,
            )
    st.caption(clusters_words.READING)


def ask_k(most: int, k: int) -> None:
    """Draw the number of groups as a number."""
    st.number_input(
        "k, the groups below",
        min_value=1,
        max_value=most,
        value=None,
        key="k",
        placeholder=f"{k}, suggested",
        persist_state="session",
        width=190,
    )


def show_table(table: pd.DataFrame) -> None:
    """All that the curves show as numbers, behind a click."""
    with st.expander("All numbers as a table", on_change="rerun", key="table_of_k") as place:
        if place.open:
            st.dataframe(table.round(4), hide_index=True)


def _choose(key: str) -> None:
    points = st.session_state[key].selection.points
    if points:
        state.put("k", round(points[0]["x"]))
