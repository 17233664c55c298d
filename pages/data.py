"""What is in this data, and what is wrong? Counts, problems, and their faces."""

import streamlit as st

from ui import state
from ui.data import mapping as data_mapping
from ui.data import overview as data_overview
from ui.data import problems as data_problems
from ui.data import sets as data_sets
from ui.data import upload as data_upload

with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.header("What is in this data, and what is wrong?", anchor=False, width="content")
    data_upload.show()
chosen = data_sets.chosen()
data_overview.say(chosen)
data_mapping.show(chosen)

problems, details = st.columns([0.37, 0.63], gap="medium")
counts_first = state.get("problem") == data_problems.COUNTS
if counts_first:  # they are there at once; looking for problems takes seconds
    with details:
        data_overview.show_counts(chosen)
with problems:
    place = st.empty()
    report = data_sets.examined(
        chosen.whole, chosen.key, lambda share, text: place.progress(share, text)
    )
    place.empty()
    finding = data_problems.choose(report)
state.show_notes()
with details:
    if finding is not None:
        data_problems.show(chosen, report, finding)
    elif not counts_first:
        data_overview.show_counts(chosen)
