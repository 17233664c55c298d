"""Two to four panes side by side: what each shows, what all share, and what can be done to them."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fercore.datasets import FaceSet
from fercore.emotions import EMOTIONS
from fercore.errors import FercoreError

FEWEST, MOST = 2, 4

SETTINGS = {
    "face": "face",
    "layer": "layer",
    "model": "model",
    "weights": "weights",
    "size": "input size",
    "range": "input range",
}
"""Every setting of a pane and what a sentence calls it, in the order to offer them."""


class ComparisonError(FercoreError):
    """A comparison that cannot be: too many panes, too few, or none at that place."""


@dataclass(frozen=True)
class Pane:
    """What one pane shows.

    Attributes
    ----------
    face : int
        Row of the face in the data set's file.
    layer : str
    model : str
        A name of :data:`fercore.networks.REGISTRY`.
    weights : {"ImageNet", "random"}
    size : {48, 96, 160, 224}
        Pixels a side of the network's input.
    range : {"0-255", "0-1"}
        As :meth:`fercore.models.Model.feature_maps` takes it.
    """

    face: int
    layer: str
    model: str
    weights: str
    size: int
    range: str

    @property
    def entering(self) -> tuple[int, str, str, int, str]:
        """All but the layer: panes that agree in it need one pass through one network."""
        return self.face, self.model, self.weights, self.size, self.range


@dataclass(frozen=True)
class Comparison:
    """Panes side by side, of which every setting is either the same in all or own in each.

    A setting that is not own is locked: no action makes it differ. Every action gives a new
    comparison.

    Attributes
    ----------
    panes : tuple of 2 to 4 Pane
    own : frozenset of str
        The settings that may differ from pane to pane.

    Raises
    ------
    ComparisonError
        The number of panes is another, or a locked setting differs.
    """

    panes: tuple[Pane, ...]
    own: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not FEWEST <= len(self.panes) <= MOST:
            raise ComparisonError(
                f"{FEWEST} to {MOST} panes stand side by side, not {len(self.panes)}."
            )
        wrong = sorted((self.own - set(SETTINGS)) | (set(self.differing) - self.own))
        if wrong:
            raise ComparisonError(f"These settings cannot differ here: {', '.join(wrong)}.")

    @property
    def differing(self) -> list[str]:
        """The settings that do differ now, in the order of :data:`SETTINGS`."""
        return [n for n in SETTINGS if len({getattr(pane, n) for pane in self.panes}) > 1]

    def with_value(self, at: int, name: str, value: Any) -> "Comparison":
        """With another value in the pane at `at`, or in all panes if the setting is locked."""
        self._check(at)
        return self._with(
            replace(pane, **{name: value}) if i == at or name not in self.own else pane
            for i, pane in enumerate(self.panes)
        )

    def lock(self, name: str) -> "Comparison":
        """With a setting the same in all panes: that of the first."""
        shared = {name: getattr(self.panes[0], name)}
        panes = tuple(replace(pane, **shared) for pane in self.panes)
        return Comparison(panes, self.own - {name})

    def unlock(self, name: str) -> "Comparison":
        """With a setting that may differ from now on."""
        return Comparison(self.panes, self.own | {name})

    def duplicate(self, at: int) -> "Comparison":
        """With the pane at `at` twice, side by side."""
        self._check(at)
        return self._with((*self.panes[: at + 1], *self.panes[at:]))

    def remove(self, at: int) -> "Comparison":
        """Without the pane at `at`."""
        self._check(at)
        return self._with((*self.panes[:at], *self.panes[at + 1 :]))

    def swap(self, one: int, other: int) -> "Comparison":
        """With two panes in each other's place."""
        self._check(one)
        self._check(other)
        panes = list(self.panes)
        panes[one], panes[other] = panes[other], panes[one]
        return self._with(panes)

    def _with(self, panes: Any) -> "Comparison":
        return Comparison(tuple(panes), self.own)

    def _check(self, at: int) -> None:
        if not 0 <= at < len(self.panes):
            raise ComparisonError(f"There is no pane {at + 1}: there are {len(self.panes)}.")

    @property
    def sentence(self) -> str:
        """What differs, in one sentence for the visitor."""
        count = {2: "two", 3: "three", 4: "four"}[len(self.panes)]
        names = [SETTINGS[name] for name in self.differing]
        if not names:
            return f"Nothing differs yet between these {count} panes."
        if len(names) == 1:
            verb = "differ" if names[0] == "weights" else "differs"
            return f"Only the {names[0]} {verb}; all else is the same in these {count} panes."
        listed = f"{', '.join(names[:-1])} and {names[-1]}"
        return f"The {listed} differ between these {count} panes."


# Presets: everything is as in the first pane, save one setting.

LAYERS = ("block2a_expand_conv", "block4a_expand_conv", "top_conv")
"""A shallow, a middle and a deep layer that every network here has."""


def preset(name: str, first: Pane, other_face: int) -> Comparison:
    """A comparison in which exactly one thing differs.

    Parameters
    ----------
    name : one of :data:`PRESETS`
    first : Pane
        Gives all settings but the one that differs.
    other_face : int
        The face to set beside that of `first`, for ``"face"``.
    """
    values = (first.face, other_face) if name == "face" else PRESETS[name]
    panes = tuple(replace(first, **{name: value}) for value in values)
    return Comparison(panes, frozenset({name}))


PRESETS: dict[str, tuple[Any, ...]] = {
    "layer": LAYERS,
    "face": (),
    "weights": ("ImageNet", "random"),
    "range": ("0-255", "0-1"),
    "size": (48, 96, 224),
    "model": ("EfficientNetLite0", "EfficientNetB0"),
}
"""Each preset by the setting that differs in it, and its values; the faces are asked for."""


def usual(first: Pane) -> Comparison:
    """What a first visit shows: the first pane's layer beside others, from shallow to deep."""
    layers = (first.layer, *(name for name in LAYERS if name != first.layer))[: len(LAYERS)]
    panes = tuple(replace(first, layer=layer) for layer in layers)
    return Comparison(panes, frozenset({"layer"}))


def other_face(faces: FaceSet, row: int) -> int:
    """The face to set beside that of `row`: the same person's with another emotion, if known.

    A happy one, or where there is none, or the face is happy itself, the first that differs; `row`
    itself if the set has no other face.
    """
    at = faces.position(row)
    others = np.flatnonzero(faces.labels != faces.labels[at])
    if faces.persons is not None:
        same = others[faces.persons[others] == faces.persons[at]]
        others = same if len(same) else others
    if not len(others):
        others = np.setdiff1d(np.arange(len(faces)), [at])
    if not len(others):
        return row
    happy = others[faces.labels[others] == EMOTIONS.index("Happy")]
    return int(faces.rows[happy[0] if len(happy) else others[0]])
