"""Work that takes seconds: done in a thread of its own, once, however many sessions wait for it."""

import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Show = Callable[[float, str], Any]
"""Called with the share done, 0 to 1, and what is being done."""

PATIENCE = 0.5
"""Seconds of silence: what is nearly done needs no progress bar."""


class Job(Generic[T]):
    """A function at work in a thread.

    Parameters
    ----------
    work : callable
        Is called with a function of type :data:`Show`, to be told how far it is.
    doing : str
        What is being done, in a few words; ``"Opening fer2013.csv"``.
    """

    def __init__(self, work: Callable[[Show], T], doing: str) -> None:
        self._doing = doing
        self._progress = (0.0, "")
        self._result: T | None = None
        self._error: Exception | None = None
        self._ended = 0.0
        self._thread = threading.Thread(target=self._run, args=(work,), name=doing, daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[Show], T]) -> None:
        try:
            self._result = work(self._tell)
        except Exception as error:  # raised in the threads that wait
            self._error = error
        self._ended = time.monotonic()

    def _tell(self, share: float, text: str) -> None:
        self._progress = (min(max(share, 0.0), 1.0), text)

    @property
    def failed_for(self) -> float:
        """Seconds since it failed; 0 if it did not."""
        return time.monotonic() - self._ended if self._error is not None else 0.0

    def wait(self, show: Show | None = None) -> T:
        """What the work gives; meanwhile `show` is called in this thread, ten times a second.

        Raises
        ------
        Exception
            What the work has raised.
        """
        begun = time.monotonic()
        while self._thread.is_alive():
            self._thread.join(0.1)
            if show and self._thread.is_alive() and time.monotonic() - begun > PATIENCE:
                share, text = self._progress
                show(share, f"{self._doing}: {text}" if text else f"{self._doing} …")
        if self._error is not None:
            raise self._error.with_traceback(None)
        return self._result  # type: ignore[return-value]
