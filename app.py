"""The ASGI entry of the dashboard: ``streamlit run app.py`` serves it.

The pages are named in ``ui/main.py``. This file must not be that script: a ``pages/`` folder
beside the main script turns Streamlit's old page discovery on, which breaks the first deep link.
"""

from pathlib import Path

import streamlit as st

from ui.server import HEADERS, lifespan, say_defect

app = st.App(
    Path(__file__).parent / "ui" / "main.py",
    lifespan=lifespan,
    middleware=HEADERS,
    on_script_error=say_defect,
)
