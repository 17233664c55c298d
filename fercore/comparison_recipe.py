"""A comparison as code: a script, or a notebook, that makes exactly the picture of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercore import recipe
from fercore.comparison import Pane


@dataclass(frozen=True)
class ComparisonView:
    """What the picture of a comparison depends on, and nothing else.

    Attributes
    ----------
    source, without, mapping, upload
        The faces, as in :class:`fercore.recipe.View`.
    panes : tuple of Pane
        From left to right.
    pooling, seed
        As :func:`fercore.models.load` takes them.
    title, scale, colours : str
        As :func:`fercore.montage.montage` takes them.
    """

    source: str
    panes: tuple[Pane, ...]
    pooling: str
    seed: int
    title: str
    scale: str
    colours: str
    without: tuple[str, ...] = ()
    mapping: Mapping[int, str] | None = None
    upload: str = ""


def script(view: ComparisonView, stacks: Sequence[NDArray[np.float32]]) -> str:
    """A Python script that writes the picture of a comparison as a PNG file.

    Parameters
    ----------
    view : ComparisonView
    stacks : sequence of float32 arrays
        The maps of each pane; a summary of them goes into the script, which says whether its own
        agree.

    Returns
    -------
    str
        Needs what :func:`fercore.recipe.script` needs.
    """
    return recipe.as_script(_parts(view, stacks))


def notebook(view: ComparisonView, stacks: Sequence[NDArray[np.float32]]) -> str:
    """The same as :func:`script`, as a Jupyter notebook (nbformat 4) that shows the picture."""
    return recipe.as_notebook(_parts(view, stacks))


def _parts(view: ComparisonView, stacks: Sequence[NDArray[np.float32]]) -> list[str]:
    summaries = "".join(f"    {recipe.summary(maps)},\n" for maps in stacks)
    return [
        recipe.heading(f"A comparison of {len(view.panes)} panes with faces", view),
        recipe.imports(["models", "montage"], view),
        recipe.open_faces(view),
        "panes = [  # face, layer, model, weights, input size, input range\n"
        + "".join(f"    {_pane(pane)},\n" for pane in view.panes)
        + "]",
        "panels = []\n"
        "for face, layer, name, weights, size, input_range in panes:\n"
        "    model = models.load(\n"
        "        name, input_size=size, weights=weights, "
        f"pooling={view.pooling!r}, seed={view.seed}\n"
        "    )\n"
        "    image = faces.images[faces.position(face)]\n"
        "    maps = model.feature_maps(image, layer, input_range)\n"
        '    caption = f"Face {face} · {model.caption(layer, input_range)}"\n'
        "    panels.append(montage.Panel(maps, image, caption, layer))",
        "picture = montage.montage(\n"
        f"    panels, {view.title!r},\n"
        f"    scale={view.scale!r}, colours={view.colours!r},\n"
        ")\n"
        'Path("comparison.png").write_bytes(picture)',
        f"on_the_page = [\n{summaries}]\n"
        "here = [[f(p.maps) for f in (np.min, np.max, np.mean, np.std)] for p in panels]\n"
        "same = np.allclose(here, on_the_page, rtol=1e-3)\n"
        'print("The same maps as on the page." if same else "Other maps than on the page!")',
    ]


def _pane(pane: Pane) -> tuple[object, ...]:
    weights = "imagenet" if pane.weights == "ImageNet" else None
    return pane.face, pane.layer, pane.model, weights, pane.size, pane.range
