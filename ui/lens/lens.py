"""A component that shows one feature map large, and beside it the face that it comes from."""

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from fercore.colours import FIRST, LAST, MIDDLE, NO_VALUE
from fercore.receptive_field import Field
from ui.grid.wire import digest, pack, script, style

_HERE = Path(__file__).parent
_SHARED = _HERE.parent / "grid"
_COMPONENT = st.components.v2.component(
    "fercore_lens",
    js=script(_SHARED / "common.js", _HERE / "picture.js", _HERE / "lens.js"),
    css=style(_SHARED / "common.css", _HERE / "lens.css"),
)


def lens(
    values: np.ndarray,
    face: np.ndarray,
    colours: np.ndarray,
    low: float,
    high: float,
    *,
    key: str,
    label: str,
    field: Field | None = None,
    input_size: int = 48,
    legend: str = "",
    note: str = "",
    height: int = 336,
) -> None:
    """Show a map with its values, and the face under it with what each value sees.

    Nothing here asks the server: pointing, the opacity of the map over the face and its
    interpolation are the browser's own.

    Parameters
    ----------
    values
        float (h, w); the map.
    face
        uint8 (s, s); the face, 0 black to 255 white.
    colours
        uint8 (256, 3); colour table in the order of `fercore.colours`.
    low, high
        The values of the lowest and the highest colour.
    key
        The widget's key.
    label
        What is shown, in words, for a screen reader: "map 17 of block2a".
    field
        The layer's receptive field; drawn on the face for the value pointed at, and told in a
        sentence.
    input_size
        Pixels a side of the network's input, which are the field's pixels.
    legend
        What the colours mean; shown under the map.
    note
        A further sentence under the face.
    height
        The largest side of either picture in CSS pixels; a narrow column makes them smaller.
    """
    values, face = _checked(values, face, colours)
    parts = {
        "indices": _indices(values, low, high),
        "values": values,
        "face": face,
        "colours": np.ascontiguousarray(colours),
    }
    header: dict[str, Any] = {
        "label": label,
        "rows": values.shape[0],
        "columns": values.shape[1],
        "face_side": face.shape[0],
        "low": float(low),
        "high": float(high),
        "legend": legend,
        "sentence": field.sentence(input_size) if field else "",
        "note": note,
        "height": height,
        "digest": digest(parts),
    }
    if field is not None:
        header |= {
            "field": {"size": field.size, "stride": field.stride, "start": field.start},
            "padding": field.padding,
            "input_size": input_size,
        }
    _COMPONENT(key=key, data=pack(header, parts))


def _checked(
    values: np.ndarray, face: np.ndarray, colours: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    values = np.ascontiguousarray(values, dtype="<f4")
    if values.ndim != 2 or not values.size:
        raise ValueError(f"values must be one map (h, w), got shape {values.shape}")
    if face.ndim != 2 or face.dtype != np.uint8 or face.shape[0] != face.shape[1]:
        raise ValueError(f"face must be uint8 (s, s), got {face.dtype} {face.shape}")
    if colours.shape != (256, 3) or colours.dtype != np.uint8:
        raise ValueError(f"colours must be uint8 (256, 3), got {colours.dtype} {colours.shape}")
    return values, np.ascontiguousarray(face)


def _indices(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Index of each value's colour, to the last step as `fercore.scaling.scale` gives it."""
    span = high - low
    origin, reference = (MIDDLE, 0.0) if low == -high else (FIRST, low)
    steps = (LAST - FIRST) / span if span > 0 else 0.0
    with np.errstate(invalid="ignore", over="ignore"):
        indices = np.rint((values - np.float32(reference)) * np.float32(steps)) + origin
    known = np.clip(np.nan_to_num(indices, nan=FIRST), FIRST, LAST)
    return np.asarray(np.where(np.isnan(values), NO_VALUE, known), dtype=np.uint8)
