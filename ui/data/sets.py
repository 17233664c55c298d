"""The data set of all pages: opened once for all sessions, its labels read, some faces left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from fercore.datasets import FaceSet, Source
from fercore.datasets.sources import SAMPLE_ID, slug
from fercore.errors import FercoreError
from ui import cached, state
from ui.data import labels as data_labels
from ui.data.jobs import Job, Show

if TYPE_CHECKING:
    from fercore.quality import Report

T = TypeVar("T")

UPLOAD = "my_upload"
"""Stands for the visitor's upload in the address; no slug of a file has an underscore."""

_UPLOAD = "_upload"
_BEFORE = "_before_upload"  # the data set and upload to go back to if the new one fails
_FORGET_FAILURE_AFTER = 5.0  # seconds: the parts of one page do not each try again


@dataclass(frozen=True)
class Upload:
    """What a visitor has uploaded; `key` is like that of no other upload."""

    title: str
    key: str
    job: Job[FaceSet]


@dataclass(frozen=True)
class Chosen:
    """The data set that is chosen, at its three stages.

    Attributes
    ----------
    opened : FaceSet
        As the file was read.
    whole : FaceSet
        The same with the visitor's meaning of the label numbers.
    faces : FaceSet
        What all pages show: less the faces that the visitor leaves out.
    mapping : dict of int to str, or None
        The visitor's meaning of the label numbers.
    key : str
        Stands for `whole` where results are cached.
    """

    opened: FaceSet
    whole: FaceSet
    faces: FaceSet
    mapping: Mapping[int, str] | None
    key: str

    @property
    def number_left_out(self) -> int:
        """How many faces the visitor leaves out."""
        return len(self.whole) - len(self.faces)


def titles() -> dict[str, str]:
    """The data sets on offer: their titles by their ids."""
    offered = {source.id: source.title for source in cached.sources()}
    upload = st.session_state.get(_UPLOAD)
    return offered if upload is None else offered | {UPLOAD: f"Your upload: {upload.title}"}


def without() -> tuple[str, ...]:
    """The findings whose faces the visitor leaves out."""
    return tuple(filter(None, state.get("without").split(",")))


def settle() -> None:
    """Make the data set one that is here; one that is not is noted. Opens nothing."""
    if state.get("dataset") != UPLOAD or st.session_state.get(_UPLOAD) is None:
        _source()


def chosen(show: Show | None = None) -> Chosen:
    """The data set that the address or the sidebar names; one that is not here is noted.

    Parameters
    ----------
    show : callable, optional
        Is told how far the opening is, where it takes longer than half a second.

    Raises
    ------
    FercoreError
        If it cannot be opened.
    """
    key, opened = _open(show)
    mapping = _mapping(opened)
    whole = opened
    if mapping is not None:
        key = f"{key} {sorted(mapping.items())}"
        whole = cached.remapped(opened, key, mapping)
    return Chosen(opened, whole, _less_those_left_out(whole, key, show), mapping, key)


def as_code() -> dict[str, Any]:
    """The fields of :class:`fercore.recipe.View` that say how all this is done in code."""
    here = chosen()
    upload = here.opened.title if state.get("dataset") == UPLOAD else ""
    return {
        "source": state.get("dataset"),
        "without": without(),
        "mapping": here.mapping,
        "upload": upload,
    }


def examined(whole: FaceSet, key: str, show: Show | None = None) -> "Report":
    """What is wrong with the faces that `key` stands for."""
    return _result(cached.examination, whole, key, show=show)


def take_upload(upload: Upload) -> None:
    """Make an upload the data set of all pages; only in a callback."""
    st.session_state[_BEFORE] = (state.get("dataset"), st.session_state.get(_UPLOAD))
    st.session_state[_UPLOAD] = upload
    state.put("dataset", UPLOAD)
    start_anew()


def start_anew() -> None:
    """Forget what was chosen within another data set; only in a callback."""
    for name in ("mapping", "face", "wall", "problem_wall", "sort"):
        state.put(name, state.default(name))


def _open(show: Show | None) -> tuple[str, FaceSet]:
    upload = st.session_state.get(_UPLOAD)
    if state.get("dataset") == UPLOAD and upload is not None:
        try:
            faces = upload.job.wait(show)
        except Exception as error:
            _go_back()
            if not isinstance(error, FercoreError):
                raise  # a defect; the next run shows what was there before
            state.note(f"{error} Showing {titles().get(state.get('dataset'), 'the sample')}.")
            return _open(show)
        st.session_state.pop(_BEFORE, None)
        return upload.key, faces
    source = _source()
    stamp = cached.stamp(str(source.path)) if source.path else ()
    faces = _result(cached.opening, source.id, source.title, stamp, show=show)
    return f"{source.id} {stamp}", faces


def _go_back() -> None:
    """Drop the upload that failed, and return to what was shown before it."""
    dataset, upload = st.session_state.pop(_BEFORE, (SAMPLE_ID, None))
    st.session_state[_UPLOAD] = upload
    state.put("dataset", dataset)


def _source() -> Source:
    """The data set of the list; one that is not here is noted, with what is known of it."""
    offered = {source.id: source for source in cached.sources()}
    name = state.get("dataset")
    if name in offered:
        return offered[name]
    known = {slug(remark.title): remark.sentence for remark in cached.remarks()}
    reason = known.get(name, f"There is no data set called “{name[:60]}” here.")
    if name == UPLOAD:
        reason = (
            "An upload stays in the browser window that made it: no link can share it, and it is "
            "gone when the page is loaded anew."
        )
    state.note(f"{reason} Showing the sample; the data sets here are {', '.join(offered)}.")
    state.put("dataset", SAMPLE_ID)
    return offered[SAMPLE_ID]


def _mapping(opened: FaceSet) -> Mapping[int, str] | None:
    """The meaning of the label numbers that the address gives; one that does not fit is noted."""
    if not state.get("mapping"):
        return None
    try:
        return data_labels.read(state.get("mapping"), opened)
    except ValueError as error:
        state.note(f"{error} The labels are shown as they were read.")
        state.put("mapping", "")
        return None


def _less_those_left_out(whole: FaceSet, key: str, show: Show | None) -> FaceSet:
    if not without():
        return whole
    try:
        return cached.left_out(whole, examined(whole, key, show), key, without())
    except FercoreError as refusal:
        state.note(f"{refusal} Nothing is left out now.")
        state.put("without", "")
        return whole


def _result(make: Callable[..., Job[T]], *args: Any, show: Show | None) -> T:
    """What a cached job gives; a failure is forgotten after some seconds, to be tried again."""
    job = make(*args)
    if job.failed_for > _FORGET_FAILURE_AFTER:
        make.clear(*args)  # type: ignore[attr-defined]
        job = make(*args)
    return job.wait(show)
