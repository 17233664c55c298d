"""A sweep on the page while it is at work: started when it is wanted, watched, stopped."""

from collections.abc import Hashable
from typing import Any

import streamlit as st

from ui.clusters.jobs import Job, Jobs, Work

_AT_ONCE = 0.6  # seconds: a first curve that is nearly there needs no progress bar
_POLL = 0.3
_STOPPED = "_stopped_grouping"


def follow(
    jobs: Jobs[Any], key: Hashable, work: Work[Any], asked: bool, by_link: bool
) -> Job[Any] | None:
    """The job under `key` where it is wanted, or None; draws its progress while it is at work.

    Parameters
    ----------
    jobs, key, work
        As :meth:`ui.clusters.jobs.Jobs.start` takes them.
    asked : bool
        Whether the form was just sent.
    by_link : bool
        Whether the link wants the result; unlike the form it does not begin anew what was stopped.

    Raises
    ------
    Exception
        What the work has failed with.
    """
    jobs.leave_others(key)
    # Always there, so that what stands below keeps its place and is not drawn anew.
    place = st.empty()
    if asked:
        st.session_state.pop(_STOPPED, None)
    elif st.session_state.get(_STOPPED) == key:
        place.caption("Stopped. The button above begins anew.")
        return None
    job = jobs.find(key)
    if asked or (job is None and by_link):
        job = jobs.start(key, work)
        job.wait(_AT_ONCE)
    if job is None:
        return None
    job.watch()
    if job.error is not None:
        raise job.error.with_traceback(None)
    if job.running:
        with place.container():
            st.fragment(_watch, run_every=_POLL)(job, job.stages, key)
    return job


def _watch(job: Job[Any], drawn: int, key: Hashable) -> None:
    """Say how far the job is; where a stage has come, the whole page shows it."""
    stopped = st.session_state.get(_STOPPED) == key
    if stopped or job.stages > drawn or not job.running:
        st.rerun()
    job.watch()
    share, text = job.progress
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.progress(share, text)
        st.button("Stop", on_click=_stop, args=(job, key), key="stop_grouping")


def _stop(job: Job[Any], key: Hashable) -> None:
    job.leave()
    st.session_state[_STOPPED] = key
