"""The one sidebar, the same on every page: where to go, and what all pages share."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from fercore import datasets, models, weights
from fercore.datasets import FaceSet, Source
from fercore.datasets.sources import slug
from fercore.emotions import SPLITS
from fercore.errors import FercoreError
from ui import cached, engine, state, words

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
    with st.sidebar, st.container(gap="xsmall"):
        for path, page in pages.items():
            title = f"**{page.title}**" if path == current else page.title
            st.page_link(page, label=title, query_params=state.link(path), width="stretch")
        _choose_data_set()
        _show_face()
        _choose_model()


def faces() -> FaceSet:
    """The data set that the sidebar has chosen."""
    return _open(_source())


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


def _source() -> Source:
    """The data set chosen; one that is not here is noted, with what is known of it."""
    offered = {source.id: source for source in cached.sources()}
    chosen = state.get("dataset")
    if chosen in offered:
        return offered[chosen]
    known = {slug(remark.title): remark.sentence for remark in datasets.remarks()}
    reason = known.get(chosen, f"There is no data set called “{chosen[:60]}” here.")
    state.note(f"{reason} Showing the sample; the data sets here are {', '.join(offered)}.")
    state.put("dataset", "sample")
    return offered["sample"]


def _open(source: Source) -> FaceSet:
    stamp = source.path.stat().st_mtime if source.path is not None else 0.0
    return cached.face_set(source.id, stamp)


def _choose_data_set() -> None:
    _source()
    sources = {source.id: source.title for source in cached.sources()}
    st.selectbox(
        "Data set",
        list(sources),
        format_func=lambda source: sources.get(source, source),
        key="dataset",
        persist_state="session",
    )
    try:
        datasets.data_folder()
    except FercoreError as refusal:
        st.warning(str(refusal))


def _show_face() -> None:
    try:
        face_set = faces()
        _keep_face_in(face_set)
    except FercoreError:
        return  # the page asks for the faces, too, and says why there are none
    at = position()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.image(
            face_set.images[at],
            width=_FACE_PIXELS,
            output_format="PNG",
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


def _keep_face_in(face_set: FaceSet) -> None:
    try:
        face_set.position(state.get("face"))
    except FercoreError as refusal:
        first = int(face_set.rows[0])
        state.note(f"{refusal} Showing face {first}.")
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
        _watch(wanted, in_use)
        return
    if job is not None and job.error is not None:
        st.error(str(job.error))
    size = weights.download_size(wanted)
    st.caption(f"{wanted} needs {size} MB of weights, once. Still showing {in_use}.")
    st.button("Download", on_click=_start_download, width="stretch")


@st.fragment(run_every=1.0)
def _watch(wanted: str, in_use: str) -> None:
    job = weights.download_state(wanted)
    if job is None or not job.running:
        st.rerun()
    size = weights.download_size(wanted)
    with st.spinner(f"Downloading {wanted}: {size} MB, once. Still showing {in_use}."):
        job.wait(0.9)
