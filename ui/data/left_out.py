"""What a data set's file held that could not be loaded: how much, why, and all of it as a file."""

import pandas as pd
import streamlit as st

from fercore.datasets import FaceSet

_SHOWN = 200  # a table of more is for a spreadsheet


def show(faces: FaceSet) -> None:
    """Say how many rows were left out; the reasons behind a click, the whole list as CSV."""
    table = pd.DataFrame(faces.left_out)
    total = len(faces) + len(table)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{len(table):,} of {total:,} rows were left out. They could not be read as faces.",
            width="content",
        )
        details = st.popover("Which, and why", type="tertiary")
    with details:
        st.dataframe(table.head(_SHOWN), hide_index=True)
        if len(table) > _SHOWN:
            st.caption(f"The first {_SHOWN} of {len(table):,}; the file has them all.")
        st.download_button(
            "CSV of what was left out",
            lambda: table.to_csv(index=False).encode(),
            file_name="left_out.csv",
            mime="text/csv",
            on_click="ignore",
        )
