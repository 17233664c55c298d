"""The one sidebar, the same on every page: where to go, and what all pages share."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from fercore import datasets, models, weights
from fercore.datasets import FaceSet
from fercore.emotions import SPLITS
from fercore.errors import FercoreError
from ui import downloading, engine, inline, state, words
from ui.data import sets as data_sets
from ui.data.sets import Chosen

_FACE_PIXELS = 116


def show(pages: Mapping[str, Any], current: str) -> None:
    """Draw the sidebar; afterwards :func:`faces`, :func:`position` and :func:`model` can be asked.

    Parameters
    ----------
    pages : mapping of str to st.Page
        By their path in the address.
    current : str
        The path of the page that is shown.
    """
    data_sets.settle()
    place = st.sidebar.container(gap="xsmall")
    with place:
        now = state.values()
        for path, page in pages.items():
            title = f"**{page.title}**" if path == current else page.title
            st.page_link(page, label=title, query_params=state.link(path, now), width="stretch")
    chosen = _open_faces()
    with place:
        _choose_data_set(chosen)
        if chosen is not None:
            _show_face(chosen)
        _choose_model()


def faces() -> FaceSet:
    """The faces that all pages show: of the data set chosen, less those that are left out."""
    return data_sets.chosen().faces


def position() -> int:
    """Where the chosen face stands in :func:`faces`."""
    return faces().position(state.get("face"))


def image() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The chosen face: uint8 (48, 48)."""
    return faces().images[position()]


def face_text(face_set: FaceSet, at: int) -> str:
    """``"Face 12 · Happy · Training · person 1"``."""
    label, split = int(face_set.labels[at]), int(face_set.splits[at])
    parts = [f"Face {face_set.rows[at]}", face_set.emotions[label] if label >= 0 else "no label"]
    if split >= 0:
        parts.append(SPLITS[split])
    if face_set.persons is not None:
        parts.append(f"person {face_set.persons[at]}")
    return " · ".join(parts)


def settings() -> engine.Settings:
    """The model that the sidebar has chosen, as :func:`ui.engine.load` takes it."""
    return (
        st.session_state["_model_in_use"],
        state.get("size"),
        "imagenet" if state.get("weights") == "ImageNet" else None,
        state.get("pooling"),
        state.get("seed"),
    )


def model() -> models.Model:
    """The chosen model; shows what it waits for where that takes longer than half a second."""
    place = st.empty()
    loaded = engine.load_with_progress(settings(), lambda share, text: place.progress(share, text))
    place.empty()
    return loaded


def _open_faces() -> Chosen | None:
    """Open the data set, with a bar in the main part; None where that fails."""
    place = st.empty()
    try:
        return data_sets.chosen(lambda share, text: place.progress(share, text))
    except Exception:  # the page asks for the faces, too, and says why there are none
        return None
    finally:
        place.empty()


def _choose_data_set(chosen: Chosen | None) -> None:
    titles = data_sets.titles()
    st.selectbox(
        "Data set",
        list(titles),
        format_func=lambda source: titles.get(source, source),
        key="dataset",
        persist_state="session",
        on_change=data_sets.start_anew,
    )
    if chosen is not None and chosen.number_left_out:
        total = len(chosen.whole)
        st.caption(f"{chosen.number_left_out:,} of {total:,} faces left out.")
    if chosen is not None and chosen.whole.needs_mapping:
        st.caption("What its label numbers mean is assumed: see Data.")
    try:
        datasets.data_folder()
    except FercoreError as refusal:
        st.warning(str(refusal))


def _show_face(chosen: Chosen) -> None:
    face_set = chosen.faces
    _keep_face_in(chosen)
    at = face_set.position(state.get("face"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.image(
            inline.url(face_set.images[at]),
            width=_FACE_PIXELS,
            alt=face_text(face_set, at),
        )
        st.number_input(
            "Face",
            min_value=0,
            max_value=int(face_set.rows[-1]),
            key="face",
            help="The row in the data set's file, counted from 0.",
            persist_state="session",
            width=120,
        )
    st.caption(face_text(face_set, at).split(" · ", 1)[1])


def _keep_face_in(chosen: Chosen) -> None:
    row = state.get("face")
    try:
        chosen.faces.position(row)
    except FercoreError as refusal:
        reason = str(refusal)
        if row in chosen.whole.rows:
            reason = f"Face {row} is one of those that are left out."
        first = int(chosen.faces.rows[0])
        state.note(f"{reason} Showing face {first}.")
        state.put("face", first)


def _choose_model() -> None:
    st.selectbox(
        "Model",
        list(models.REGISTRY),
        format_func=_model_label,
        key="model",
        persist_state="session",
        on_change=_start_download,
        help=words.MODEL,
    )
    _follow_download()
    st.segmented_control(
        "Weights",
        ["ImageNet", "random"],
        key="weights",
        required=True,
        persist_state="session",
        help=words.WEIGHTS,
    )
    st.segmented_control(
        "Input size",
        list(models.INPUT_SIZES),
        key="size",
        required=True,
        persist_state="session",
        help=words.INPUT_SIZE,
    )
    st.segmented_control(
        "Input range",
        ["0-255", "0-1"],
        format_func=lambda r: "0-255" if r == "0-255" else "÷ 255 (tutorial)",
        key="range",
        required=True,
        persist_state="session",
        help=words.INPUT_RANGE,
    )


def _model_label(name: str) -> str:
    return name if weights.at_hand(name) else f"{name} · {weights.download_size(name)} MB, once"


def _needs_download() -> bool:
    return state.get("weights") == "ImageNet" and not weights.at_hand(state.get("model"))


def _start_download() -> None:
    if _needs_download():
        models.start_download(state.get("model"))


def _follow_download() -> None:
    """Say how a download goes; until it has come, the model in use stays."""
    wanted = state.get("model")
    if not _needs_download():
        st.session_state["_model_in_use"] = wanted
        return
    in_use = st.session_state.setdefault("_model_in_use", models.default_name())
    job = weights.download_state(wanted)
    if job is not None and job.running:
        downloading.show(wanted)
        st.caption(f"Still showing {in_use}.")
        return
    if job is not None and job.error is not None:
        st.error(str(job.error))
    size = weights.download_size(wanted)
    st.caption(f"{wanted} needs {size} MB of weights, once. Still showing {in_use}.")
    st.button("Download", on_click=_start_download, width="stretch")
