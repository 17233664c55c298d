"""The only ``st.cache_*`` of the project: wrappers over functions of fercore.

Maps need none: fercore keeps them itself, bounded in bytes. What stands here is shared by all
sessions and must not be written to.
"""

import streamlit as st

from fercore import datasets, models, receptive
from fercore.datasets import FaceSet, Source
from fercore.models import Model
from fercore.receptive import Field


@st.cache_data(ttl=5, show_spinner=False)
def sources() -> list[Source]:
    """The data sets on offer; a file new in the data folder is seen within five seconds."""
    return datasets.sources()


@st.cache_resource(max_entries=4, show_spinner=False)
def face_set(source_id: str, stamp: float) -> FaceSet:
    """A data set of the list; `stamp` tells when its file was last changed."""
    return datasets.open_source(source_id)


@st.cache_data(max_entries=64, show_spinner=False)
def spreads(
    _model: Model, _faces: FaceSet, model_key: str, digest: str
) -> tuple[float, float, int]:
    """How far the pooled vectors of the faces differ, fed 0-255 and 0-1, and over how many faces.

    `model_key` and `digest` stand for the two arguments that cannot be hashed.
    """
    step = max(1, len(_faces.images) // 512)
    some = _faces.images[::step]
    whole, divided = (models.spread(_model.pooled(some, r)) for r in ("0-255", "0-1"))
    return whole, divided, len(some)


@st.cache_data(max_entries=64, show_spinner=False)
def _fields(_model: Model, model_key: str) -> dict[str, Field]:
    names = [layer.name for layer in _model.layers]
    fields = receptive.fields(_model.keras_model)
    return dict(zip(names, list(fields.values())[-len(names) :], strict=True))


def field(model: Model, layer: str) -> Field:
    """The receptive field of one layer of `model`."""
    return _fields(model, f"{model.name} {model.input_size} {model.weights} {model.pooling}")[layer]
