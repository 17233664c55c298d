"""A grouping as code: a script, or a notebook, that makes exactly the groups of the page."""

from collections.abc import Mapping
from dataclasses import dataclass

from fercore import recipe
from fercore.clustering import FaceSweep, Sweep


@dataclass(frozen=True)
class GroupsView:
    """What the groups of a layer's maps depend on, and nothing else.

    Attributes
    ----------
    source, without, mapping, upload, face
        The face, as in :class:`fercore.recipe.View`.
    model, input_size, weights, pooling, seed
        As :func:`fercore.models.load` takes them.
    layer, input_range : str
        As :meth:`fercore.models.Model.feature_maps` takes them.
    what, drop_dead, k_max, k_seed
        As :func:`fercore.clustering.elbow` takes them; ``k_seed`` is its ``seed``.
    k : int
        The number of groups shown.
    scale, colours : str
        As :func:`fercore.groups_picture.groups_picture` takes them.
    is_grid : bool
        Whether the layer's maps are pictures that can be drawn.
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
    what: str
    drop_dead: bool
    k_max: int
    k_seed: int
    k: int
    scale: str
    colours: str
    is_grid: bool = True
    without: tuple[str, ...] = ()
    mapping: Mapping[int, str] | None = None
    upload: str = ""


def script(view: GroupsView, sweep: Sweep) -> str:
    """A Python script that groups the maps, and draws the groups as a PNG file.

    Parameters
    ----------
    view : GroupsView
    sweep : Sweep
        Its groups at ``view.k`` go into the script, which says whether its own agree.

    Returns
    -------
    str
        Needs what :func:`fercore.recipe.script` needs.
    """
    return recipe.as_script(_parts(view, sweep))


def notebook(view: GroupsView, sweep: Sweep) -> str:
    """The same as :func:`script`, as a Jupyter notebook (nbformat 4) that shows the picture."""
    return recipe.as_notebook(_parts(view, sweep))


@dataclass(frozen=True)
class FacesView:
    """What the groups of faces depend on, and nothing else; as in :class:`GroupsView`.

    Attributes
    ----------
    layer : str
        As :func:`fercore.face_groups.group` takes it.
    """

    source: str
    model: str
    input_size: int
    weights: str | None
    pooling: str
    seed: int
    layer: str
    input_range: str
    k_max: int
    k_seed: int
    k: int
    without: tuple[str, ...] = ()
    mapping: Mapping[int, str] | None = None
    upload: str = ""


def faces_script(view: FacesView, sweep: FaceSweep) -> str:
    """A Python script that groups the faces, and draws the most typical ones as a PNG file.

    Parameters
    ----------
    view : FacesView
    sweep : FaceSweep
        Its groups at ``view.k`` go into the script, which says whether its own agree.

    Returns
    -------
    str
        Needs what :func:`fercore.recipe.script` needs.
    """
    return recipe.as_script(_faces_parts(view, sweep))


def faces_notebook(view: FacesView, sweep: FaceSweep) -> str:
    """The same as :func:`faces_script`, as a Jupyter notebook (nbformat 4)."""
    return recipe.as_notebook(_faces_parts(view, sweep))


def _parts(view: GroupsView, sweep: Sweep) -> list[str]:
    modules = ["clustering", "models"]
    modules += ["response_store"] if view.what == "responses" else []
    modules += ["groups_picture"] if view.is_grid else []
    return [
        recipe.heading(f"The maps of {view.layer} for face {view.face} in {view.k} groups", view),
        recipe.imports(modules, view),
        f"{recipe.open_faces(view)}\nimage = faces.images[faces.position({view.face})]",
        f"{_model(view)}\nmaps = model.feature_maps(image, {view.layer!r}, {view.input_range!r})",
        _grouping(view),
        *([_drawing(view)] if view.is_grid else []),
        _check(sweep, view.k),
    ]


def _faces_parts(view: FacesView, sweep: FaceSweep) -> list[str]:
    return [
        recipe.heading(f"The faces in {view.k} groups: all faces", view),
        recipe.imports(["face_groups", "groups_picture", "models"], view),
        recipe.open_faces(view),
        _model(view),
        "sweep = face_groups.group(\n"
        f"    model, faces, {view.layer!r}, {view.input_range!r},\n"
        f"    k_max={view.k_max}, seed={view.k_seed},\n"
        ")\n"
        "print(sweep.table.round(3).to_string(index=False))\n"
        "print(sweep.sentence())\n"
        f"print(sweep.crosstab({view.k}))\n"
        f"groups = sweep.order({view.k})  # the most typical faces first",
        "picture = groups_picture.faces_picture(\n"
        f"    faces.images, groups, caption=model.caption({view.layer!r}, {view.input_range!r})\n"
        ")\n"
        f'Path("faces_{view.k}_groups.png").write_bytes(picture)',
        _check(sweep, view.k),
    ]


def _model(view: GroupsView | FacesView) -> str:
    return (
        "model = models.load(\n"
        f"    {view.model!r}, input_size={view.input_size}, weights={view.weights!r},\n"
        f"    pooling={view.pooling!r}, seed={view.seed},\n"
        ")"
    )


def _check(sweep: Sweep | FaceSweep, k: int) -> str:
    """The lines that say whether the groups are those of the page."""
    inertia = sweep.table["inertia"].iloc[k - 1]
    sizes = [len(members) for members in sweep.order(k)]
    return (
        f"on_the_page = [{inertia:.6g}, *{sizes}]\n"
        f"here = [sweep.table['inertia'][{k} - 1], *map(len, groups)]\n"
        "same = np.allclose(here, on_the_page, rtol=1e-3)\n"
        'print("The same groups as on the page." if same else "Other groups than on the page!")'
    )


def _grouping(view: GroupsView) -> str:
    lines = []
    responses = ""
    if view.what == "responses":
        lines.append(
            f"answers = response_store.measure(model, faces, {view.layer!r}, {view.input_range!r})"
        )
        responses = ", responses=answers.mean"
    return "\n".join(
        [
            *lines,
            "sweep = clustering.elbow(",
            f"    maps, k_max={view.k_max}, seed={view.k_seed}, what={view.what!r},",
            f"    drop_dead={view.drop_dead}{responses},",
            ")",
            "print(sweep.table.round(3).to_string(index=False))",
            "print(sweep.verdict)",
            f"groups = sweep.order({view.k})  # the most typical maps first",
        ]
    )


def _drawing(view: GroupsView) -> str:
    return (
        "picture = groups_picture.groups_picture(\n"
        f"    maps, groups, sweep.centres({view.k}), scale={view.scale!r}, "
        f"colours={view.colours!r},\n"
        f"    caption=model.caption({view.layer!r}, {view.input_range!r}),\n"
        ")\n"
        f'Path("{view.layer}_{view.k}_groups.png").write_bytes(picture)'
    )
