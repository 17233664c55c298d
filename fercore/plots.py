"""Arrays in, plotly figures out; and the palettes that every page shares."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

EMOTION_COLOURS = {
    "Angry": "#EE6677",
    "Disgust": "#228833",
    "Fear": "#AA3377",
    "Happy": "#CCBB44",
    "Sad": "#4477AA",
    "Surprise": "#66CCEE",
    "Neutral": "#BBBBBB",
}
"""One colour an emotion, told apart with every common colour vision deficiency.

Source: Paul Tol's "bright" scheme, https://personal.sron.nl/~pault/ .
"""

OTHER_COLOUR = "#777777"
"""The colour of any label that is not one of the seven."""


def class_balance(counts: "pd.DataFrame", chosen: str | None = None) -> Any:
    """How many faces each emotion has, as horizontal bars.

    Parameters
    ----------
    counts : DataFrame
        As :meth:`fercore.datasets.FaceSet.counts` gives it: one row an emotion, column ``all``.
    chosen : str, optional
        An emotion that is drawn strongly, the others faintly; None draws all strongly.

    Returns
    -------
    plotly.graph_objects.Figure
        The largest class on top, each bar with its count.
    """
    import plotly.graph_objects as go

    totals = counts["all"].sort_values()
    names = list(totals.index)
    bars = go.Bar(
        x=totals.to_numpy(),
        y=names,
        orientation="h",
        text=[f"{n:,}" for n in totals],
        textposition="auto",
        textangle=0,
        marker_color=[EMOTION_COLOURS.get(name, OTHER_COLOUR) for name in names],
        marker_opacity=[1.0 if chosen in (None, name) else 0.35 for name in names],
        hovertemplate="%{y}: %{x:,} faces<extra></extra>",
    )
    figure = go.Figure(bars)
    figure.update_layout(
        height=60 + 34 * len(names),
        margin={"l": 0, "r": 8, "t": 8, "b": 0},
        font_size=15,
        xaxis={"title": "faces", "fixedrange": True, "rangemode": "tozero"},
        yaxis={"fixedrange": True, "ticksuffix": " "},
        bargap=0.25,
    )
    return figure


def bars(values: NDArray[np.float32], unit: str = "activation") -> Any:
    """The numbers of a vector, or of a layer of 1 × 1 maps, as bars in their own order.

    Parameters
    ----------
    values : float array (n,)
        One number a channel.
    unit : str
        The title of the value axis.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    import plotly.graph_objects as go

    figure = go.Figure(
        go.Bar(
            x=np.arange(len(values)),
            y=np.asarray(values, dtype=float),
            marker_line_width=0,
            marker_color="#4477AA",
            hovertemplate="number %{x}: %{y:.4g}<extra></extra>",
        )
    )
    figure.update_layout(
        height=420,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        font_size=15,
        bargap=0.0 if len(values) > 200 else 0.2,
        xaxis_title="channel",
        yaxis_title=unit,
    )
    return figure


def histogram(values: NDArray[np.float32], unit: str) -> Any:
    """How the values of one map are spread, as 40 bars, with zero marked.

    Parameters
    ----------
    values : float array of any shape
    unit : str
        The title of the value axis.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    import plotly.graph_objects as go

    counts, edges = np.histogram(np.asarray(values, dtype=float).ravel(), bins=40)
    figure = go.Figure(
        go.Bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts,
            width=np.diff(edges),
            marker_color="#4477AA",
            marker_line_width=0,
            hovertemplate="about %{x:.3g}: %{y} positions<extra></extra>",
        )
    )
    figure.add_vline(x=0, line_width=1.5, line_dash="dot", line_color="#888888")
    figure.update_layout(
        height=190,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        font_size=14,
        xaxis_title=unit,
        yaxis_title="positions",
    )
    return figure
