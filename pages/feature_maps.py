"""What does this layer see in the face? All of a layer's feature maps, as one picture."""

import streamlit as st

from ui import layer_picker, sidebar, state, words
from ui.maps import view as maps_view

with st.container(horizontal=True, vertical_alignment="center"):
    st.header("What does this layer see in the face?", anchor=False, width="content")
    words.explain("feature map", words.FEATURE_MAP)
model = sidebar.model()
layer = layer_picker.show(model)
state.show_notes()
if state.get("range") == "0-1":
    maps_view.show_slip(model, sidebar.faces())
maps_view.show(model, layer, sidebar.faces(), sidebar.position(), state.get("range"))
