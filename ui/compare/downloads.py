"""What can be taken away from a comparison: its link, one picture, the code."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from fercore import comparison_recipe, montage
from fercore.comparison import Comparison
from ui import state
from ui.compare import state as compare_state
from ui.compare.work import Work, settings
from ui.data import sets as data_sets


def show(comparison: Comparison, works: list[Work]) -> None:
    """Draw the row of downloads; each file is built only when it is asked for."""
    whole = [one for one in works if one.maps is not None]
    with st.container(horizontal=True, gap="small"):
        link = st.popover("Link", on_change="rerun", key="link_popover")
        if link.open:
            link.code(compare_state.address(), language=None, wrap_lines=True)
        if not whole:
            return
        _button("Picture, PNG", lambda: picture(comparison, whole), "comparison.png", "image/png")
        code = st.popover("As code", on_change="rerun", key="code_popover")
        if code.open:
            with code:
                _code(comparison, whole)


def picture(comparison: Comparison, works: list[Work]) -> bytes:
    """The panes that have maps as one PNG."""
    panels = [
        montage.Panel(one.maps, one.faces.images[one.position], one.caption, one.pane.layer)
        for one in works
    ]
    return montage.montage(panels, comparison.sentence, state.get("scales"), state.get("colours"))


def view(comparison: Comparison, works: list[Work]) -> comparison_recipe.ComparisonView:
    """The same as the code that would make it."""
    return comparison_recipe.ComparisonView(
        **data_sets.as_code(),
        panes=tuple(replace(w.pane, model=settings(w.pane, comparison)[0]) for w in works),
        pooling=state.get("pooling"),
        seed=state.get("seed"),
        title=comparison.sentence,
        scale=state.get("scales"),
        colours=state.get("colours"),
    )


def _code(comparison: Comparison, works: list[Work]) -> None:
    what, stacks = view(comparison, works), [one.maps for one in works]
    script = comparison_recipe.script(what, stacks)
    with st.container(horizontal=True, gap="small"):
        _button("Script", lambda: script, "comparison.py", "text/x-python")
        _button(
            "Notebook",
            lambda: comparison_recipe.notebook(what, stacks),
            "comparison.ipynb",
            "text/plain",
        )
    st.code(script, language="python")


def _button(label: str, make: Callable[[], bytes | str], file_name: str, mime: str) -> None:
    st.download_button(
        label, make, file_name=file_name, mime=mime, on_click="ignore", key=f"get {label}"
    )
