"""FER+ votes on the page Faces: those on the face that is chosen, and the wall sorted by them."""

from dataclasses import replace

import numpy as np
import streamlit as st

from fercore import plots_data
from fercore.datasets import VOTE_NAMES, FaceSet
from ui import state
from ui.grid.grid import Tiles


def sorted_by_disagreement(faces: FaceSet, positions: np.ndarray) -> np.ndarray:
    """`positions`, those first on which the voters disagree most; those without votes last."""
    how_much = _disagreement(faces, positions)
    return positions[np.argsort(-np.nan_to_num(how_much, nan=-1.0), kind="stable")]


def with_disagreement(tiles: Tiles, faces: FaceSet, positions: np.ndarray) -> Tiles:
    """The tiles of these faces, each saying how much the voters disagree on it."""
    how_much = _disagreement(faces, positions)
    titles = [
        title if np.isnan(much) else f"{title} · disagreement {much:.2f}"
        for title, much in zip(tiles.titles or [], how_much, strict=True)
    ]
    return replace(tiles, titles=titles)


def show(faces: FaceSet, at: int) -> None:
    """Draw the ten votes on the face at position `at`, beside its label."""
    assert faces.votes is not None
    votes, code = faces.votes[at], int(faces.labels[at])
    label = faces.emotions[code] if code >= 0 else None
    st.plotly_chart(
        plots_data.votes(votes, label),
        config={"displayModeBar": False},
        alt=f"FER+ votes on face {faces.rows[at]}: {_in_words(votes)}",
    )
    total = int(votes.sum())
    if not total:
        st.caption(f"Face {faces.rows[at]} has no FER+ votes.")
        return
    agree = "has no label"
    if label is not None:
        same = int(votes[VOTE_NAMES.index(label)]) if label in VOTE_NAMES else 0
        agree = f"is labelled {label}: {same} of {total} FER+ votes agree"
    much = _disagreement(faces, np.array([at]))[0]
    st.caption(
        f"Face {faces.rows[at]} {agree}. Disagreement {much:.2f}, from 0 (all votes alike) to 1 "
        "(the entropy of the votes)."
    )


def choose_order() -> None:
    """Draw the switch that sorts the wall."""
    st.segmented_control(
        "Sort",
        ["file", "disagreement"],
        format_func={"file": "file order", "disagreement": "disagreement"}.get,
        key="sort",
        required=True,
        persist_state="session",
        on_change=lambda: state.put("wall", 1),
        help="Disagreement: first the faces on which the FER+ voters are least of one mind.",
    )


def keep_order_in(faces: FaceSet) -> bool:
    """Whether the wall is sorted by disagreement; without votes, that is noted and undone."""
    if state.get("sort") == "disagreement" and faces.votes is None:
        state.note(f"{faces.title} has no FER+ votes to sort by. Showing the order of the file.")
        state.put("sort", "file")
    return bool(state.get("sort") == "disagreement")


def _disagreement(faces: FaceSet, positions: np.ndarray) -> np.ndarray:
    from fercore import quality  # here: the first page must not wait for scipy

    assert faces.votes is not None
    return quality.disagreement(faces.votes[positions])


def _in_words(votes: np.ndarray) -> str:
    given = [f"{name} {count}" for name, count in zip(VOTE_NAMES, votes, strict=True) if count]
    return ", ".join(given) or "none"
