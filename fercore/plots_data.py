"""Plotly figures about a data set: its faces by emotion and split, and FER+ votes on a face."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fercore.datasets import VOTE_NAMES
from fercore.emotions import SPLITS
from fercore.plots import EMOTION_COLOURS, OTHER_COLOUR

if TYPE_CHECKING:
    import pandas as pd

SPLIT_COLOURS = dict(zip(SPLITS, ("#2f6fb4", "#7fb0dd", "#c3d6ea"), strict=True))
"""One hue from strong to faint: the faces to learn from, then the two parts to test on."""


def faces_by_split(counts: "pd.DataFrame") -> Any:
    """How many faces each emotion has in each split, as stacked horizontal bars.

    Parameters
    ----------
    counts : DataFrame
        As :meth:`fercore.datasets.FaceSet.counts` gives it: one row an emotion, one column a
        split, then ``all``.

    Returns
    -------
    plotly.graph_objects.Figure
        The emotions in the order of their labels, each bar with its total.
    """
    import plotly.graph_objects as go

    names, totals = list(counts.index), counts["all"].to_numpy()
    figure = go.Figure()
    for split in counts.columns.drop("all"):
        figure.add_bar(
            name=split if split in SPLITS else "split not known",
            x=counts[split].to_numpy(),
            y=names,
            orientation="h",
            marker_color=SPLIT_COLOURS.get(split, OTHER_COLOUR),
            hovertemplate=f"%{{y}}, {split}: %{{x:,}} faces<extra></extra>",
        )
    figure.add_scatter(
        x=totals,
        y=names,
        mode="text",
        text=[f" {total:,}" for total in totals],
        textposition="middle right",
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )
    figure.update_layout(
        barmode="stack",
        height=90 + 36 * len(names),
        margin={"l": 0, "r": 60, "t": 8, "b": 0},
        font_size=15,
        bargap=0.25,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        xaxis={"title": "faces", "fixedrange": True, "rangemode": "tozero"},
        yaxis={"fixedrange": True, "ticksuffix": " ", "autorange": "reversed"},
    )
    return figure


def votes(counts: npt.NDArray[np.integer[Any]], label: str | None) -> Any:
    """The FER+ votes on one face as horizontal bars, the FER2013 label among them in bold.

    Parameters
    ----------
    counts : int array (10,)
        In the order of :data:`fercore.datasets.VOTE_NAMES`.
    label : str or None
        The emotion that the face is labelled with.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    import plotly.graph_objects as go

    figure = go.Figure(
        go.Bar(
            x=counts,
            y=[f"<b>{name} ◂ label</b>" if name == label else name for name in VOTE_NAMES],
            orientation="h",
            text=[str(count) if count else "" for count in counts],
            textposition="outside",
            textangle=0,
            marker_color=[EMOTION_COLOURS.get(name, OTHER_COLOUR) for name in VOTE_NAMES],
            hovertemplate="%{y}: %{x} votes<extra></extra>",
        )
    )
    figure.update_layout(
        height=10 + 23 * len(VOTE_NAMES),
        margin={"l": 0, "r": 0, "t": 4, "b": 0},
        font_size=15,
        bargap=0.2,
        # Ten votes in most cases; each bar has its number, so an axis would say nothing more.
        xaxis={"visible": False, "fixedrange": True, "range": [0, max(11, 1 + int(counts.max()))]},
        yaxis={"fixedrange": True, "ticksuffix": " ", "autorange": "reversed"},
    )
    return figure
