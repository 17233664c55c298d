"""Where ImageNet weights come from: built in, Keras's cache, or a download that never blocks."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fercore.errors import ModelError

_MEGABYTES = {  # of Keras's files without the top, as its server states them
    "EfficientNetB0": 16,
    "EfficientNetB1": 26,
    "EfficientNetB2": 31,
    "EfficientNetB3": 43,
    "EfficientNetB4": 70,
    "EfficientNetB5": 113,
    "EfficientNetB6": 163,
    "EfficientNetB7": 256,
}


_HOME = f"{Path.home()}/.keras"


def download_size(name: str) -> int:
    """Megabytes that Keras downloads once for the ImageNet weights of `name`; 0 if built in."""
    return _MEGABYTES.get(name, 0)


def cached_file(name: str) -> Path:
    """Where Keras keeps the ImageNet weights (without the top) of `name` once downloaded.

    The same rule as ``keras.utils.get_file``: ``KERAS_HOME``, else ``~/.keras``. Keras checks the
    file's hash when it loads it, and downloads a damaged one anew.
    """
    home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    return Path(home) / "models" / f"{name.lower()}_notop.h5"


def at_hand(name: str) -> bool:
    """Whether the ImageNet weights of `name` can be loaded without a download."""
    if name not in _MEGABYTES:
        return True
    # Asked some forty times for each page, so without a Path; the place is cached_file's.
    home = os.environ.get("KERAS_HOME") or _HOME
    return os.path.isfile(f"{home}/models/{name.lower()}_notop.h5")  # noqa: PTH113


@dataclass
class Download:
    """A download at work in the background, or one that has ended.

    Attributes
    ----------
    name : str
        The model whose weights are fetched.
    error : ModelError or None
        Why it failed; its text is fit for the page.
    """

    name: str
    error: ModelError | None = None
    _done: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        """Whether the weights are still on their way."""
        return not self._done.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it has ended, at most `timeout` seconds; whether it has."""
        return self._done.wait(timeout)


_downloads: dict[str, Download] = {}
_lock = threading.Lock()


def download(name: str, fetch: Callable[[str], object]) -> Download:
    """Fetch the ImageNet weights of `name` in the background, once however many ask.

    Parameters
    ----------
    name : str
        A model of the registry.
    fetch : callable
        Called with `name` in a thread of its own; loads the model through Keras, which downloads.

    Returns
    -------
    Download
        The one at work for this model, or a new one where none is.
    """
    with _lock:
        job = _downloads.get(name)
        if job is not None and job.running:
            return job
        job = _downloads[name] = Download(name)
    threading.Thread(target=_run, args=(job, fetch), name=f"download {name}", daemon=True).start()
    return job


def download_state(name: str) -> Download | None:
    """The latest download of `name` in this process, or None."""
    with _lock:
        return _downloads.get(name)


def _run(job: Download, fetch: Callable[[str], object]) -> None:
    try:
        fetch(job.name)
    except ModelError as error:
        job.error = error
    except Exception as error:  # whatever the network, the disk or Keras may raise
        job.error = failure(job.name, error)
    finally:
        job._done.set()


def failure(name: str, error: Exception) -> ModelError:
    """The refusal for weights of `name` that could not be had because of `error`."""
    return ModelError(
        f"The ImageNet weights of {name} ({download_size(name)} MB) could not be downloaded: "
        f"{type(error).__name__}. Check the network connection and try again; until then, "
        "EfficientNetLite0 has its ImageNet weights built in."
    )
