"""The comparison on the page: read from the settings, and changed by what a visitor does.

The first pane is what the sidebar says; the setting ``against`` tells what the others differ in.
So a setting that is the same in all panes has one control, the sidebar's (or the layer's, above the
panes), and a link to another page shows there what the first pane shows.
"""

from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from fercore import comparison_text
from fercore.comparison import SETTINGS, Comparison, Pane
from ui import state


def current() -> Comparison:
    """The comparison that the settings describe; what a link says wrongly is noted and dropped."""
    if not comparison_text.is_layer_name(state.get("layer")):
        usual = state.default("layer")
        state.note(f"The link's layer is no layer's name. Showing {usual} instead.")
        state.put("layer", usual)
    first = Pane(**{name: state.get(name) for name in SETTINGS})
    text = state.get("against")
    comparison, faults = comparison_text.from_text(text, first)
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        state.note(
            f"The link's panes cannot be read as they stand: {faults[0]}{more}. "
            "The first pane's settings take their place."
        )
    state.put("against", comparison_text.to_text(comparison))
    return comparison


def keep(comparison: Comparison) -> None:
    """Make `comparison` the one that is shown; only in a callback."""
    for name in SETTINGS:
        state.put(name, getattr(comparison.panes[0], name))
    state.put("against", comparison_text.to_text(comparison))


def act(action: Callable[[Comparison], Comparison]) -> None:
    """Do something to the comparison that is shown; only in a callback."""
    keep(action(current()))


def address() -> str:
    """The whole link to what is shown."""
    query = urlencode(state.link(state.COMPARE))
    return f"{st.context.url}{'?' + query if query else ''}"
