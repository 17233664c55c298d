"""Small pictures within the page's own messages.

Streamlit serves ``st.image`` from files that it drops with the next run of any session; a browser
that comes for one a moment later is told 404.
"""

import base64
import io

import numpy as np
from PIL import Image


def url(pixels: np.ndarray) -> str:
    """A picture, uint8 (h, w) grey or (h, w, 3), as an address that holds its PNG."""
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, format="PNG")
    return "data:image/png;base64," + base64.b64encode(held.getvalue()).decode()
