"""The view as code: a short script, or a notebook, that makes exactly the picture of a page."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fercore import __version__
from fercore.datasets.sources import slug

_LIBRARIES = ("tensorflow", "keras", "numpy")


class Origin(Protocol):
    """Where the faces come from; the attributes of :class:`View` of the same names."""

    @property
    def source(self) -> str: ...
    @property
    def without(self) -> tuple[str, ...]: ...
    @property
    def mapping(self) -> Mapping[int, str] | None: ...
    @property
    def upload(self) -> str: ...


@dataclass(frozen=True)
class View:
    """What a picture of the Feature maps page depends on, and nothing else.

    Attributes
    ----------
    source : str
        The data set: ``"sample"``, or a name of the data folder.
    face : int
        Row of the face in the data set's file.
    model, input_size, weights, pooling, seed
        As :func:`fercore.models.load` takes them.
    layer, input_range : str
        As :meth:`fercore.models.Model.feature_maps` takes them.
    scale, colours, order : str
        As :func:`fercore.scaling.scale`, :func:`fercore.colours.colour_table` and
        :func:`fercore.channels.order` take them.
    start, stop : int
        Which maps of that order are in the picture.
    without : tuple of str
        The findings whose faces are left out, as :func:`fercore.quality.leave_out` takes them.
    mapping : dict of int to str, or None
        What the label numbers of the file were said to mean, as
        :meth:`fercore.datasets.FaceSet.remap` takes it.
    upload : str
        Name of the visitor's own file that was uploaded, in place of `source`; else empty.
    """

    source: str
    face: int
    model: str
    input_size: int
    weights: str | None
    pooling: str
    seed: int
    layer: str
    input_range: str
    scale: str
    colours: str
    order: str
    start: int
    stop: int
    without: tuple[str, ...] = ()
    mapping: Mapping[int, str] | None = None
    upload: str = ""


def script(view: View, maps: NDArray[np.float32]) -> str:
    """A Python script that writes the picture of `view` as a PNG file.

    Parameters
    ----------
    view : View
    maps : float32 array (h, w, c)
        The layer's maps; a summary of them goes into the script, which says whether its own agree.

    Returns
    -------
    str
        Needs this project's folder on Python's path, the data folder or the uploaded file where
        the view has one, and nothing else.
    """
    return as_script(_parts(view, maps))


def notebook(view: View, maps: NDArray[np.float32]) -> str:
    """The same as :func:`script`, as a Jupyter notebook (nbformat 4) that shows the picture."""
    return as_notebook(_parts(view, maps))


def as_script(parts: list[str]) -> str:
    """Parts of code as one script; the first is its docstring."""
    return "\n\n".join(parts) + "\n"


def as_notebook(parts: list[str]) -> str:
    """Parts of code as cells of a notebook, which shows ``picture``, a PNG, if they make one."""
    head, *code = parts
    if any("picture = " in part for part in code):
        code.append("from IPython.display import Image\nImage(picture)")
    cells = [_cell("markdown", head.strip('"')), *(_cell("code", c) for c in code)]
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
            "cells": [{"id": f"cell-{n}", **cell} for n, cell in enumerate(cells)],
        },
        indent=1,
    )


def _parts(view: View, maps: NDArray[np.float32]) -> list[str]:
    return [
        heading(f"The feature maps of {view.layer} for face {view.face}", view),
        imports(["channels", "drawing", "models"], view),
        f"{open_faces(view)}\nimage = faces.images[faces.position({view.face})]",
        "model = models.load(\n"
        f"    {view.model!r}, input_size={view.input_size}, weights={view.weights!r},\n"
        f"    pooling={view.pooling!r}, seed={view.seed},\n"
        ")\n"
        f"maps = model.feature_maps(image, {view.layer!r}, {view.input_range!r})",
        f"numbers = channels.order(maps, {view.order!r})[{view.start}:{view.stop}]\n"
        "picture = drawing.picture(\n"
        f"    maps, numbers, scale={view.scale!r}, colours={view.colours!r},\n"
        f"    caption=model.caption({view.layer!r}, {view.input_range!r}),\n"
        ")\n"
        f'Path("{view.layer}.png").write_bytes(picture)',
        # Not a checksum: another processor adds in another order and differs in the last bits.
        f"on_the_page = {summary(maps)}\n"
        "here = [maps.min(), maps.max(), maps.mean(), maps.std()]\n"
        "same = np.allclose(here, on_the_page, rtol=1e-3)\n"
        'print("The same maps as on the page." if same else "Other maps than on the page!")',
    ]


@cache
def _versions() -> str:
    return ", ".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES)


def heading(what: str, view: Origin) -> str:
    """The docstring of a script: what it makes, and with which versions it was made."""
    python = ".".join(map(str, sys.version_info[:3]))
    # A file's name may hold anything, quotation marks too, which would end the text they are in.
    source = slug(view.upload) if view.upload else view.source
    return (
        f'"""{what} of {source}.\n\n'
        f"Made with fercore {__version__}, {_versions()}, Python {python}.\n"
        '"""'
    )


def imports(modules: list[str], view: Origin) -> str:
    """The lines that import what a script needs: `modules` of fercore, and those for the faces."""
    others = ["quality"] if view.without else []
    others.append("uploads" if view.upload else "datasets")
    return (
        "from pathlib import Path\n\n"
        "import numpy as np\n\n"
        f"from fercore import {', '.join(sorted([*modules, *others]))}"
    )


def summary(maps: NDArray[np.float32]) -> str:
    """The least, largest and mean value of maps and their standard deviation, as code."""
    numbers = (maps.min(), maps.max(), maps.mean(), maps.std())
    return f"[{', '.join(f'{number:.6g}' for number in numbers)}]"


def open_faces(view: Origin) -> str:
    """The lines that open the faces as the page had them."""
    if view.upload:
        lines = [
            f"file = Path({view.upload!r})  # your own file",
            "faces = uploads.open_upload(file.read_bytes(), file.name)",
        ]
    elif view.source == "sample":
        lines = ["faces = datasets.load()"]
    else:
        lines = [f"faces = datasets.open_source({view.source!r})"]
    if view.mapping is not None:
        lines.append(f"faces = faces.remap({dict(view.mapping)!r})")
    if view.without:
        lines.append(f"faces = quality.leave_out(faces, {list(view.without)!r})")
    return "\n".join(lines)


def _cell(kind: str, text: str) -> dict[str, object]:
    cell: dict[str, object] = {"cell_type": kind, "metadata": {}, "source": text}
    return cell | {"outputs": [], "execution_count": None} if kind == "code" else cell
