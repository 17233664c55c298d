"""Counts by emotion as bars of plain HTML.

The first page paints a second sooner than with a chart whose library the browser has to read first.
"""

from html import escape

import pandas as pd
import streamlit as st

from fercore.plots import EMOTION_COLOURS, OTHER_COLOUR

_STYLE = """
<style>
.bars { display: grid; grid-template-columns: max-content 1fr max-content; padding: 0;
  gap: 0.45rem 0.6rem; align-items: center; font-size: 1rem; margin: 0.5rem 0; }
.bars dt, .bars dd { margin: 0; padding: 0; }
.bars .bar { height: 1.45rem; border-radius: 2px; min-width: 2px; }
.bars .count { text-align: right; font-variant-numeric: tabular-nums; }
.bars .quiet { opacity: 0.35; }
</style>
"""


def show(counts: pd.Series, chosen: str | None = None) -> None:
    """Draw one bar an emotion, the largest on top, each in its colour and with its count.

    Parameters
    ----------
    counts : Series
        Faces of each emotion.
    chosen : str, optional
        An emotion that is drawn strongly, the others faintly; None draws all strongly.
    """
    ordered = counts.sort_values(ascending=False, kind="stable")
    most = max(1, int(ordered.max()))
    rows = "".join(
        f"<dt>{escape(str(name))}</dt>"
        f'<div class="bar{"" if chosen in (None, name) else " quiet"}" aria-hidden="true" '
        f'style="width:{100 * count / most:.2f}%;'
        f'background:{EMOTION_COLOURS.get(str(name), OTHER_COLOUR)}"></div>'
        f'<dd class="count">{count:,}</dd>'
        for name, count in ordered.items()
    )
    label = "Class balance: the number of faces of each emotion"
    st.html(f'{_STYLE}<dl class="bars" role="group" aria-label="{label}">{rows}</dl>')
