"""The view as code: a short script, or a notebook, that makes exactly the picture of a page."""

import json
import sys
from dataclasses import dataclass
from importlib import metadata

import numpy as np
from numpy.typing import NDArray

from fercore import __version__

_LIBRARIES = ("tensorflow", "keras", "numpy")


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
        Needs this project's folder on Python's path, and nothing else.
    """
    return "\n\n".join(_parts(view, maps)) + "\n"


def notebook(view: View, maps: NDArray[np.float32]) -> str:
    """The same as :func:`script`, as a Jupyter notebook (nbformat 4) that shows the picture."""
    head, *code = _parts(view, maps)
    show = "from IPython.display import Image\nImage(picture)"
    cells = [_cell("markdown", head.strip('"')), *(_cell("code", c) for c in [*code, show])]
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
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES)
    python = ".".join(map(str, sys.version_info[:3]))
    summary = [float(number) for number in (maps.min(), maps.max(), maps.mean(), maps.std())]
    load = "load()" if view.source == "sample" else f"open_source({view.source!r})"
    return [
        f'"""The feature maps of {view.layer} for face {view.face} of {view.source}.\n\n'
        f"Made with fercore {__version__}, {versions}, Python {python}.\n"
        '"""',
        "from pathlib import Path\n\n"
        "import numpy as np\n\n"
        "from fercore import channels, datasets, drawing, models",
        f"faces = datasets.{load}\nimage = faces.images[faces.position({view.face})]",
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
        f"on_the_page = [{', '.join(f'{value:.6g}' for value in summary)}]\n"
        "here = [maps.min(), maps.max(), maps.mean(), maps.std()]\n"
        "same = np.allclose(here, on_the_page, rtol=1e-3)\n"
        'print("The same maps as on the page." if same else "Other maps than on the page!")',
    ]


def _cell(kind: str, text: str) -> dict[str, object]:
    cell: dict[str, object] = {"cell_type": kind, "metadata": {}, "source": text}
    return cell | {"outputs": [], "execution_count": None} if kind == "code" else cell
