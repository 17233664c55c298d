"""Do these fall into groups? k-means on maps or on faces, and whether its elbow is real."""

import streamlit as st

from ui import state
from ui.clusters import faces as clusters_faces
from ui.clusters import view as clusters_view
from ui.clusters import words as clusters_words

with st.container(horizontal=True, vertical_alignment="center"):
    st.header(f"Do these {state.get('group')} fall into groups?", anchor=False, width="content")
    st.segmented_control(
        "What is grouped: maps of a layer, or faces",
        ["maps", "faces"],
        key="group",
        required=True,
        persist_state="session",
        label_visibility="collapsed",
        on_change=lambda: state.put("k", None),  # that of the maps says nothing of the faces
    )
    with st.popover("What is k-means?", type="tertiary"):
        st.write(clusters_words.K_MEANS)
if state.get("group") == "maps":
    clusters_view.show()
else:
    clusters_faces.show()
