"""TensorFlow inside Streamlit: loaded once, in the background, and kept from being reset.

After every script run of any session Streamlit calls ``keras.backend.clear_session()``, which
throws away TensorFlow's compiled kernels: each call costs a quarter of a second, and the next pass
is sixteen times slower. Nothing here makes Keras models by the thousand, which is what that call is
for, so it is switched off. ``tests/test_engine.py`` holds this against Streamlit's own code.
"""

import gc
import threading
import time
from collections.abc import Callable
from importlib import import_module

from fercore import datasets, models
from fercore.models import Model

Settings = tuple[str, int, str | None, str, int]
"""Name, input size, weights, pooling and seed, as :func:`fercore.models.load` takes them."""

_started = threading.Event()
_ready = threading.Event()


def warm_up_in(seconds: float) -> None:
    """Call :func:`warm_up` after a while.

    Importing TensorFlow holds Python up for seconds: what a visitor waits for goes first.
    """
    if not _started.is_set():
        timer = threading.Timer(seconds, warm_up)
        timer.daemon = True
        timer.start()


def warm_up() -> None:
    """Load TensorFlow and the default model in a thread of its own, once per process."""
    if not _started.is_set():
        _started.set()
        threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


def _warm_up() -> None:
    try:
        import keras

        keras.backend.clear_session = lambda *args, **kwargs: None
    finally:
        _ready.set()  # whoever waits gets the import error in its own call
    model = models.load()
    model.feature_maps(datasets.load().images[0], model.layers[0].name)
    import_module("fercore.clustering")  # SciPy and kneed take a second, too
    _settle()


def load(settings: Settings) -> Model:
    """The model for `settings`; the first call of a process waits for TensorFlow."""
    warm_up()
    _ready.wait()
    if models.is_loaded(*settings):
        return models.load(*settings)
    model = models.load(*settings)
    _settle()
    return model


def _settle() -> None:
    """Take what is loaded now from the collector, which would walk it after every script run."""
    gc.collect()
    gc.freeze()


def load_with_progress(
    settings: Settings, show: Callable[[float, str], None], patience: float = 0.5
) -> Model:
    """Load a model in a thread, and tell how far it is.

    Parameters
    ----------
    settings : tuple
        What to load.
    show : callable
        Called with a fraction and what is being done, in the calling thread, at most ten times a
        second, and not before `patience` seconds have passed.
    patience : float
        Seconds of silence: what is nearly there needs no progress bar.

    Raises
    ------
    fercore.errors.ModelError
        As :func:`fercore.models.load`.
    """
    if models.is_loaded(*settings):
        return models.load(*settings)
    result: list[Model] = []
    error: list[BaseException] = []

    def work() -> None:
        try:
            result.append(load(settings))
        except BaseException as caught:  # handed on to the caller's thread below
            error.append(caught)

    thread = threading.Thread(target=work, name="load model", daemon=True)
    thread.start()
    begun = time.monotonic()
    while thread.is_alive():
        thread.join(0.1)
        if thread.is_alive() and time.monotonic() - begun > patience:
            show(*models.progress(*settings))
    if error:
        raise error[0]
    return result[0]
