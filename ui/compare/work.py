"""What the panes show: each model loaded once, each face passed through it once."""

from dataclasses import dataclass

import streamlit as st

from fercore import models, weights
from fercore.comparison import Comparison, Pane
from fercore.datasets import FaceSet
from fercore.errors import FercoreError
from fercore.features import FloatArray
from fercore.layers import Layer
from fercore.models import Model
from ui import engine, sidebar, state


@dataclass(frozen=True)
class Work:
    """One pane with its maps, or with the reason why it has none.

    Attributes
    ----------
    number : int
        Of the pane, from 1.
    model : Model or None
    layer : Layer or None
    maps : float32 array (h, w, c) or (c,), or None
    trouble : str
        What to say in place of the maps; empty where there are maps.
    download : str
        The model whose weights would have to be fetched first; empty otherwise.
    """

    number: int
    pane: Pane
    faces: FaceSet
    model: Model | None = None
    layer: Layer | None = None
    maps: FloatArray | None = None
    trouble: str = ""
    download: str = ""

    @property
    def is_grid(self) -> bool:
        """Whether there are maps that are pictures."""
        return self.layer is not None and self.layer.is_grid and self.maps is not None

    @property
    def position(self) -> int:
        """Where the face stands in the set."""
        return self.faces.position(self.pane.face)

    @property
    def caption(self) -> str:
        """The one form of caption, with the face; only where there are maps."""
        return f"Face {self.pane.face} · {self.model.caption(self.pane.layer, self.pane.range)}"


def do(comparison: Comparison, faces: FaceSet) -> list[Work]:
    """Load what the panes need, and compute their maps.

    Panes that differ in the layer alone share one pass: fercore keeps all layers of a face.
    """
    loaded = _load(comparison)
    return [_pane(i, pane, faces, loaded) for i, pane in enumerate(comparison.panes, start=1)]


def settings(pane: Pane, comparison: Comparison) -> engine.Settings:
    """The pane's model as :func:`ui.engine.load` takes it.

    While the sidebar's model is still on its way, the one in use stands in for it.
    """
    shared = "model" not in comparison.own and "weights" not in comparison.own
    name = sidebar.settings()[0] if shared else pane.model
    kind = "imagenet" if pane.weights == "ImageNet" else None
    return name, pane.size, kind, state.get("pooling"), state.get("seed")


Loaded = dict[Pane, Model | FercoreError | str]


def _load(comparison: Comparison) -> Loaded:
    """Every pane's model, the refusal to load it, or the name of what must be downloaded first."""
    wanted = {pane: settings(pane, comparison) for pane in comparison.panes}
    # At least one: another visitor's models may push out one that is loaded now.
    missing = [s for s in dict.fromkeys(wanted.values()) if not models.is_loaded(*s)]
    total = max(1, len(missing))
    found: dict[engine.Settings, Model | FercoreError | str] = {}
    place = st.empty()
    for each in dict.fromkeys(wanted.values()):
        if each[2] == "imagenet" and not weights.at_hand(each[0]):
            found[each] = each[0]
            continue
        done = missing.index(each) if each in missing else 0

        def show(share: float, text: str, done: int = done) -> None:
            of_all = f" ({done + 1} of {total})" if total > 1 else ""
            place.progress((done + share) / total, text + of_all)

        try:
            found[each] = engine.load_with_progress(each, show)
        except FercoreError as refusal:
            found[each] = refusal
    place.empty()
    return {pane: found[each] for pane, each in wanted.items()}


def _pane(number: int, pane: Pane, faces: FaceSet, loaded: Loaded) -> Work:
    model = loaded[pane]
    if isinstance(model, str):
        size = weights.download_size(model)
        text = f"{model} needs {size} MB of weights, once."
        return Work(number, pane, faces, trouble=text, download=model)
    if isinstance(model, FercoreError):
        return Work(number, pane, faces, trouble=str(model))
    try:
        layer = model.layer(pane.layer)
        image = faces.images[faces.position(pane.face)]
        maps = model.feature_maps(image, pane.layer, pane.range)
    except FercoreError as refusal:
        return Work(number, pane, faces, model, trouble=str(refusal))
    return Work(number, pane, faces, model, layer, maps)
