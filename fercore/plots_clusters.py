"""What speaks for each number of groups, as plotly figures; and the palette of the clusters."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

CLUSTER_COLOURS = (
    "#0072B2", "#E69F00", "#A51E5A", "#00FF69", "#8700FF",
    "#966900", "#78C3FF", "#FF69A5", "#780069", "#FFD2B4",
    "#3C2DA5", "#E13C5A", "#9678FF", "#4B3C00", "#C3E1F0",
)  # fmt: skip
"""Colours of the clusters 0, 1, ...; beyond the last they begin anew, so numbers stand beside them.

The first two are Okabe and Ito's; the others were searched for so that any two differ by at least
23 in CIELAB for normal sight, protanopia, deuteranopia and tritanopia (Machado et al. 2009), on
a light page and on a dark one.
"""

_DATA, _OTHER, _GREY = "#3B7DB8", "#D9822B", "#8A8F98"
_FONT = 15
_WITHOUT = "without structure"


def cluster_colour(cluster: int) -> str:
    """The CSS colour of a cluster."""
    return CLUSTER_COLOURS[cluster % len(CLUSTER_COLOURS)]


def curve(
    table: "pd.DataFrame", column: str = "inertia", elbow: int | None = None, k: int | None = None
) -> Any:
    """The elbow curve, with what the same sweep makes of data without structure.

    Parameters
    ----------
    table : DataFrame
        As :attr:`fercore.clustering.Sweep.table`, or :attr:`~fercore.clustering.FaceSweep.table`.
    column : {"inertia", "distortion"}
        Inertia is drawn as a share of that of one cluster, with the reference as a band where there
        is one; distortion in the maps' own unit, without one.
    elbow : int, optional
        The k to mark as the knee of the curve.
    k : int, optional
        The k that is shown on the page: a column behind the curve.

    Returns
    -------
    plotly.graph_objects.Figure
        Every point's ``x`` is its k.
    """
    import plotly.graph_objects as go

    ks = table["k"].to_numpy()
    figure = go.Figure()
    values, hover = table[column].to_numpy(), "k = %{x}: %{y:.4g}<extra></extra>"
    unit = "mean distance to the nearest centre"
    if column == "inertia":
        share = 100 / values[0]
        values = values * share
        hover = "k = %{x}: inertia %{y:.1f} % of that of one group<extra></extra>"
        unit = "inertia, % of one group's"
        if "reference_mid" in table:
            parts = (table[f"reference_{part}"].to_numpy() for part in ("low", "mid", "high"))
            _band(figure, ks, *(part * share for part in parts))
    figure.add_scatter(
        x=ks, y=values, mode="lines+markers", hovertemplate=hover, **_style(_DATA, size=11)
    )
    if elbow is not None:
        row = int(np.flatnonzero(ks == elbow)[0])
        _suggestion(figure, elbow, values[row], f"elbow: k = {elbow}")
    _common(figure, ks, k)
    figure.update_layout(height=360, margin={"l": 8, "r": 8, "t": 12, "b": 8})
    figure.update_yaxes(title=unit, rangemode="tozero")
    figure.update_xaxes(title="k, the number of groups")
    return figure


def before(k_max: int) -> Any:
    """The axes of :func:`curve` without a curve: something to guess at before it is computed.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    _common(figure, np.arange(1, k_max + 1), None)
    figure.add_annotation(
        text="How will the curve fall?<br>At which k will it bend?", x=0.5, y=0.5, xref="x domain",
        yref="y domain", showarrow=False, font_size=_FONT + 3,
    )  # fmt: skip
    figure.update_layout(height=360, margin={"l": 8, "r": 8, "t": 12, "b": 8})
    figure.update_yaxes(title="inertia, % of one group's", range=[0, 108])
    figure.update_xaxes(title="k, the number of groups")
    return figure


