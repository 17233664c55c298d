"""The maps of a layer in groups: the question, the curves, the groups."""

import streamlit as st

from fercore import plots_groups
from fercore.clustering import Sweep
from ui import layer_picker, sidebar, state, views
from ui.clusters import curves as clusters_curves
from ui.clusters import downloads as clusters_downloads
from ui.clusters import form as clusters_form
from ui.clusters import groups as clusters_groups
from ui.clusters import words as clusters_words
from ui.clusters import work as clusters_work
from ui.clusters.jobs import Jobs
from ui.clusters.question import Question
from ui.fragments import fragment
from ui.grid.grid import grid
from ui.maps import view as maps_view

_JOBS: Jobs[Sweep] = Jobs(16)  # up to 30 megabytes each: the distances of 1280 maps, twice


def show() -> None:
    """Draw the form, and once it is wanted the grouping of the maps of the chosen layer."""
    model = sidebar.model()
    layer = layer_picker.show(model)
    maps_view.drop_a_map_beyond(layer)
    state.show_notes()
    question, asked = clusters_form.ask(model, layer)
    by_link = state.get("k") is not None
    job = clusters_work.follow(_JOBS, question.key, question.answer, asked, by_link)
    if job is None:
        _show_ungrouped(question)
    elif job.latest is not None:
        _show_sweep(question, job.latest)


def _show_ungrouped(question: Question) -> None:
    count, numbers = question.layer.channels, question.maps[..., 0].size
    st.markdown(
        f"##### {count} maps of {numbers:,} numbers each. Which of them belong together?"
        if question.layer.is_grid
        else f"##### {count} numbers, one for each map. Which of them belong together?"
    )
    curve, maps = st.columns(2, gap="small")
    with curve:
        clusters_curves.show_before(question.k_max)
    if question.layer.is_grid:
        shown, table = question.shown, state.get("colours")
        with maps:
            grid(
                views.map_tiles(shown.scaled, table, shown.numbers, shown.statistics),
                key="ungrouped",
                label=f"Feature maps of {question.caption}",
                height=340,
            )
    st.caption(question.caption)


@fragment
def _show_sweep(question: Question, sweep: Sweep) -> None:
    place = st.empty()
    if sweep.verdict is not None:  # until then the progress bar stands here
        place.markdown(f"##### {sweep.verdict.text}")
    k = clusters_curves.chosen_k(len(sweep.table), clusters_curves.suggestion(sweep))
    clusters_curves.show_curves(sweep, k, are_pictures=question.layer.is_grid)
    notes = list(sweep.notes)
    own_scales = question.layer.is_grid and state.get("scale") in ("each", "each_centred")
    if question.what == "raw" and own_scales:
        notes.append(clusters_words.LOUDNESS)
    st.caption(" · ".join([question.caption, clusters_words.WHAT[question.what], *notes]))
    if question.layer.is_grid:
        shown = question.shown
        clusters_groups.show(sweep, k, shown)
        clusters_groups.show_sixteen(sweep, k, shown)
    else:
        st.plotly_chart(
            plots_groups.numbers(question.maps.reshape(-1), sweep.labels(k)),
            config=clusters_curves.config(f"{question.layer.name}_{k}_groups"),
            alt=f"The numbers of {question.caption} in {k} clusters",
        )
    clusters_curves.show_table(sweep.table)
    clusters_downloads.show(question, sweep, k)
