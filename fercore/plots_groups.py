"""The groups themselves as plotly figures: their maps, their numbers, and the emotions in them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fercore.colours import FIRST, LAST, colour_table
from fercore.plots_clusters import cluster_colour

if TYPE_CHECKING:
    import pandas as pd

_FONT = 15


def numbers(values: NDArray[np.floating[Any]], labels: NDArray[np.integer[Any]]) -> Any:
    """Maps of a single number each, by their cluster: one row of dots a cluster.

    Parameters
    ----------
    values : float array (n,)
    labels : int array (n,)
        The cluster of each; -1 for one that was left out.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    count = int(labels.max()) + 1
    for cluster in range(count):
        members = np.flatnonzero(labels == cluster)
        # Dots of one value would hide each other; their height within the row means nothing.
        jitter = (members * 0.618) % 0.6 - 0.3
        figure.add_scatter(
            x=values[members],
            y=cluster + jitter,
            customdata=members,
            mode="markers",
            marker={"color": cluster_colour(cluster), "size": 9, "opacity": 0.75},
            hovertemplate=f"number %{{customdata}}: %{{x:.4g}}, cluster {cluster}<extra></extra>",
        )
    sizes = np.bincount(labels[labels >= 0], minlength=count)
    figure.update_layout(
        height=90 + 48 * count,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font_size=_FONT,
        showlegend=False,
        xaxis_title="activation",
        yaxis={
            "tickvals": list(range(count)),
            "ticktext": [f"cluster {c} · {size} " for c, size in enumerate(sizes)],
            "autorange": "reversed",
            "fixedrange": True,
            "tickfont_size": _FONT,
        },
    )
    return figure


def sixteen(pixels: NDArray[np.uint8], titles: Sequence[str], colours: str = "viridis") -> Any:
    """Up to sixteen pictures in four rows, each under its title: the tutorial's figure.

    Parameters
    ----------
    pixels : uint8 array (n, h, w)
        Indices into the colour table, as :func:`fercore.scaling.scale` gives them.
    titles : sequence of n str
        ``"feature 17, cluster 2"``.
    colours : str
        A table of :func:`fercore.colours.colour_table`.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    rows = max(1, -(-len(pixels) // 4))
    height = 40 + 190 * rows
    table = colour_table(colours)[FIRST : LAST + 1 : 2]
    scale = [[i / (len(table) - 1), "rgb({},{},{})".format(*c)] for i, c in enumerate(table)]
    figure = make_subplots(
        rows=rows, cols=4, subplot_titles=list(titles), horizontal_spacing=0.02,
        vertical_spacing=32 / height,
    )  # fmt: skip
    for i, picture in enumerate(pixels):
        heat = go.Heatmap(
            z=picture, zmin=FIRST, zmax=LAST, colorscale=scale, showscale=False, hoverinfo="skip"
        )
        figure.add_trace(heat, row=i // 4 + 1, col=i % 4 + 1)
    figure.update_xaxes(visible=False, constrain="domain", fixedrange=True)
    figure.update_yaxes(visible=False, autorange="reversed", fixedrange=True)
    for i in range(1, len(pixels) + 1):
        figure.update_layout({f"yaxis{i if i > 1 else ''}": {"scaleanchor": f"x{i}"}})
    figure.update_annotations(font_size=_FONT)
    figure.update_layout(height=height, margin={"l": 0, "r": 0, "t": 28, "b": 0})
    return figure


def clusters_by_emotion(counts: "pd.DataFrame") -> Any:
    """How many faces of each emotion are in each cluster, as a heat map with its numbers.

    Parameters
    ----------
    counts : DataFrame
        One row a cluster, one column an emotion.

    Returns
    -------
    plotly.graph_objects.Figure
        The colour is the share of the emotion's faces, so that rare emotions can be compared with
        frequent ones; the text is the count.
    """
    import plotly.graph_objects as go

    values = counts.to_numpy()
    shares = values / np.maximum(values.sum(axis=0), 1)
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            zmin=0,
            zmax=max(float(shares.max()), 0.01),
            x=list(counts.columns),
            y=[f"cluster {c} " for c in counts.index],
            text=[[f"{n:,}" for n in row] for row in values],
            texttemplate="%{text}",
            customdata=100 * shares,
            hovertemplate="%{y}, %{x}: %{text} faces, %{customdata:.0f} % of all %{x}"
            "<extra></extra>",
            colorscale=[[0, "#EEF3F9"], [1, "#1F5FA8"]],  # the same on a light and a dark page
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )
    figure.update_layout(
        height=60 + 36 * len(counts),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font_size=_FONT,
        xaxis={"side": "top", "fixedrange": True, "showgrid": False, "tickfont_size": _FONT},
        yaxis={
            "autorange": "reversed",
            "fixedrange": True,
            "showgrid": False,
            "tickfont_size": _FONT,
        },
    )
    return figure
