"""Sweeps at work: each in a thread, shared by all sessions, shown stage by stage, stopped at will.

A sweep belongs to what it depends on, not to who asked first: whoever asks for the same thing
watches the same job. It stops when nobody watches it any more: all have pressed Stop, gone on to
another view, or closed the page.
"""

import os
import sys
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from typing import Generic, TypeVar

import streamlit as st

from fercore.clustering import ClusteringCancelled

Stage = TypeVar("Stage")
Progress = Callable[[float, str], None]
Cancelled = Callable[[], bool]
Work = Callable[[Progress, Cancelled], Iterator[Stage]]
"""Hands out its result stage by stage; each holds what the one before held."""

PATIENCE = 90.0
"""Seconds after which a watcher who has not asked again is gone; a hidden tab asks once a minute.
"""


class Job(Generic[Stage]):
    """One sweep in a thread.

    Attributes
    ----------
    latest
        The last stage so far, or None.
    stages : int
        How many there were.
    progress : (float, str)
        The share done, 0 to 1, and what is at work.
    running : bool
        Whether further stages may come.
    stopped : bool
        Whether it ended because nobody watched it.
    error : Exception or None
        What it failed with.
    """

    def __init__(self, work: Work[Stage]) -> None:
        self.latest: Stage | None = None
        self.stages = 0
        self.progress = (0.0, "waiting for another grouping to end")
        self.running = True
        self.stopped = False
        self.error: Exception | None = None
        self._watchers: dict[str, float] = {}
        self._changed = threading.Condition()
        self.watch()
        threading.Thread(target=self._run, args=(work,), name="sweep", daemon=True).start()

    def watch(self) -> None:
        """Say that this session still waits for the result."""
        self._watchers[_session()] = time.monotonic()

    def leave(self) -> None:
        """Say that this session does not wait any more."""
        self._watchers.pop(_session(), None)

    def wait(self, seconds: float) -> None:
        """Wait for the first stage, but not longer than some seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.stages or not self.running, seconds)

    def _run(self, work: Work[Stage]) -> None:
        _give_way()
        try:
            for stage in work(self._tell, self._unwatched):
                with self._changed:
                    self.latest, self.stages = stage, self.stages + 1
                    self._changed.notify_all()
        except ClusteringCancelled:
            self.stopped = True
        except Exception as error:  # raised in the sessions that watch
            self.error = error
        with self._changed:
            self.running = False
            self._changed.notify_all()

    def _tell(self, share: float, text: str) -> None:
        self.progress = (min(max(share, 0.0), 1.0), text)

    def _unwatched(self) -> bool:
        now = time.monotonic()
        return all(now - asked > PATIENCE for asked in list(self._watchers.values()))


class Jobs(Generic[Stage]):
    """The latest jobs by what they depend on.

    Parameters
    ----------
    most : int
        So many are kept with their results; the one unused for longest gives way.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._jobs: OrderedDict[Hashable, Job[Stage]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Job[Stage] | None:
        """The job under `key`; None where there is none or it was stopped."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.stopped:
                return None
            self._jobs.move_to_end(key)
            return job

    def start(self, key: Hashable, work: Work[Stage]) -> Job[Stage]:
        """The job under `key`; begun with `work` where there is none, or where it has failed."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.stopped or job.error is not None:
                self._jobs[key] = job = Job(work)
            job.watch()
            self._jobs.move_to_end(key)
            while len(self._jobs) > self._most:
                self._jobs.popitem(last=False)
            return job

    def leave_others(self, key: Hashable) -> None:
        """Say that this session waits for no job but the one under `key`."""
        with self._lock:
            for other, job in self._jobs.items():
                if other != key:
                    job.leave()


def in_turn(steps: Iterator[Stage], cancelled: Cancelled, turn: threading.Lock) -> Iterator[Stage]:
    """Hand out `steps`, each computed while no other job with the same `turn` computes one.

    Each uses all cores: side by side all would be slow. Between two steps others have their turn,
    so that nobody's first curve waits for the whole of another's sweep.
    """
    while True:
        while not turn.acquire(timeout=0.1):
            if cancelled():
                raise ClusteringCancelled("Nobody waits for this grouping any more.")
        try:
            step = next(steps, None)
        finally:
            turn.release()
        if step is None:
            return
        yield step


def _give_way() -> None:
    """Let what draws the pages go before this thread and those that it starts."""
    if sys.platform == "linux":  # elsewhere a priority is that of the whole process
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


def _session() -> str:
    return str(st.session_state.setdefault("_watcher", uuid.uuid4().hex))
