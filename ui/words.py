"""The terms of the field, each explained in a sentence or two where it first appears."""

import streamlit as st


def explain(term: str, text: str) -> None:
    """A quiet button that opens the explanation of a term."""
    with st.popover(f"What is a {term}?", type="tertiary"):
        st.write(text)


MODEL = (
    "A convolutional network: layers of small filters, each looking at what the layer before found."
    " EfficientNetLite0 comes with its weights; the others are downloaded once."
)
WEIGHTS = (
    "ImageNet: learned from 1.3 million photographs of a thousand things (dogs, cups, cars), not "
    "from faces or emotions. Random: the same network before any learning."
)
INPUT_SIZE = (
    "Pixels a side that the face is enlarged to (bilinearly) before it enters the network. 48 is "
    "FER2013's own size; the network was trained at 224."
)
INPUT_RANGE = (
    "These networks rescale inside and expect grey values of 0-255. The well-known tutorial divides"
    " by 255 first, so the network sees an almost black picture."
)
LAYER = (
    "One step of the network. It turns the maps of the step before into new maps; shallow layers "
    "come first, deep layers last."
)
FEATURE_MAP = (
    "What one filter of the layer finds, and where: one number for each position. Bright means "
    "that the filter answers strongly there."
)
SCALE = (
    "How numbers become colours. Each map: its own lowest to highest, so shapes show but maps "
    "cannot be compared in strength. Whole layer: one scale for all maps. Around zero: one scale, "
    "zero in the middle."
)
LOCKS = (
    "What is marked has a control of its own in each pane. All else is the same in all panes: the "
    "sidebar sets it, and the first pane follows the sidebar in everything."
)
ALIKE = (
    "Linear centred kernel alignment (Kornblith et al. 2019), debiased: do two layers find the "
    "same faces alike? 1: up to a turn and a scale they hold the same; 0: nothing in common."
)
PANE_SCALE = (
    "How numbers become colours. Across panes: equal colours in two panes are equal values, for "
    "each map by itself or for all maps together; possible where the panes show the same layer. "
    "Else each pane, or each map, runs from its own lowest value to its own highest."
)