def criteria(
    table: "pd.DataFrame", suggested: Mapping[str, int | None], k: int | None = None
) -> Any:
    """Silhouette, gap and stability over k, one above the other.

    Parameters
    ----------
    table : DataFrame
        As :attr:`fercore.clustering.Sweep.table`; what is not known yet (NaN) stays empty.
    suggested : mapping
        As :attr:`fercore.clustering.Sweep.suggested`.
    k : int, optional
        The k that is shown on the page.

    Returns
    -------
    plotly.graph_objects.Figure
        Every point's ``x`` is its k.
    """
    from plotly.subplots import make_subplots

    ks = table["k"].to_numpy()
    figure = make_subplots(rows=3, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    _add(figure, 1, ks, table["silhouette_reference"], "even cloud", _GREY, dash="dash", symbol="x")
    _add(figure, 1, ks, table["silhouette"], "silhouette", _DATA)
    errors = {"type": "data", "array": table["gap_se"].to_numpy(), "thickness": 1.5, "width": 4}
    _add(figure, 2, ks, table["gap"], "gap", _DATA, error_y=errors)
    _add(figure, 3, ks, table["stability_seeds"], "other starts", _OTHER, symbol="square")
    _add(figure, 3, ks, table["stability_bootstrap"], "resampled", _DATA)
    for row, name in enumerate(("silhouette", "gap"), start=1):
        best = suggested.get(name)
        if best is not None:
            value = table[name].to_numpy()[int(np.flatnonzero(ks == best)[0])]
            _suggestion(figure, best, value, "", row=row, col=1)
    _titles(
        figure,
        f"<b>silhouette</b> {_said(suggested, 'silhouette')}, dashed: even cloud",
        f"<b>gap</b> {_said(suggested, 'gap')}",
        f"<b>stability</b>: <span style='color:{_OTHER}'>■ other starts</span>, "
        f"<span style='color:{_DATA}'>● resampled</span>",
    )
    _common(figure, ks, k)
    figure.update_layout(height=360, margin={"l": 8, "r": 8, "t": 26, "b": 8})
    figure.update_yaxes(nticks=4)
    figure.update_yaxes(range=[0, 1.08], dtick=0.5, row=3, col=1)
    figure.update_xaxes(title="k", row=3, col=1)
    return figure


def agreement(table: "pd.DataFrame", best: int | None, k: int | None = None) -> Any:
    """How well groups of faces agree with the emotions over k, and below it their silhouette.

    Parameters
    ----------
    table : DataFrame
        As :attr:`fercore.clustering.FaceSweep.table`.
    best : int or None
        The k to mark as that of the best agreement.
    k : int, optional
        The k that is shown on the page.

    Returns
    -------
    plotly.graph_objects.Figure
        Every point's ``x`` is its k.
    """
    from plotly.subplots import make_subplots

    ks = table["k"].to_numpy()
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.14, row_heights=[0.65, 0.35]
    )
    rand, nmi = "adjusted Rand", "mutual information"
    _add(figure, 1, ks, table["nmi"], nmi, _OTHER, symbol="square")
    _add(figure, 1, ks, table["adjusted_rand"], rand, _DATA)
    _add(figure, 2, ks, table["silhouette"], "silhouette", _DATA)
    if best is not None:
        value = table["adjusted_rand"].to_numpy()[int(np.flatnonzero(ks == best)[0])]
        _suggestion(figure, best, value, "", row=1, col=1)
    _titles(
        figure,
        f"<b>emotions</b>: <span style='color:{_DATA}'>● {rand}</span>, "
        f"<span style='color:{_OTHER}'>■ {nmi}</span>",
        "<b>silhouette</b>",
    )
    _common(figure, ks, k)
    figure.update_layout(height=360, margin={"l": 8, "r": 8, "t": 26, "b": 8})
    figure.update_yaxes(nticks=4)
    figure.update_yaxes(range=[-0.03, 1.03], dtick=0.25, row=1, col=1)
    figure.update_xaxes(title="k", row=2, col=1)
    return figure


