"""What speaks for each number of groups, as plotly figures; and the palette of the clusters."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fercore import plots_over_k as over_k

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
        # Maps of a single number stay what they are when shuffled: no band to compare with.
        if "reference_mid" in table and not np.allclose(table["reference_mid"], table["inertia"]):
            parts = (table[f"reference_{part}"].to_numpy() for part in ("low", "mid", "high"))
            _band(figure, ks, *(part * share for part in parts))
    figure.add_scatter(
        x=ks,
        y=values,
        mode="lines+markers",
        hovertemplate=hover,
        **over_k.style(over_k.DATA, size=11),
    )
    if elbow is not None:
        row = int(np.flatnonzero(ks == elbow)[0])
        over_k.suggestion(figure, elbow, values[row], f"elbow: k = {elbow}")
    over_k.axes(figure, ks, k)
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
    over_k.axes(figure, np.arange(1, k_max + 1), None)
    figure.add_annotation(
        text="How will the curve fall?<br>At which k will it bend?", x=0.5, y=0.5, xref="x domain",
        yref="y domain", showarrow=False, font_size=over_k.FONT + 3,
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
    over_k.line(
        figure,
        1,
        ks,
        table["silhouette_reference"],
        "even cloud",
        over_k.GREY,
        dash="dash",
        symbol="x",
    )
    over_k.line(figure, 1, ks, table["silhouette"], "silhouette", over_k.DATA)
    errors = {"type": "data", "array": table["gap_se"].to_numpy(), "thickness": 1.5, "width": 4}
    over_k.line(figure, 2, ks, table["gap"], "gap", over_k.DATA, error_y=errors)
    over_k.line(
        figure, 3, ks, table["stability_seeds"], "other starts", over_k.OTHER, symbol="square"
    )
    over_k.line(figure, 3, ks, table["stability_bootstrap"], "resampled", over_k.DATA)
    for row, name in enumerate(("silhouette", "gap"), start=1):
        best = suggested.get(name)
        if best is not None:
            value = table[name].to_numpy()[int(np.flatnonzero(ks == best)[0])]
            over_k.suggestion(figure, best, value, "", row=row, col=1)
    over_k.titles(
        figure,
        f"<b>silhouette</b> {_said(suggested, 'silhouette')}, dashed: even cloud",
        f"<b>gap</b> {_said(suggested, 'gap')}",
        f"<b>stability</b>: <span style='color:{over_k.OTHER}'>■ other starts</span>, "
        f"<span style='color:{over_k.DATA}'>● resampled</span>",
    )
    over_k.axes(figure, ks, k)
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
    over_k.line(figure, 1, ks, table["nmi"], nmi, over_k.OTHER, symbol="square")
    over_k.line(figure, 1, ks, table["adjusted_rand"], rand, over_k.DATA)
    over_k.line(figure, 2, ks, table["silhouette"], "silhouette", over_k.DATA)
    if best is not None:
        value = table["adjusted_rand"].to_numpy()[int(np.flatnonzero(ks == best)[0])]
        over_k.suggestion(figure, best, value, "", row=1, col=1)
    over_k.titles(
        figure,
        f"<b>emotions</b>: <span style='color:{over_k.DATA}'>● {rand}</span>, "
        f"<span style='color:{over_k.OTHER}'>■ {nmi}</span>",
        "<b>silhouette</b>",
    )
    over_k.axes(figure, ks, k)
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
        line={"color": over_k.GREY, "dash": "dash", "width": 2},
        hovertemplate=f"k = %{{x}}: {_WITHOUT} %{{y:.1f}} %<extra></extra>",
    )
    figure.add_annotation(
        x=ks[-1], y=mid[-1] if under else mid[len(ks) // 2], text=_WITHOUT, showarrow=False,
        xanchor="right", yanchor="top" if under else "bottom", yshift=-4 if under else 4,
    )  # fmt: skip


def _said(suggested: Mapping[str, int | None], name: str) -> str:
    if name not in suggested:
        return "…"
    best = suggested[name]
    return "suggests nothing" if best is None else f"suggests k = {best}"
