"""The forms of the Clusters page: nothing is computed before one is sent."""

import streamlit as st

from fercore import channels
from fercore.layers import Layer
from fercore.models import Model
from ui import sidebar, state
from ui.clusters import words as clusters_words
from ui.clusters.question import FacesQuestion, Question


def ask(model: Model, layer: Layer) -> tuple[Question, bool]:
    """Draw the form; returns the question that its settings make, and whether it was just asked."""
    asked = _draw(model, layer)
    question = Question(
        model=model,
        layer=layer,
        faces=sidebar.faces(),
        position=sidebar.position(),
        input_range=state.get("range"),
        what=state.get("what"),
        drop_dead=state.get("dead") == "leave_out",
        k_max=state.get("k_max"),
        seed=state.get("k_seed"),
    )
    return question, asked


def _draw(model: Model, layer: Layer) -> bool:
    maps = model.feature_maps(sidebar.image(), layer.name, state.get("range"))
    dead = int(channels.statistics(maps)["dead"].sum()) if layer.is_grid else 0
    with (
        st.form("grouping", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        st.selectbox(
            "What is grouped",
            list(clusters_words.WHAT),
            format_func=lambda what: clusters_words.WHAT[what],
            key="what",
            persist_state="session",
            help=clusters_words.WHAT_HELP,
            width=250,
        )
        _how_many()
        st.segmented_control(
            f"Dead maps: {dead}",
            ["keep", "leave_out"],
            format_func=lambda choice: choice.replace("_", " "),
            key="dead",
            required=True,
            persist_state="session",
            help=clusters_words.DEAD,
        )
        return st.form_submit_button("Group the maps", type="primary")


def ask_of_faces(model: Model, layer: Layer) -> tuple[FacesQuestion, bool]:
    """As :func:`ask`, of all faces of the data set and what `layer` answers to them."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.segmented_control(
            "A face's vector",
            list(clusters_words.BY),
            format_func=lambda by: clusters_words.BY[by],
            key="by",
            required=True,
            persist_state="session",
            help=clusters_words.BY_HELP,
        )
        with (
            st.form("grouping_faces", border=False, width="content"),
            st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
        ):
            _how_many()
            asked = st.form_submit_button("Group the faces", type="primary")
    question = FacesQuestion(
        model=model,
        layer=layer,
        faces=sidebar.faces(),
        input_range=state.get("range"),
        k_max=state.get("k_max"),
        seed=state.get("k_seed"),
    )
    return question, asked


def _how_many() -> None:
    """Draw what every form asks: how many groups are tried, and the seed."""
    st.number_input(
        "k up to", 2, 50, key="k_max", persist_state="session", help=clusters_words.K_MAX, width=120
    )
    st.number_input(
        "Seed", 0, 9999, key="k_seed", persist_state="session", help=clusters_words.SEED, width=120
    )
