"""How alike layers are, as a heat map."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercore.colours import colour_table


def alike_map(
    matrix: NDArray[np.float64], names: Sequence[str], marked: tuple[int, int] | None = None
) -> Any:
    """The similarity of every two layers as a square of coloured cells.

    Parameters
    ----------
    matrix : float array (m, m)
        As :attr:`fercore.over_faces.Alike.matrix`; NaN leaves a cell empty.
    names : sequence of m str
        The layers, from shallow to deep.
    marked : (int, int), optional
        Row and column of a cell to frame.

    Returns
    -------
    plotly.graph_objects.Figure
        Rows from the top. A second trace of unseen points, one a cell and row by row, can be
        clicked: a heat map of plotly's cannot.
    """
    import plotly.graph_objects as go

    size = len(names)
    table = colour_table("viridis")[[1, 33, 65, 97, 129, 161, 192, 224, 255]]
    colours = [
        [i / (len(table) - 1), "rgb({}, {}, {})".format(*colour)] for i, colour in enumerate(table)
    ]
    rows, columns = (side.ravel() for side in np.mgrid[:size, :size])
    labels = list(map(_short, names))
    words = [
        f"{names[i]}<br>{names[j]}<br><b>{matrix[i, j]:.2f}</b>"
        for i, j in zip(rows, columns, strict=True)
    ]
    figure = go.Figure(
        [
            go.Heatmap(
                z=matrix,
                zmin=0,
                zmax=1,
                colorscale=colours,
                hoverinfo="skip",
                xgap=1,
                ygap=1,
                colorbar={"title": "alike", "thickness": 14, "tickvals": [0, 0.25, 0.5, 0.75, 1]},
            ),
            go.Scatter(
                x=columns,
                y=rows,
                mode="markers",
                marker={"symbol": "square", "size": 22, "opacity": 0},
                selected_marker_opacity=0,
                unselected_marker_opacity=0,
                hovertext=words,
                hovertemplate="%{hovertext}<extra></extra>",
                showlegend=False,
            ),
        ]
    )
    if marked is not None:
        row, column = marked
        figure.add_shape(
            type="rect",
            x0=column - 0.5,
            x1=column + 0.5,
            y0=row - 0.5,
            y1=row + 0.5,
            line={"color": "#EE6677", "width": 3},
        )
    axis = {
        "tickvals": list(range(size)),
        "ticktext": labels,
        "tickfont_size": 14,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
    figure.update_layout(
        height=520,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        font_size=14,
        xaxis={**axis, "tickangle": -60, "range": [-0.5, size - 0.5]},
        yaxis={**axis, "range": [size - 0.5, -0.5]},
        dragmode=False,
        clickmode="event+select",
    )
    return figure


def _short(name: str) -> str:
    """``"block2a_project_bn"`` as ``"block 2a"``, ``"stem_activation"`` as ``"stem"``."""
    block, _, rest = name.partition("_")
    if rest in _OUTPUTS:
        return block.replace("block", "block ")
    return name


_OUTPUTS = {"activation", "project_bn", "add"}
