"""TensorFlow inside Streamlit: what is switched off must be what Streamlit calls."""

import keras
import pytest
from streamlit.runtime.scriptrunner import script_runner

from fercore import models
from fercore.errors import ModelError
from ui import engine

LITE0 = ("EfficientNetLite0", 48, "imagenet", "max", 0)


def test_streamlits_clean_up_after_a_script_run_leaves_keras_alone(monkeypatch):
    cleared = []
    monkeypatch.setattr(keras.backend, "clear_session", lambda: cleared.append(True))
    script_runner._clean_problem_modules()
    # If this fails, Streamlit no longer calls it here and the guard of ui.engine can go.
    assert cleared == [True]
    monkeypatch.undo()
    engine.load(LITE0)
    keras.layers.Dense(1, name=None)
    before = keras.layers.Dense(1).name
    script_runner._clean_problem_modules()
    after = keras.layers.Dense(1).name
    assert int(after.rsplit("_", 1)[1]) == int(before.rsplit("_", 1)[1]) + 1  # counting goes on


def test_progress_is_silent_for_what_is_loaded_and_tells_stages_otherwise():
    engine.load(LITE0)
    said = []
    engine.load_with_progress(LITE0, lambda share, text: said.append((share, text)))
    assert said == []
    engine.load_with_progress(
        ("EfficientNetB0", 96, None, "avg", 5), lambda *step: said.append(step), patience=0.0
    )
    assert said
    assert all("EfficientNetB0" in text for _, text in said)
    shares = [share for share, _ in said]
    assert shares == sorted(shares)


def test_a_refusal_reaches_the_caller():
    with pytest.raises(ModelError):
        engine.load_with_progress(("EfficientNetB0", 50, None, "max", 0), lambda *_: None)
    assert models.is_loaded(*LITE0)
