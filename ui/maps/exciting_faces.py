"""The faces of the data set that excite a map most and least."""

import numpy as np
import streamlit as st

from fercore import excitation, response_store
from ui import state, views
from ui.grid.grid import grid
from ui.maps.shown import Shown

_AT_ONCE = 2_000  # faces that take about a second; more are measured when asked for
_TOP = 9


def show(shown: Shown, number: int) -> None:
    """Draw the nine faces that excite map `number` most, and the nine that excite it least."""
    responses = _measured(shown)
    if responses is None:
        return
    st.segmented_control(
        "Response",
        ["mean", "maximum"],
        key="response",
        required=True,
        persist_state="session",
        help="What counts: the mean of the map, or its strongest position.",
    )
    table = responses.mean if state.get("response") == "mean" else responses.maximum
    for place, largest, word in zip(
        st.columns(2, gap="medium"), (True, False), ("most", "least"), strict=True
    ):
        with place:
            _nine(shown, number, table, largest, word)


def _nine(shown: Shown, number: int, table: np.ndarray, largest: bool, word: str) -> None:
    positions = excitation.top_faces(table, number, _TOP, largest)
    values = table[positions, number]
    grid(
        views.face_tiles(shown.faces, positions),
        key=f"faces_{word}",
        label=f"The {len(positions)} faces that excite map {number} {word}",
        noun="face",
        selected=int(shown.faces.rows[shown.position]),
        height=124,
        on_pick=_open,
    )
    st.caption(
        f"Excite map {number} {word}, of {len(shown.faces):,} faces: {state.get('response')} "
        f"{values[0]:.3g} to {values[-1]:.3g}. A click makes it the face of all pages."
    )


def _measured(shown: Shown) -> excitation.Responses | None:
    arguments = (shown.model, shown.faces, shown.layer.name, shown.input_range)
    count = len(shown.faces)
    if count > _AT_ONCE and not response_store.is_measured(*arguments):
        st.caption(f"Measured once over all {count:,} faces, then kept on disk.")
        if not st.button(f"Measure {count:,} faces"):
            return None
    place = st.empty()

    def tell(done: int, total: int) -> None:
        if total > _AT_ONCE:
            place.progress(done / total, f"{done:,} of {total:,} faces through {shown.layer.name}")

    responses = response_store.measure(*arguments, progress=tell)
    place.empty()
    return responses


def _open(row: int | None) -> None:
    """Make the face that was clicked the face of all pages."""
    if row is not None:
        state.put("face", row)
        state.rerun_page()
