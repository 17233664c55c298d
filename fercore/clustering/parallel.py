"""Independent tasks on all cores, with progress and cancel, without oversubscription."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from threading import Event, Lock
from typing import Any, TypeVar

from threadpoolctl import ThreadpoolController

from fercore.errors import ClusteringError

Progress = Callable[[float, str], None]
Cancelled = Callable[[], bool]
Result = TypeVar("Result")
Task = Generator[str, None, Result]
"""A generator that returns its result; now and then it yields what it is at ("" for: the same)."""

POLL_SECONDS = 0.1
"""How often a waiting caller hears where its tasks are."""


class ClusteringCancelled(ClusteringError):  # noqa: N818 (a request, not an error)
    """The sweep was stopped on request."""


class Report:
    """Runs the stages of a long computation, telling a visitor where it is.

    Parameters
    ----------
    progress : callable, optional
        Called in the caller's thread with the share done (0 to 1) and what is at work.
    cancelled : callable, optional
        Asked some times a second; True raises :class:`ClusteringCancelled`.
    """

    def __init__(self, progress: Progress | None, cancelled: Cancelled | None) -> None:
        self._progress = progress
        self._cancelled = cancelled
        self._done = 0.0

    def run(self, tasks: Sequence[Task[Result]], doing: str, share: float) -> list[Result]:
        """Run the tasks of one stage, which is ``share`` of the whole, and return their results."""

        def step(finished: int, at: str) -> None:
            self._tell(share * finished / len(tasks), f"{doing}: {at}" if at else doing)

        results = run_all(tasks, step)
        self.advance(share)
        return results

    def advance(self, share: float) -> None:
        """Count ``share`` more of the whole as done."""
        self._done += share

    def say(self, doing: str) -> None:
        """Pass on what is at work, or stop here if that was asked for."""
        self._tell(0.0, doing)

    def _tell(self, more: float, text: str) -> None:
        if self._cancelled is not None and self._cancelled():
            raise ClusteringCancelled("The grouping was stopped before it was complete.")
        if self._progress is not None:
            self._progress(min(self._done + more, 1.0), text)


def run_all(tasks: Sequence[Task[Result]], step: Callable[[int, str], None]) -> list[Result]:
    """Run ``tasks`` in threads, one a core, and return their results in order.

    Parameters
    ----------
    tasks : sequence of generators
        They should spend their time in NumPy, which lets other threads run meanwhile.
    step : callable
        Called in the caller's thread, some times a second and after the last task, with the number
        of finished tasks and what was last begun. What it raises stops all tasks at their next
        ``yield`` and is passed on.
    """
    stop = Event()
    latest = [""]

    def drive(task: Task[Result]) -> Result | None:
        while not stop.is_set():
            try:
                latest[0] = next(task) or latest[0]
            except StopIteration as end:
                result: Result = end.value
                return result
        return None

    with _one_blas_thread(), ThreadPoolExecutor(_cores()) as pool:
        futures = [pool.submit(drive, task) for task in tasks]
        waiting = set(futures)
        try:
            while waiting:
                waiting = wait(waiting, POLL_SECONDS, FIRST_COMPLETED).not_done
                step(len(futures) - len(waiting), latest[0])
        except BaseException:
            stop.set()
            raise
        return [future.result() for future in futures]  # type: ignore[misc]


def _cores() -> int:
    """The cores this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_lock = Lock()
_users = 0
_limit: Any = None


@cache
def _controller() -> Any:
    return ThreadpoolController()  # looks through all loaded libraries: some milliseconds


@contextmanager
def _one_blas_thread() -> Iterator[None]:
    """Let each matrix product use one thread while at least one caller is inside.

    The limit holds for the process. Callers are counted, since visitors overlap: if each restored
    what it had found, the last one out could restore the limit of another.
    """
    global _users, _limit
    with _lock:
        _users += 1
        if _users == 1:
            _limit = _controller().limit(limits=1, user_api="blas")
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                _limit.restore_original_limits()
