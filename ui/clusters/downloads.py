"""What can be taken away from a grouping: tables, the picture of the groups, the code."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from fercore import recipe_clusters
from fercore.clustering import FaceSweep, Sweep
from fercore.groups_picture import faces_picture, groups_picture
from fercore.recipe_clusters import FacesView, GroupsView
from ui import state
from ui.clusters.question import FacesQuestion, Question
from ui.data import sets as data_sets


def show(question: Question, sweep: Sweep, k: int) -> None:
    """Draw the row of downloads; each file is built only when it is asked for."""
    name = f"{question.layer.name}_{k}_groups"
    with st.container(horizontal=True, gap="small"):
        button("Assignments, CSV", lambda: assignments(sweep, k), f"{name}.csv", "text/csv")
        button("Curves, CSV", lambda: curves(sweep), f"{question.layer.name}_k.csv", "text/csv")
        if question.layer.is_grid:
            button("Groups, PNG", lambda: picture(question, sweep, k), f"{name}.png", "image/png")
        view = as_view(question, k)
        _code(
            name,
            lambda: recipe_clusters.script(view, sweep),
            lambda: recipe_clusters.notebook(view, sweep),
        )
    st.caption("The camera on each chart saves it as SVG.")


def show_faces(question: FacesQuestion, sweep: FaceSweep, k: int) -> None:
    """The same for a grouping of faces."""
    name = f"faces_{k}_groups"
    with st.container(horizontal=True, gap="small"):
        button(
            "Assignments, CSV",
            lambda: face_assignments(question, sweep, k),
            f"{name}.csv",
            "text/csv",
        )
        button("Curves, CSV", lambda: curves(sweep), "faces_k.csv", "text/csv")
        button(
            "Clusters × emotions, CSV",
            lambda: sweep.crosstab(k).to_csv().encode(),
            f"{name}_emotions.csv",
            "text/csv",
        )
        button(
            "Groups, PNG",
            lambda: faces_picture(question.faces.images, sweep.order(k), caption=question.caption),
            f"{name}.png",
            "image/png",
        )
        view = as_faces_view(question, k)
        _code(
            name,
            lambda: recipe_clusters.faces_script(view, sweep),
            lambda: recipe_clusters.faces_notebook(view, sweep),
        )


def _code(name: str, script: Callable[[], str], notebook: Callable[[], str]) -> None:
    popover = st.popover("This view as code", on_change="rerun", key="groups_as_code")
    if popover.open:
        with popover:
            st.code(script(), language="python")
            button("Script", script, f"{name}.py", "text/x-python")
            button("Notebook", notebook, f"{name}.ipynb", "text/plain")


def assignments(sweep: Sweep, k: int) -> bytes:
    """Map, cluster, distance to the centre and silhouette as CSV."""
    return sweep.assignments(k).to_csv(index=False).encode()


def face_assignments(question: FacesQuestion, sweep: FaceSweep, k: int) -> bytes:
    """Face, emotion, cluster and distance to the centre as CSV; a face by its row in the file."""
    faces = question.faces
    names = np.array([*faces.emotions, ""])  # -1, no emotion, takes the last
    table = {
        "face": faces.rows,
        "emotion": names[faces.labels],
        "cluster": sweep.labels(k),
        "distance": sweep.distances(k),
    }
    return pd.DataFrame(table).to_csv(index=False).encode()


def curves(sweep: Sweep | FaceSweep) -> bytes:
    """Every criterion for every k as CSV."""
    return sweep.table.to_csv(index=False).encode()


def picture(question: Question, sweep: Sweep, k: int) -> bytes:
    """The groups as a PNG."""
    return groups_picture(
        question.maps,
        sweep.order(k),
        sweep.centres(k),
        state.get("scale"),
        state.get("colours"),
        f"{question.caption} · {k} groups, the most typical maps first, the centre apart",
    )


def as_view(question: Question, k: int) -> GroupsView:
    """The same as the code that would make it."""
    return GroupsView(
        **data_sets.as_code(),
        **_of_model(question),
        face=int(question.faces.rows[question.position]),
        what=question.what,
        drop_dead=question.drop_dead,
        k=k,
        scale=state.get("scale"),
        colours=state.get("colours"),
        is_grid=question.layer.is_grid,
    )


def as_faces_view(question: FacesQuestion, k: int) -> FacesView:
    """The same as the code that would make it."""
    return FacesView(**data_sets.as_code(), **_of_model(question), k=k)


def _of_model(question: Question | FacesQuestion) -> dict[str, Any]:
    model = question.model
    return {
        "model": model.name,
        "input_size": model.input_size,
        "weights": model.weights,
        "pooling": model.pooling,
        "seed": model.seed,
        "layer": question.layer.name,
        "input_range": question.input_range,
        "k_max": question.k_max,
        "k_seed": question.seed,
    }


def button(label: str, make: Callable[[], bytes | str], file_name: str, mime: str) -> None:
    """A download whose file is made when it is asked for."""
    st.download_button(
        label, make, file_name=file_name, mime=mime, on_click="ignore", key=f"get {label}"
    )
