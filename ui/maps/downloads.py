"""What can be taken away from the Feature maps page: pictures, arrays, the table, the code."""

import io
from collections.abc import Callable

import numpy as np
import streamlit as st

from fercore import drawing, recipe
from ui import state
from ui.maps.shown import Shown


def show(shown: Shown) -> None:
    """Draw the row of downloads; each file is built only when it is asked for."""
    name, number, numbers = shown.layer.name, state.get("map"), shown.numbers
    with st.container(horizontal=True, gap="small"):
        _button("Grid, PNG", lambda: picture(shown, numbers), f"{name}.png", "image/png")
        if number is not None:
            one = np.array([number])
            label = f"Map {number}, PNG"
            _button(label, lambda: picture(shown, one), f"{name}_{number}.png", "image/png")
        _button("Maps, npz", lambda: arrays(shown), f"{name}.npz", "application/octet-stream")
        _button("Table, CSV", lambda: table(shown), f"{name}.csv", "text/csv")
        with st.popover("This view as code"):
            st.code(recipe.script(shown.view, shown.maps), language="python")
            code, book = f"{name}.py", f"{name}.ipynb"
            _button("Script", lambda: recipe.script(shown.view, shown.maps), code, "text/x-python")
            _button("Notebook", lambda: recipe.notebook(shown.view, shown.maps), book, "text/plain")
    rows = st.expander("All maps as a table", on_change="rerun", key="table_of_maps")
    if rows.open:
        rows.dataframe(shown.statistics, hide_index=True, height=320)


def picture(shown: Shown, numbers: np.ndarray) -> bytes:
    """The maps `numbers` as a PNG with the caption above and the legend below."""
    scale, colours = state.get("scale"), state.get("colours")
    return drawing.picture(shown.maps, numbers, scale, colours, shown.caption)


def arrays(shown: Shown) -> bytes:
    """All maps of the layer, unscaled, with the caption, as an npz file."""
    held = io.BytesIO()
    np.savez_compressed(held, maps=shown.maps, caption=np.array(shown.caption))
    return held.getvalue()


def table(shown: Shown) -> bytes:
    """The statistics of all maps of the layer as CSV."""
    return shown.statistics.to_csv(index=False).encode()


def _button(label: str, make: Callable[[], bytes | str], file_name: str, mime: str) -> None:
    st.download_button(
        label, make, file_name=file_name, mime=mime, on_click="ignore", key=f"get {label}"
    )