def _band(
    figure: Any,
    ks: NDArray[np.integer[Any]],
    low: NDArray[np.floating[Any]],
    mid: NDArray[np.floating[Any]],
    high: NDArray[np.floating[Any]],
) -> None:
    if np.isnan(mid).all():
        return
    under = mid[-1] > 25  # % of the axis: where there is room for words below the line
    edge = {"mode": "lines", "line_width": 0, "hoverinfo": "skip"}
    figure.add_scatter(x=ks, y=low, **edge)
    figure.add_scatter(x=ks, y=high, fill="tonexty", fillcolor="rgba(138,143,152,0.35)", **edge)
    figure.add_scatter(
        x=ks,
        y=mid,
        mode="lines",
        line={"color": _GREY, "dash": "dash", "width": 2},
        hovertemplate=f"k = %{{x}}: {_WITHOUT} %{{y:.1f}} %<extra></extra>",
    )
    figure.add_annotation(
        x=ks[-1], y=mid[-1] if under else mid[len(ks) // 2], text=_WITHOUT, showarrow=False,
        xanchor="right", yanchor="top" if under else "bottom", yshift=-4 if under else 4,
    )  # fmt: skip


def _add(
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
    figure.add_scatter(
        x=ks,
        y=values.to_numpy(),
        mode="lines+markers" if dash == "solid" else "lines",
        hovertemplate=f"k = %{{x}}: {name} %{{y:.2f}}<extra></extra>",
        row=row,
        col=1,
        **_style(colour, size=8, dash=dash, symbol=symbol),
        **more,
    )


def _style(colour: str, size: int, dash: str = "solid", symbol: str = "circle") -> dict[str, Any]:
    # A click selects a point; the others must not fade for that.
    return {
        "line": {"color": colour, "width": 3 if dash == "solid" else 2, "dash": dash},
        "marker": {"size": size, "symbol": symbol},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _titles(figure: Any, *titles: str) -> None:
    """Write above each row of curves what they are."""
    for row, title in enumerate(titles, start=1):
        figure.add_annotation(
            text=title, x=0, xref="x domain", xanchor="left", showarrow=False,
            y=1.02, yref=f"y{row if row > 1 else ''} domain", yanchor="bottom",
        )  # fmt: skip


def _said(suggested: Mapping[str, int | None], name: str) -> str:
    if name not in suggested:
        return "…"
    best = suggested[name]
    return "suggests nothing" if best is None else f"suggests k = {best}"


def _suggestion(figure: Any, k: int, value: float, text: str, **place: int) -> None:
    """A diamond about the point that a criterion suggests."""
    figure.add_scatter(
        x=[k],
        y=[value],
        mode="markers+text",
        text=[f"  {text}"],
        textposition="top right",
        marker={"size": 20, "symbol": "diamond-open", "line": {"width": 3}, "color": _DATA},
        hoverinfo="skip",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        cliponaxis=False,
        **place,
    )


def _common(figure: Any, ks: NDArray[np.integer[Any]], k: int | None) -> None:
    """What all curves over k share: one axis, nothing to zoom, and the chosen k as a column."""
    figure.update_layout(
        font_size=_FONT, showlegend=False, hovermode="closest", hoverdistance=60, dragmode=False
    )
    figure.update_xaxes(
        range=[ks[0] - 0.6, ks[-1] + 0.6],
        dtick=1 if len(ks) <= 16 else 5,
        fixedrange=True,
        showgrid=False,
        tickfont_size=_FONT,
        title_font_size=_FONT,
    )
    figure.update_yaxes(fixedrange=True, zeroline=False, tickfont_size=_FONT, title_font_size=_FONT)
    figure.update_annotations(font_size=_FONT)
    if k is not None:
        figure.add_vrect(
            x0=k - 0.45, x1=k + 0.45, fillcolor=_GREY, opacity=0.22, line_width=0, layer="below"
        )
