"""The faces of the data set in groups, held beside the emotions that people gave them."""

import streamlit as st

from fercore import colours, plots_clusters, plots_groups
from fercore.clustering import FaceSweep
from ui import cached, layer_picker, sidebar, state, views
from ui.clusters import curves as clusters_curves
from ui.clusters import downloads as clusters_downloads
from ui.clusters import form as clusters_form
from ui.clusters import groups as clusters_groups
from ui.clusters import words as clusters_words
from ui.clusters import work as clusters_work
from ui.clusters.jobs import Jobs
from ui.clusters.question import FacesQuestion
from ui.fragments import fragment
from ui.grid.grid import grid

_JOBS: Jobs[FaceSweep] = Jobs(6)
_AT_ONCE = 2_000  # faces that take a few seconds
_FEW = 16  # faces of a cluster that are shown


def show() -> None:
    """Draw the form, and once it is wanted the grouping of all faces."""
    model = sidebar.model()
    layer = layer_picker.show(model) if state.get("by") == "layer" else model.layers[-1]
    state.show_notes()
    question, asked = clusters_form.ask_of_faces(model, layer)
    job = clusters_work.follow(_JOBS, question.key, question.answer, asked, _by_link(question))
    if job is None:
        st.markdown(
            f"##### {len(question.faces):,} faces, and nobody tells k-means their emotions. "
            "How many groups does it find?"
        )
        clusters_curves.show_before(question.k_max)
        st.caption(question.caption)
    elif job.latest is not None:
        _show_sweep(question, job.latest)


def _by_link(question: FacesQuestion) -> bool:
    """Whether a link wants the result.

    With a k chosen, another model or data set is another question; where its answer takes more
    than some seconds, only the first one of a session is the link's and begins by itself.
    """
    first = st.session_state.setdefault("_first_of_faces", question.key) == question.key
    return state.get("k") is not None and (first or len(question.faces) <= _AT_ONCE)


@fragment
def _show_sweep(question: FacesQuestion, sweep: FaceSweep) -> None:
    first, _, rest = sweep.sentence().partition(". ")
    st.markdown(f"##### {first}.")
    st.caption(rest)
    most = len(sweep.table)
    suggested = sweep.best or sweep.suggested["elbow"] or min(4, most)
    k = clusters_curves.chosen_k(most, suggested)
    clusters_curves.side_by_side(
        plots_clusters.curve(sweep.table, "inertia", sweep.suggested["elbow"], k),
        f"The inertia of k-means for k = 1 to {most}",
        plots_clusters.agreement(sweep.table, sweep.best, k),
        "Agreement with the emotions and silhouette for each k",
        k,
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        clusters_curves.ask_k(most, k)
        with st.popover("What do the curves mean?", type="tertiary"):
            st.markdown(clusters_words.FACE_CURVES)
    st.caption(" ".join([question.caption, *sweep.notes]))
    _show_emotions(sweep, k)
    _show_groups(question, sweep, k)
    clusters_curves.show_table(sweep.table)
    clusters_downloads.show_faces(question, sweep, k)


def _show_emotions(sweep: FaceSweep, k: int) -> None:
    counts = sweep.crosstab(k)
    st.plotly_chart(
        plots_groups.clusters_by_emotion(counts),
        config=clusters_curves.config(f"emotions_in_{k}_clusters"),
        alt=f"How many faces of each emotion are in each of {k} clusters",
    )
    row = sweep.table.iloc[k - 1]
    st.caption(
        f"k = {k}: adjusted Rand index {row.adjusted_rand:.2f}, normalised mutual information "
        f"{row.nmi:.2f} · colour: the share of the emotion's faces that is in the cluster."
    )


def _show_groups(question: FacesQuestion, sweep: FaceSweep, k: int) -> None:
    groups = sweep.order(k)
    means = cached.mean_faces(question.faces, groups, (question.key, k))
    for cluster, positions in enumerate(groups[: clusters_groups.rows_shown(k)]):
        st.markdown(f"**Cluster {cluster}** · {len(positions):,} faces")
        with st.container(horizontal=True, gap="small"):
            clusters_groups.show_centre(colours.colour_table("grey")[means[cluster]], cluster)
            with st.container():
                grid(
                    views.face_tiles(question.faces, positions[:_FEW]),
                    key=f"faces_{cluster}",
                    label=f"Cluster {cluster}: the {min(_FEW, len(positions))} most typical of "
                    f"{len(positions):,} faces",
                    noun="face",
                    selected=state.get("face"),
                    tile=64,
                    height=240,
                    link="faces",
                    quiet=True,
                    on_pick=_choose_face,
                )
    clusters_groups.offer_all_rows(k)
    st.caption(
        "Left: the mean of all faces of the cluster, its contrast stretched. Right: the most "
        "typical faces, framed in the colour of their emotion. A click makes one the face of all "
        "pages."
    )


def _choose_face(row: int | None) -> None:
    if row is not None:
        state.put("face", row)
        state.rerun_page()
