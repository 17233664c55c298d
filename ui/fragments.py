"""Parts of a page that run again alone, without the rest of the page."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from fercore.errors import FercoreError
from ui import state

P = ParamSpec("P")


def fragment(part: Callable[P, None]) -> Callable[P, None]:
    """Make `part` a Streamlit fragment that keeps the page's promises.

    A refusal of fercore is shown where the part stands while the rest of the page goes on, and the
    address follows the settings that the part changes. A callback that changes what the whole page
    shares calls :func:`ui.state.rerun_page`.
    """

    @st.fragment
    @wraps(part)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        if state.wants_rerun():
            st.rerun()
        try:
            part(*args, **kwargs)
        except FercoreError as refusal:
            st.error(str(refusal))
        state.write_address()

    return run
