"""What is wrong with a data set: the list of problems, and the faces of the one that is chosen."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from fercore.datasets import FaceSet
from ui import state, views
from ui.data import overview as data_overview
from ui.data import sets as data_sets
from ui.data.sets import Chosen
from ui.grid.grid import Tiles, grid

if TYPE_CHECKING:
    from fercore.quality import Finding, Report

PER_WALL = 120
COUNTS = str(state.SETTINGS["problem"].default)

_ROWS_SHOWN = 500  # a table of more is for a spreadsheet


def choose(report: "Report") -> "Finding | None":
    """Draw the list of problems with their counts; returns the one chosen, None for the counts."""
    findings = {finding.id: finding for finding in report.findings}
    _keep_problem_in(report)
    st.radio(
        "Counts, and problems found",
        [COUNTS, *findings],
        format_func=lambda id: "Faces by emotion" if id == COUNTS else findings[id].title,
        captions=["how many, in which split", *(_extent(finding) for finding in findings.values())],
        key="problem",
        persist_state="session",
        on_change=lambda: state.put("problem_wall", 1),
        label_visibility="collapsed",
    )
    for reason in dict.fromkeys(report.not_checked.values()):
        number = list(report.not_checked.values()).count(reason)
        problems = "1 more problem" if number == 1 else f"{number} more problems"
        st.caption(f"{problems} could not be looked for: {reason}")
    return findings.get(state.get("problem"))


def _keep_problem_in(report: "Report") -> None:
    id = state.get("problem")
    if id in (COUNTS, *(finding.id for finding in report.findings)):
        return
    reason = report.not_checked.get(id, f"no problem is called “{id[:60]}”.")
    state.note(f"{id[:60]} cannot be shown: {reason} Showing the counts.")
    state.put("problem", COUNTS)


def _extent(finding: "Finding") -> str:
    words = finding.headline if finding.count else "none found"
    return f"{words} · left out" if finding.id in data_sets.without() else words


def show(chosen: Chosen, report: "Report", finding: "Finding") -> None:
    """Draw a problem: its explanation, its switch and its faces; of class imbalance, the counts."""
    st.markdown(finding.explanation)
    if finding.id == "class-imbalance":
        data_overview.show_counts(chosen)
        if finding.count == 1:
            return
        st.caption(f"The {len(finding.positions):,} faces of the smallest class:")
    elif not len(finding.positions):
        st.success("None found in this data set.")
        return
    else:
        _show_switch(finding)
    _show_wall(chosen, finding)
    _show_tables(chosen.whole, report, finding)


def _show_switch(finding: "Finding") -> None:
    """The filter: leave the faces of this problem out on every page, or take them in again."""
    key = f"leave out {finding.id}"
    st.session_state[key] = finding.id in data_sets.without()
    st.toggle(
        f"Leave these out on every page: {len(finding.leave_out):,} faces",
        key=key,
        on_change=_switch,
        args=(finding.id, key),
        help=f"Which ones: {finding.leave_out_rule}.",
    )


def _switch(id: str, key: str) -> None:
    from fercore.quality import FINDING_IDS

    ids = set(data_sets.without()) ^ {id}
    state.put("without", ",".join(other for other in FINDING_IDS if other in ids))


def _show_wall(chosen: Chosen, finding: "Finding") -> None:
    walls = math.ceil(len(finding.positions) / PER_WALL)
    state.put("problem_wall", min(state.get("problem_wall"), walls))
    start = (state.get("problem_wall") - 1) * PER_WALL
    shown = slice(start, start + PER_WALL)
    grid(
        _tiles(chosen, finding, shown),
        key=f"problem {finding.id}",
        label=f"{finding.title}: {len(finding.positions[shown])} faces",
        noun="face",
        selected=state.get("face"),
        height=330,
        share=0.48,
        on_pick=lambda row: _pick(chosen, row),
    )


def _tiles(chosen: Chosen, finding: "Finding", shown: slice) -> Tiles:
    """The faces of a finding; those that are left out now are struck through."""
    whole, at = chosen.whole, finding.positions[shown]
    gone = ~np.isin(whole.rows[at], chosen.faces.rows)
    tiles = views.face_tiles(whole, at)
    titles = list(tiles.titles or [])
    if finding.groups is not None:
        groups = finding.groups[shown]
        titles = [f"{title} · group {n + 1}" for title, n in zip(titles, groups, strict=True)]
    titles = [
        f"{title} · left out" if out else title for title, out in zip(titles, gone, strict=True)
    ]
    return replace(tiles, titles=titles, marked=gone if gone.any() else None)


def _pick(chosen: Chosen, row: int | None) -> None:
    if row is None:
        return
    if row in chosen.faces.rows:
        state.put("face", row)
    else:
        state.note(f"Face {row} is left out on every page: take it in again to choose it.")


def _show_tables(whole: FaceSet, report: "Report", finding: "Finding") -> None:
    """The number of the wall, the faces as a table or CSV, and what the count is made of."""
    total = len(finding.positions)
    walls = math.ceil(total / PER_WALL)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if walls > 1:
            st.number_input(
                f"Wall, of {walls}",
                1,
                walls,
                key="problem_wall",
                persist_state="session",
                width=140,
            )
        with st.popover("Breakdown"):
            st.dataframe(finding.details, hide_index=True)
        with st.popover("Table"):
            st.dataframe(report.table(finding.id).head(_ROWS_SHOWN), hide_index=True, height=320)
            if total > _ROWS_SHOWN:
                st.caption(f"The first {_ROWS_SHOWN} of {total:,} faces; the CSV has them all.")
        st.download_button(
            "CSV",
            lambda: report.table(finding.id).to_csv(index=False).encode(),
            file_name=f"{whole.name}_{finding.id}.csv",
            mime="text/csv",
            on_click="ignore",
            key=f"get {finding.id}",
        )
