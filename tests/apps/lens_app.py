"""A lens over a map whose values are known, for the browser tests.

``side``: size of the map. ``number``: which map (the values move with it). ``colours``: the table.
"""

import numpy as np
import streamlit as st

from fercore.colours import colour_table
from fercore.receptive_field import Field
from ui.lens.lens import lens

st.set_page_config(layout="wide")
side = int(st.query_params.get("side", 24))
number = st.number_input("number", 0, 99, 0)
rows, columns = np.mgrid[:side, :side]
values = ((rows * side + columns + 5 * number) % 97 / 20 - 1).astype(np.float32)
face_rows, face_columns = np.mgrid[:48, :48]
face = ((face_rows * 3 + face_columns * 2) % 256).astype(np.uint8)

lens(
    values,
    face,
    colour_table(st.query_params.get("colours", "viridis")),
    float(values.min()),
    float(values.max()),
    key="lens",
    label=f"map {number} of block1a",
    field=Field(size=27, stride=2, start=-12, positions=side, padding=(0, 1), global_too=True),
    input_size=48,
    legend="Each map from its own lowest value to its highest.",
    note="The frame is cut off at the edge of the face.",
)
