"""Which face shall we look into? Faces by emotion; one click chooses the face of all pages."""

import math

import streamlit as st

from fercore.emotions import SPLITS
from ui import sidebar, state, views
from ui.data import left_out
from ui.data import overview as data_overview
from ui.data import sets as data_sets
from ui.data import votes as data_votes
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
by_disagreement = data_votes.keep_order_in(faces)
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
if by_disagreement:
    positions = data_votes.sorted_by_disagreement(faces, positions)
walls = max(1, math.ceil(len(positions) / PER_WALL))
if state.get("wall") > walls:
    state.put("wall", walls)
start = (state.get("wall") - 1) * PER_WALL
shown = positions[start : start + PER_WALL]
tiles = views.face_tiles(faces, shown)
if by_disagreement:
    tiles = data_votes.with_disagreement(tiles, faces, shown)

left, right = st.columns([0.67, 0.33], gap="medium")
with left:
    if len(shown):
        grid(
            tiles,
            key=f"wall_of_faces_{faces.name}",
            label=f"Wall of {len(shown)} faces, {state.get('emotion')}, {faces.title}",
            noun="face",
            selected=state.get("face"),
            height=520,
            share=0.65,
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
            width=112,
        )
        st.number_input(
            f"Wall, of {walls}",
            1,
            walls,
            key="wall",
            persist_state="session",
            width=144,
            help=f"{PER_WALL} faces a wall.",
        )
    if faces.votes is None:
        data_overview.show_class_balance(faces, chosen_emotion)
    else:
        data_votes.choose_order()
        votes, balance = st.tabs(["Votes on this face", "Class balance"])
        with votes:
            data_votes.show(faces, sidebar.position())
        with balance:
            data_overview.show_class_balance(faces, chosen_emotion)
if faces.left_out:
    left_out.show(data_sets.chosen().opened)
st.caption(
    f"Faces {start + 1:,}–{start + len(shown):,} of {len(positions):,}"
    f"{', by disagreement' if by_disagreement else ''} · frame: the emotion's colour · "
    f"{faces.origin}"
)
