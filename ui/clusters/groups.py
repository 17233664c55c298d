"""The groups: one row a cluster with its centre and its maps, and the map that is chosen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import streamlit as st

from fercore import colours, plots_clusters, plots_groups
from fercore.clustering import Sweep
from fercore.groups_picture import scaled_with_centres
from ui import inline, state, views
from ui.clusters import curves as clusters_curves
from ui.grid.grid import Tiles, grid
from ui.maps import panel as map_panel
from ui.maps.shown import Shown

_FEW = 21  # maps of a cluster that are shown until all are asked for
_ROWS = 12  # clusters that are shown until all are asked for
_TILE = 48
_STICKY = (
    "<style>[data-testid=stLayoutWrapper]:has(>.st-key-beside_groups)"
    "{position:sticky;top:3rem}</style>"
)
_OPEN = "_clusters_open"
_MAPS_PAGE = Path(__file__).resolve().parents[2] / "pages" / "feature_maps.py"


def show(sweep: Sweep, k: int, shown: Shown) -> None:
    """Draw the groups for `k`, and beside them the map that is chosen."""
    # The map that is chosen stays in sight beside a long list of groups.
    st.html(_STICKY)
    left, right = st.columns([0.62, 0.38], gap="medium")
    with left:
        groups = sweep.order(k)
        _, centres = scaled_with_centres(shown.maps, sweep.centres(k), state.get("scale"))
        for cluster in range(rows_shown(k)):
            _row(shown, groups[cluster], centres[cluster], cluster, k)
        offer_all_rows(k)
    with right, st.container(key="beside_groups"):
        map_panel.show(shown)
        if state.get("map") is not None:
            _show_more(shown, sweep, k)


def rows_shown(k: int) -> int:
    """How many of `k` groups are drawn."""
    return k if _is_open(k) else min(k, _ROWS)


def offer_all_rows(k: int) -> None:
    """Draw the button for the others, if there are any."""
    if rows_shown(k) < k:
        st.button(f"Show all {k} groups", on_click=_open, args=(k,))


def show_sixteen(sweep: Sweep, k: int, shown: Shown) -> None:
    """The tutorial's own figure, of one cluster, behind a click."""
    with st.expander(
        "Sixteen maps of one cluster, as in the tutorial", on_change="rerun", key="sixteen"
    ) as place:
        if not place.open:
            return
        state.put("cluster", min(state.get("cluster"), k - 1))
        cluster = st.number_input(
            "Cluster", 0, k - 1, key="cluster", persist_state="session", width=150
        )
        numbers = sweep.order(k)[cluster][:16]
        st.plotly_chart(
            plots_groups.sixteen(
                shown.scaled.pixels[numbers],
                [f"feature {number}, cluster {cluster}" for number in numbers],
                state.get("colours"),
            ),
            config=clusters_curves.config(f"{shown.layer.name}_cluster_{cluster}"),
            alt=f"{len(numbers)} maps of cluster {cluster}, the most typical first",
        )
        st.caption(f"{shown.caption} · the {len(numbers)} maps nearest to the cluster's centre.")


def _show_more(shown: Shown, sweep: Sweep, k: int) -> None:
    """What the grouping says of the map that is chosen, and the way to all that is known of it."""
    number = state.get("map")
    table = sweep.assignments(k).set_index("map")
    if number in table.index:
        row = table.loc[number]
        st.caption(
            f"Cluster {row.cluster:.0f} · {row.distance:.3g} from its centre · silhouette "
            f"{row.silhouette:.2f}"
        )
    else:
        st.caption("Dead, so it was left out of the grouping.")
    st.page_link(
        str(_MAPS_PAGE),
        label=f"All about map {number}, on Feature maps",
        query_params=state.link(state.MAPS),
    )


def map_tiles(shown: Shown, numbers: np.ndarray, cluster: int) -> Tiles:
    """Maps of one cluster, framed in its colour."""
    plain = views.map_tiles(shown.scaled, state.get("colours"), numbers, shown.statistics)
    return replace(
        plain,
        titles=[f"cluster {cluster}"] * len(numbers),
        frames=np.zeros(len(numbers), np.uint8),
        frame_colours=[plots_clusters.cluster_colour(cluster)],
    )


def _row(shown: Shown, numbers: np.ndarray, centre: np.ndarray, cluster: int, k: int) -> None:
    name, total = (k, cluster), len(numbers)
    few = numbers if _is_open(name) else numbers[:_FEW]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**Cluster {cluster}** · {total} maps", width="content")
        if len(few) < total:
            st.button(
                f"Show all {total}",
                on_click=_open,
                args=(name,),
                key=f"all_{cluster}",
                type="tertiary",
            )
    with st.container(horizontal=True, gap="small"):
        show_centre(colours.colour_table(state.get("colours"))[centre], cluster)
        with st.container():
            grid(
                map_tiles(shown, few, cluster),
                key=f"cluster_{cluster}",
                label=f"Cluster {cluster}: {len(few)} of {total} maps, the most typical first",
                selected=state.get("map"),
                tile=_TILE,
                height=360,
                link="clusters",
                quiet=True,
                on_pick=lambda number: state.put("map", number),
            )


def show_centre(picture: np.ndarray, cluster: int) -> None:
    """A cluster's centre, uint8 (h, w, 3), in a frame of its colour."""
    times = max(1, -(-168 // max(picture.shape)))
    picture = picture.repeat(times, axis=0).repeat(times, axis=1)
    edge = max(picture.shape) // 21
    framed = np.empty((picture.shape[0] + 2 * edge, picture.shape[1] + 2 * edge, 3), np.uint8)
    framed[:] = tuple(bytes.fromhex(plots_clusters.cluster_colour(cluster)[1:]))
    framed[edge:-edge, edge:-edge] = picture
    st.image(inline.url(framed), width=84, alt=f"The centre of cluster {cluster}")


def _is_open(name: object) -> bool:
    return name in st.session_state.get(_OPEN, ())


def _open(name: object) -> None:
    """Show all of `name`: the maps of a (k, cluster), or the groups of a k."""
    st.session_state[_OPEN] = {*st.session_state.get(_OPEN, ()), name}
