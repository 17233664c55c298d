"""A download of weights at work: a spinner that turns until it has come or failed."""

import streamlit as st

from fercore import weights

# Streamlit's own spinner turns only while the script waits, which would hold the page up.
_SPINNER = """
<style>
.turning { display: inline-block; width: 0.9em; height: 0.9em; margin-right: 0.5em;
  border: 2px solid currentColor; border-right-color: transparent; border-radius: 50%;
  vertical-align: -0.1em; animation: turn 0.9s linear infinite; }
@keyframes turn { to { transform: rotate(1turn); } }
</style>
<span role="status"><span class="turning"></span>{text}</span>
"""


@st.fragment(run_every=1.0)
def show(name: str) -> None:
    """Show that the weights of `name` are on their way; once they are not, run the page again."""
    job = weights.download_state(name)
    if job is None or not job.running:
        st.rerun()
    text = f"Downloading {name}: {weights.download_size(name)} MB, once"
    st.html(_SPINNER.replace("{text}", text))
