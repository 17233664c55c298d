"""The only ``st.cache_*`` of the project: wrappers over functions of fercore.

Maps need none: fercore keeps them itself, bounded in bytes. What stands here is shared by all
sessions and must not be written to.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from fercore import datasets, receptive
from fercore.datasets import FaceSet, Source
from fercore.datasets.sources import votes_files
from fercore.models import Model
from fercore.receptive import Field
from ui.data.jobs import Job

if TYPE_CHECKING:
    from fercore.quality import Report


@st.cache_data(ttl=5, show_spinner=False)
def sources() -> list[Source]:
    """The data sets on offer; a file new in the data folder is seen within five seconds."""
    return datasets.sources()


@st.cache_data(ttl=5, show_spinner=False)
def remarks() -> list[datasets.Remark]:
    """The files of the data folder that look like data sets and are none."""
    return datasets.remarks()


@st.cache_data(ttl=5, show_spinner=False)
def stamp(path: str) -> tuple[tuple[str, int, int, int], ...]:
    """How a data set and the FER+ votes beside it look now: other content, another stamp."""
    whole = Path(path)
    folders = [Path(folder) for folder, _, _ in os.walk(whole)] if whole.is_dir() else [whole]
    looks = ((entry, entry.stat()) for entry in [*folders, *votes_files()] if entry.exists())
    return tuple((str(e), look.st_mtime_ns, look.st_ctime_ns, look.st_size) for e, look in looks)


@st.cache_resource(max_entries=4, show_spinner=False)
def opening(source_id: str, title: str, stamp: object) -> Job[FaceSet]:
    """A data set of the list, being opened or open."""
    return Job(lambda tell: datasets.open_source(source_id, progress=tell), f"Opening {title}")


@st.cache_resource(max_entries=8, show_spinner=False)
def remapped(_faces: FaceSet, key: str, mapping: Mapping[int, str]) -> FaceSet:
    """The faces that `key` stands for, their label numbers read by `mapping`."""
    return _faces.remap(mapping)


@st.cache_resource(max_entries=8, show_spinner=False)
def examination(_faces: FaceSet, key: str) -> "Job[Report]":
    """What is wrong with the faces that `key` stands for, being looked for or found."""
    from fercore import quality  # here: the first page must not wait for scipy

    return Job(lambda tell: quality.examine(_faces, tell), "Looking for what is wrong")


# Each entry copies the pictures that remain: of FER2013 up to 83 MB.
@st.cache_resource(max_entries=3, show_spinner=False)
def left_out(_faces: FaceSet, _examined: "Report", key: str, without: tuple[str, ...]) -> FaceSet:
    """The faces that `key` stands for, less those of some findings."""
    from fercore import quality

    return quality.leave_out(_faces, without, _examined)


@st.cache_data(max_entries=64, show_spinner=False)
def _fields(_model: Model, model_key: str) -> dict[str, Field]:
    names = [layer.name for layer in _model.layers]
    fields = receptive.fields(_model.keras_model)
    return dict(zip(names, list(fields.values())[-len(names) :], strict=True))


def field(model: Model, layer: str) -> Field:
    """The receptive field of one layer of `model`."""
    return _fields(model, f"{model.name} {model.input_size} {model.weights} {model.pooling}")[layer]


@st.cache_data(max_entries=32, show_spinner=False)
def mean_faces(_faces: FaceSet, _groups: list[np.ndarray], key: object) -> np.ndarray:
    """The mean picture of the faces in each group, stretched: uint8 (k, 48, 48).

    `key` stands for the faces and their groups.
    """
    from fercore import groups_picture  # here: the first page must not wait for Pillow

    return groups_picture.mean_pictures(_faces.images, _groups)
