"""What is asked: all that a grouping depends on, and how it is answered."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fercore import channels, clustering, face_groups, response_store, scaling
from fercore.clustering import ClusteringCancelled, FaceSweep, Sweep
from fercore.datasets import FaceSet
from fercore.features import FloatArray
from fercore.layers import Layer
from fercore.models import Model
from ui import state
from ui.clusters.jobs import Cancelled, Progress, in_turn
from ui.maps.shown import Shown

_MAPS_TURN, _FACES_TURN = threading.Lock(), threading.Lock()


@dataclass(frozen=True)
class Question:
    """A grouping of the maps of one layer for one face.

    Attributes
    ----------
    what, drop_dead, k_max, seed
        As :func:`fercore.clustering.sweep_steps` takes them.
    """

    model: Model
    layer: Layer
    faces: FaceSet
    position: int
    input_range: str
    what: str
    drop_dead: bool
    k_max: int
    seed: int

    @cached_property
    def maps(self) -> FloatArray:
        """The layer's maps: float32 (h, w, c), or (c,)."""
        return self.model.feature_maps(
            self.faces.images[self.position], self.layer.name, self.input_range
        )

    @cached_property
    def key(self) -> tuple[object, ...]:
        """The same for everyone who asks for the same."""
        face = hashlib.sha256(self.faces.images[self.position].tobytes()).hexdigest()
        return (
            *(self.model.key, self.layer.name, self.input_range, face),
            *(self.what, self.drop_dead, self.k_max, self.seed),
            self.faces.digest if self.what == "responses" else None,
        )

    @property
    def caption(self) -> str:
        """The one form of caption, and the face."""
        face = f"face {self.faces.rows[self.position]}"
        return f"{self.model.caption(self.layer.name, self.input_range)} · {face}"

    @property
    def shown(self) -> Shown:
        """The maps as the panel of the Feature maps page takes them."""
        return Shown(
            model=self.model,
            layer=self.layer,
            faces=self.faces,
            position=self.position,
            input_range=self.input_range,
            maps=self.maps,
            scaled=scaling.scale(self.maps, state.get("scale")),
            statistics=channels.statistics(self.maps),
            numbers=np.arange(self.layer.channels),
            start=0,
            caption=self.caption,
        )

    def answer(self, progress: Progress, cancelled: Cancelled) -> Iterator[Sweep]:
        """The sweep, stage by stage."""
        responses = None
        if self.what == "responses":
            responses = self._responses(_part(progress, 0.0, 0.5), cancelled)
            progress = _part(progress, 0.5, 1.0)
        steps = clustering.sweep_steps(
            self.maps,
            k_max=self.k_max,
            seed=self.seed,
            what=self.what,
            drop_dead=self.drop_dead,
            progress=progress,
            cancelled=cancelled,
            responses=responses,
        )
        # The silhouette comes so soon after the curve that to draw the curve alone is waste.
        worth_drawing = (sweep for sweep in steps if sweep.stage != "curve")
        yield from in_turn(worth_drawing, cancelled, _MAPS_TURN)

    def _responses(self, progress: Progress, cancelled: Cancelled) -> np.ndarray:
        def tell(done: int, total: int) -> None:
            if cancelled():
                raise ClusteringCancelled("Nobody waits for this grouping any more.")
            progress(done / total, f"{done:,} of {total:,} faces through {self.layer.name}, once")

        return response_store.measure(
            self.model, self.faces, self.layer.name, self.input_range, tell
        ).mean


def _part(progress: Progress, start: float, end: float) -> Progress:
    """Tells of a part of the work, which is from `start` to `end` of the whole."""
    return lambda share, text: progress(start + (end - start) * share, text)


@dataclass(frozen=True)
class FacesQuestion:
    """A grouping of all faces by what `layer` answers to them."""

    model: Model
    layer: Layer
    faces: FaceSet
    input_range: str
    k_max: int
    seed: int

    @property
    def key(self) -> tuple[object, ...]:
        """The same for everyone who asks for the same."""
        return (
            *(self.model.key, self.layer.name, self.input_range),
            *(self.faces.digest, self.faces.emotions, self.k_max, self.seed),
        )

    @property
    def vector(self) -> str:
        """What a face's vector is, in words."""
        if self.layer is self.model.layers[-1]:
            return f"its pooled vector, {self.layer.channels} numbers"
        return f"the means of the {self.layer.channels} maps of {self.layer.name}"

    @property
    def caption(self) -> str:
        """What was grouped, by what, and of which model."""
        return (
            f"{len(self.faces):,} faces of {self.faces.title} · each by {self.vector} · "
            f"{self.model.caption(self.layer.name, self.input_range)}"
        )

    def answer(self, progress: Progress, cancelled: Cancelled) -> Iterator[FaceSweep]:
        """The sweep, in one stage."""

        def steps() -> Iterator[FaceSweep]:
            yield face_groups.group(
                self.model,
                self.faces,
                self.layer.name,
                self.input_range,
                k_max=self.k_max,
                seed=self.seed,
                progress=progress,
                cancelled=cancelled,
            )

        yield from in_turn(steps(), cancelled, _FACES_TURN)
