"""Results that are costly to make: made once however many ask, and kept within bounds."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """The latest results of a computation, by what they depend on; safe among threads.

    Parameters
    ----------
    most : int
        So many results are kept; the one unused for longest gives way.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._at_work: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Value | None:
        """The result under `key` where there is one now."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def get_or_compute(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """The result under `key`, made by `compute` where there is none yet.

        Whoever asks while it is made waits for it. What `compute` raises comes through, and the
        next to ask tries again.
        """
        with self._lock:
            at_work = self._at_work.setdefault(key, threading.Lock())
        with at_work:
            found = self.get(key)
            if found is not None:
                return found
            try:
                value = compute()
            finally:
                with self._lock:
                    self._at_work.pop(key, None)
            with self._lock:
                self._values[key] = value
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
            return value
