"""What a data set is: what was recognised, and its faces by emotion and split."""

import streamlit as st

from fercore import plots_data
from fercore.datasets import FaceSet
from ui import bars
from ui.data import left_out
from ui.data import words as data_words
from ui.data.sets import Chosen


def say(chosen: Chosen) -> None:
    """What the data set is, how its file was read, and what of it was not loaded."""
    opened = chosen.opened
    st.caption(
        f"**{data_words.plain(opened.title)}** · {len(opened):,} faces. "
        f"{data_words.plain(opened.form)} {data_words.plain(opened.origin)}"
    )
    if opened.left_out:
        left_out.show(opened)


def show_counts(chosen: Chosen) -> None:
    """Draw the faces of all pages by emotion and split."""
    faces = chosen.faces
    st.plotly_chart(
        plots_data.faces_by_split(faces.counts()),
        config={"displayModeBar": False},
        alt="The number of faces of each emotion in each split",
    )
    if chosen.number_left_out:
        left = f" {chosen.number_left_out:,} more are left out."
    else:
        left = " Nothing is left out."
    number = "1 face" if len(faces) == 1 else f"{len(faces):,} faces"
    st.caption(f"{number} by emotion and split.{left}")


def show_class_balance(faces: FaceSet, emotion: str | None) -> None:
    """Draw how many faces each emotion has, `emotion` strongly, and say how uneven that is."""
    if (faces.labels < 0).all():
        st.caption("No face here has a label.")
        return
    counts = faces.counts()
    bars.show(counts["all"], emotion)
    present = counts["all"][counts["all"] > 0]
    if present.nunique() == 1:
        st.caption(f"Faces of each emotion: {present.iloc[0]:,}. Nothing is out of balance.")
    else:
        st.caption(
            f"Class balance: {present.idxmax()} has {present.max() / present.min():.1f} times as "
            f"many faces as {present.idxmin()}."
        )
