"""Which face shall we look into? Faces by emotion; one click chooses the face of all pages."""

import math

import streamlit as st

from fercore import plots
from fercore.emotions import SPLITS
from ui import left_out, sidebar, state, views
from ui.grid.grid import grid

PER_WALL = 120  # what a screen holds at a size that a back row can see

faces = sidebar.faces()
counts = faces.counts()

st.header("Which face shall we look into?", anchor=False)


def label_with_count(emotion: str) -> str:
    total = len(faces) if emotion == "All" else int(counts["all"].get(emotion, 0))
    return f"{emotion} {total:,}"


def choose(row: int | None) -> None:
    if row is not None:
        state.put("face", row)


emotions = ["All", *counts.index]
splits = ["All", *(split for split in SPLITS if split in counts.columns)]
for name, allowed in (("emotion", emotions), ("split", splits)):
    if state.get(name) not in allowed:
        state.note(f"{faces.title} has no {name} “{state.get(name)}”. Showing all.")
        state.put(name, "All")
state.show_notes()

st.pills(
    "Emotion",
    emotions,
    format_func=label_with_count,
    key="emotion",
    required=True,
    persist_state="session",
    label_visibility="collapsed",
    on_change=lambda: state.put("wall", 1),
)
chosen_emotion = None if state.get("emotion") == "All" else state.get("emotion")
chosen_split = None if state.get("split") == "All" else state.get("split")
positions = faces.where(chosen_emotion, chosen_split)
walls = max(1, math.ceil(len(positions) / PER_WALL))
if state.get("wall") > walls:
    state.put("wall", walls)
start = (state.get("wall") - 1) * PER_WALL
shown = positions[start : start + PER_WALL]

left, right = st.columns([0.68, 0.32], gap="medium")
with left:
    if len(shown):
        grid(
            views.face_tiles(faces, shown),
            key=f"wall_of_faces_{faces.name}",
            label=f"Wall of {len(shown)} faces, {state.get('emotion')}, {faces.title}",
            noun="face",
            selected=state.get("face"),
            height=520,
            on_pick=choose,
        )
    else:
        st.info("No face has this emotion in this split. Choose another split or emotion.")
with right:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Split",
            splits,
            key="split",
            persist_state="session",
            on_change=lambda: state.put("wall", 1),
            help="FER2013's own parts: to learn from, and twice to test on.",
            width=150,
        )
        st.number_input(
            f"Wall, of {walls}",
            1,
            walls,
            key="wall",
            persist_state="session",
            width=150,
            help=f"{PER_WALL} faces a wall.",
        )
    st.plotly_chart(
        plots.class_balance(counts, chosen_emotion),
        config={"displayModeBar": False},
        alt="Class balance: the number of faces of each emotion",
    )
    present = counts["all"][counts["all"] > 0]
    if present.nunique() == 1:
        st.caption(f"Faces of each emotion: {present.iloc[0]:,}. Nothing is out of balance.")
    else:
        st.caption(
            f"Class balance: {present.idxmax()} has {present.max() / present.min():.1f} times as "
            f"many faces as {present.idxmin()}."
        )
if faces.left_out:
    left_out.show(faces)
st.caption(
    f"Faces {start + 1:,}–{start + len(shown):,} of {len(positions):,} · frame: the emotion's "
    f"colour · {faces.origin}"
)
