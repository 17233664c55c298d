"""Arrays in, plotly figures out; and the palettes that every page shares."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

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
