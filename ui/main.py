"""The script that runs for every page: its configuration, the shared sidebar, then the page."""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # streamlit puts the folder of this script there, not the project's
    sys.path.insert(0, str(ROOT))

from fercore.errors import FercoreError  # noqa: E402
from ui import engine, sidebar, state  # noqa: E402

st.set_page_config(page_title="The feature-map room", page_icon="🔬", layout="wide")

PAGES = {
    state.FACES: st.Page(ROOT / "pages" / "faces.py", title="Faces", default=True),
    state.MAPS: st.Page(ROOT / "pages" / "feature_maps.py", title="Feature maps"),
    state.CLUSTERS: st.Page(ROOT / "pages" / "clusters.py", title="Clusters"),
    state.COMPARE: st.Page(ROOT / "pages" / "compare.py", title="Compare"),
    state.DATA: st.Page(ROOT / "pages" / "data.py", title="Data"),
}

# Streamlit has no settings for these: the faces and maps get the room at the edges, and a picture
# that is enlarged shows its own pixels.
st.html(
    "<style>.stMainBlockContainer{padding:1.2rem 2.2rem 2rem}"
    "[data-testid=stHeader]{height:2.4rem;min-height:0;background:transparent}"
    # It lies over the page's first line, whose controls must get their clicks.
    "header[data-testid=stHeader],header[data-testid=stHeader] *{pointer-events:none}"
    "header[data-testid=stHeader] :is(button,button *){pointer-events:auto}"
    "[data-testid=stSidebarHeader]{height:2.4rem;min-height:0;margin:0;padding-block:0}"
    "[data-testid=stImage] img{image-rendering:pixelated}</style>"
)

page = st.navigation(list(PAGES.values()), position="hidden")
state.read_address(page.url_path)
state.wants_rerun()  # answered: this is the whole page
try:
    sidebar.show(PAGES, page.url_path)
    state.show_notes()
    page.run()
except FercoreError as refusal:
    st.error(str(refusal))
# Not where a run breaks off to begin anew: the new run would take this address for the visitor's.
state.write_address()
engine.warm_up_in(seconds=1.5)  # after the browser has painted this page
