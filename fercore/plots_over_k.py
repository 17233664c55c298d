"""What all figures over k, the number of groups, share: their axes, lines and marks."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

DATA, OTHER, GREY = "#3B7DB8", "#D9822B", "#8A8F98"
"""The data themselves, a second line, and what they are compared with."""

FONT = 15


def line(
    figure: Any,
    row: int,
    ks: NDArray[np.integer[Any]],
    values: "pd.Series[float]",
    name: str,
    colour: str,
    dash: str = "solid",
    symbol: str = "circle",
    **more: Any,
) -> None:
    """Add the values of one criterion to a row of the figure; dashed: without their points."""
    figure.add_scatter(
        x=ks,
        y=values.to_numpy(),
        mode="lines+markers" if dash == "solid" else "lines",
        hovertemplate=f"k = %{{x}}: {name} %{{y:.2f}}<extra></extra>",
        row=row,
        col=1,
        **style(colour, size=8, dash=dash, symbol=symbol),
        **more,
    )


def style(colour: str, size: int, dash: str = "solid", symbol: str = "circle") -> dict[str, Any]:
    """The look of a line whose points can be clicked: the others do not fade for that."""
    return {
        "line": {"color": colour, "width": 3 if dash == "solid" else 2, "dash": dash},
        "marker": {"size": size, "symbol": symbol},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def titles(figure: Any, *texts: str) -> None:
    """Write above each row of curves what they are."""
    for row, text in enumerate(texts, start=1):
        figure.add_annotation(
            text=text, x=0, xref="x domain", xanchor="left", showarrow=False,
            y=1.02, yref=f"y{row if row > 1 else ''} domain", yanchor="bottom",
        )  # fmt: skip


def suggestion(figure: Any, k: int, value: float, text: str, **place: int) -> None:
    """A diamond about the point that a criterion suggests."""
    figure.add_scatter(
        x=[k],
        y=[value],
        mode="markers+text",
        text=[f"  {text}"],
        textposition="top right",
        marker={"size": 20, "symbol": "diamond-open", "line": {"width": 3}, "color": DATA},
        hoverinfo="skip",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        cliponaxis=False,
        **place,
    )


def axes(figure: Any, ks: NDArray[np.integer[Any]], k: int | None) -> None:
    """What all curves over k share: one axis, nothing to zoom, and the chosen k as a column."""
    figure.update_layout(
        font_size=FONT, showlegend=False, hovermode="closest", hoverdistance=60, dragmode=False
    )
    figure.update_xaxes(
        range=[ks[0] - 0.6, ks[-1] + 0.6],
        dtick=1 if len(ks) <= 16 else 5,
        fixedrange=True,
        showgrid=False,
        tickfont_size=FONT,
        title_font_size=FONT,
    )
    figure.update_yaxes(fixedrange=True, zeroline=False, tickfont_size=FONT, title_font_size=FONT)
    figure.update_annotations(font_size=FONT)
    if k is not None:
        figure.add_vrect(
            x0=k - 0.45, x1=k + 0.45, fillcolor=GREY, opacity=0.22, line_width=0, layer="below"
        )
