"""Where the faces come from: the data sets at hand, an upload, and how to get FER2013."""

import threading
import uuid
import weakref

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from fercore import uploads
from fercore.datasets import UPLOAD_LIMIT_MB, FaceSet
from fercore.errors import DatasetError
from ui import cached, state
from ui.data import sets as data_sets
from ui.data import words as data_words
from ui.data.jobs import Job, Show

MAX_BYTES = 1 << 30
"""The pictures of all uploads that are open at a time: twelve times the whole of FER2013."""

_SHOWN = 6  # data sets; more of them can be scrolled
_POPOVER = "choose_or_upload"
_TURN = "_upload_turn"
_open_uploads: "weakref.WeakSet[FaceSet]" = weakref.WeakSet()
_lock = threading.Lock()


def show() -> None:
    """Draw the buttons that lead to other data sets."""
    with st.popover("Choose or upload", key=_POPOVER, on_change="rerun"):
        _list_data_sets()
        _show_uploader()
    with st.popover("How to get FER2013", type="tertiary"):
        st.markdown(data_words.HOW_TO_GET_FER2013)
    remarks = cached.remarks()
    if remarks:
        files = "1 file is" if len(remarks) == 1 else f"{len(remarks)} files are"
        with st.popover(f"{files} no data set", type="tertiary"):
            for remark in remarks:
                st.text(remark.sentence)


def _list_data_sets() -> None:
    kinds = {source.id: source.kind for source in cached.sources() if source.path is not None}
    titles = data_sets.titles()
    with st.container(height=330 if len(titles) > _SHOWN else "content", border=False, gap="small"):
        for id, title in titles.items():
            st.button(
                data_words.plain(f"{title} · {kinds[id]}" if id in kinds else title),
                key=f"choose {id}",
                type="primary" if id == state.get("dataset") else "secondary",
                on_click=_choose,
                args=(id,),
                width="stretch",
            )


def _choose(id: str) -> None:
    state.put("dataset", id)
    data_sets.start_anew()
    st.session_state[_POPOVER] = False  # closed


def _show_uploader() -> None:
    # A new key after each upload: the widget is empty again and its file can go.
    key = f"upload {st.session_state.get(_TURN, 0)}"
    st.file_uploader(
        "Upload a file of your own",
        key=key,
        max_upload_size=UPLOAD_LIMIT_MB,
        on_change=_take,
        args=(key,),
    )
    st.caption(data_words.UPLOAD_HELP)


def _take(key: str) -> None:
    file = st.session_state.get(key)
    if not isinstance(file, UploadedFile):
        return
    job = Job(lambda tell: open_bounded(file, tell), f"Opening {file.name}")
    data_sets.take_upload(data_sets.Upload(file.name, f"upload {uuid.uuid4()}", job))
    st.session_state[_POPOVER] = False  # closed
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    # Streamlit would keep the bytes (301 MB of fer2013.csv) until the window closes.
    context = get_script_run_ctx()
    if context is not None:
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def open_bounded(file: UploadedFile, tell: Show) -> FaceSet:
    """Open an upload, unless the uploads of all visitors would become too many.

    Raises
    ------
    FercoreError
        If it is no data set and no picture, or there is no room for it.
    """
    faces = uploads.open_upload(file, file.name, tell)
    with _lock:
        held = sum(other.images.nbytes for other in _open_uploads)
        if held + faces.images.nbytes > MAX_BYTES:
            raise DatasetError(
                f"There is no room for {faces.title}: the uploads that are open on this server "
                f"take {held >> 20} of {MAX_BYTES >> 20} MB. Put it into the data folder instead, "
                "or try again when other windows are closed."
            )
        _open_uploads.add(faces)
    return faces
