"""What changes when one thing differs? Faces, layers and models side by side."""

import streamlit as st

from ui import layer_picker, sidebar, state
from ui.compare import alike as compare_alike
from ui.compare import controls as compare_controls
from ui.compare import difference as compare_difference
from ui.compare import downloads as compare_downloads
from ui.compare import panes as compare_panes
from ui.compare import pick as compare_pick
from ui.compare import state as compare_state
from ui.compare import strip as compare_strip
from ui.compare import work as compare_work

faces = sidebar.faces()
with st.container(horizontal=True, vertical_alignment="center"):
    st.header("What changes when one thing differs?", anchor=False, width="content")
    compare_controls.tabs()
comparison = compare_state.current()
st.caption(compare_controls.sentence(comparison))
beside_each_other = state.get("tab") in ("panes", "difference")
if beside_each_other:
    compare_controls.presets(comparison, faces)
    compare_controls.what_differs(comparison)
if beside_each_other and "layer" not in comparison.own:
    layer_picker.show(sidebar.model())
    comparison = compare_state.current()
works = compare_work.do(comparison, faces)
compare_pick.drop_a_pick_beyond(works)
state.show_notes()
match state.get("tab"):
    case "panes":
        compare_panes.show(comparison, works)
    case "difference":
        compare_difference.show(works)
    case "strip":
        compare_strip.show(works)
    case "alike":
        compare_alike.show(comparison, works)
compare_downloads.show(comparison, works)
