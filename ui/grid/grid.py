"""A component that shows any number of small pictures on one canvas and lets one be picked."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from ui.grid.wire import digest, pack, script, style

_HERE = Path(__file__).parent
_SCRIPTS = ("common.js", "layout.js", "paint.js", "words.js", "input.js", "grid.js")
_COMPONENT = st.components.v2.component(
    "fercore_grid",
    js=script(*(_HERE / name for name in _SCRIPTS)),
    css=style(_HERE / "common.css", _HERE / "grid.css"),
)

MAX_BYTES = 8 * 2**20
"""The most pixels that one grid takes: the browser keeps them in one picture."""

NO_FRAME = 255


@dataclass(frozen=True)
class Tiles:
    """Small pictures in the order shown, and what is known of each.

    Parameters
    ----------
    pixels
        uint8 (n, h, w); index into the colour table.
    colours
        uint8 (256, 3); red, green, blue.
    numbers
        int (n,), all different; the number of each tile: a channel or a row of the data set.
    stats
        float (n, 3); minimum, maximum and mean of each tile, shown on hover and read aloud.
    titles
        A word for each tile, such as an emotion or "cluster 2"; at most 65,535 different ones.
    frames
        uint8 (n,); index into `frame_colours`, 255 for no frame.
    frame_colours
        CSS colours.
    marked
        bool (n,); tiles drawn with a diagonal line, so that colour alone does not have to say it.
    """

    pixels: np.ndarray
    colours: np.ndarray
    numbers: np.ndarray
    stats: np.ndarray | None = None
    titles: list[str] | None = None
    frames: np.ndarray | None = None
    frame_colours: list[str] | None = None
    marked: np.ndarray | None = None

    def __post_init__(self) -> None:
        _check(self)


def grid(
    tiles: Tiles,
    *,
    key: str,
    label: str,
    noun: str = "map",
    selected: int | None = None,
    tile: int | None = None,
    height: int = 560,
    share: float | None = None,
    link: str | None = None,
    quiet: bool = False,
    on_pick: Callable[[int | None], None] | None = None,
) -> int | None:
    """Show tiles and let one be picked with mouse, touch or keyboard.

    Parameters
    ----------
    tiles
        What to show.
    key
        The widget's key.
    label
        What is shown, in words, for a screen reader.
    noun
        What one tile is called: "map" or "face".
    selected
        Number of the tile to show as selected. Python holds the truth: after a pick the page
        decides and passes the new number. A number that no tile has selects nothing.
    tile
        Width of a tile in CSS pixels; by default the largest that shows all tiles within
        `height`, and where that would be too small to read, the smallest readable one.
    height
        Height of the grid in CSS pixels; what does not fit can be scrolled.
    share
        Of the window's height, 0 to 1: in a window so tall that this is more than `height`, the
        grid takes it.
    link
        Grids on a page with the same link show each other's hovered and selected number at once.
    quiet
        Leave out the hint and the buttons under the grid: for many small grids on one page.
    on_pick
        Called with the number picked, or with None when the selection is cleared, before the
        page or the fragment runs again.

    Returns
    -------
    int or None
        The number last picked in this grid; what the page makes of it is the page's business.
    """

    def picked() -> None:
        if on_pick is not None:
            on_pick(_last_pick(key)[0])

    # The time of the pick that this run knows of: the browser ignores an older `selected`.
    number, seen = _last_pick(key)
    header = {
        "label": label,
        "noun": noun,
        "selected": None if selected is None else int(selected),
        "seen": seen,
        "tile": tile,
        "height": height,
        "share": share,
        "link": link,
        "quiet": quiet,
        "smallest": 48 if noun == "face" else 20,
    }
    _COMPONENT(key=key, data=_message(tiles, header), on_pick_change=picked)
    return number


def _last_pick(key: str) -> tuple[int | None, int]:
    """The number picked last in the grid `key` and when, in milliseconds by the browser's clock."""
    state = st.session_state.get(key) or {}
    number, at = state.get("pick") or (None, 0)
    return number, at


def _message(tiles: Tiles, header: dict[str, Any]) -> bytes:
    n, h, w = tiles.pixels.shape
    parts = {
        "pixels": np.ascontiguousarray(tiles.pixels),
        "colours": np.ascontiguousarray(tiles.colours),
        "numbers": np.asarray(tiles.numbers),
    }
    numbers = parts["numbers"]
    if (np.diff(numbers) == 1).all():
        header["first"] = int(numbers[0]) if n else 0
        del parts["numbers"]
    else:
        small = numbers.min() >= 0 and numbers.max() < 2**16
        parts["numbers"] = numbers.astype("<u2" if small else "<i4")
    if tiles.stats is not None:
        parts["stats"] = _short_floats(tiles.stats)
    if tiles.titles is not None:
        header["words"], codes = np.unique(tiles.titles, return_inverse=True)
        header["words"] = header["words"].tolist()
        parts["codes"] = codes.astype("u1" if len(header["words"]) <= 256 else "<u2")
    if tiles.frames is not None:
        header["frame_colours"] = tiles.frame_colours
        parts["frames"] = np.asarray(tiles.frames, dtype="u1")
    if tiles.marked is not None:
        parts["marked"] = np.packbits(np.asarray(tiles.marked, dtype=bool), bitorder="little")
    header |= {"count": n, "rows": h, "columns": w, "digest": digest(parts)}
    return pack(header, parts)


def _short_floats(values: np.ndarray) -> np.ndarray:
    """The upper three bytes of each float32: five digits at three quarters of the size."""
    words = np.ascontiguousarray(values, dtype="<f4").view("<u4").astype("<u8") + 0x80
    return words.astype("<u4").view("u1").reshape(-1, 4)[:, 1:].copy()


def _check(tiles: Tiles) -> None:
    """Refuse arrays that do not fit together; a page that sends them has a defect."""
    pixels, n = tiles.pixels, len(tiles.pixels)
    if pixels.ndim != 3 or pixels.dtype != np.uint8:
        raise ValueError(f"pixels must be uint8 (n, h, w), got {pixels.dtype} {pixels.shape}")
    if pixels.nbytes > MAX_BYTES:
        raise ValueError(f"{pixels.nbytes:,} pixels in one grid; at most {MAX_BYTES:,}: show fewer")
    if tiles.colours.shape != (256, 3) or tiles.colours.dtype != np.uint8:
        got = f"{tiles.colours.dtype} {tiles.colours.shape}"
        raise ValueError(f"colours must be uint8 (256, 3), got {got}")
    if len(np.unique(tiles.numbers)) != n:
        raise ValueError(f"numbers must be {n} different integers, one for each tile")
    if tiles.stats is not None and np.shape(tiles.stats) != (n, 3):
        raise ValueError(f"stats must have shape ({n}, 3), got {np.shape(tiles.stats)}")
    for name in ("titles", "frames", "marked"):
        value = getattr(tiles, name)
        if value is not None and len(value) != n:
            raise ValueError(f"{name} must have {n} entries, one for each tile, got {len(value)}")
    if tiles.frames is not None:
        used = np.asarray(tiles.frames)
        if (used[used != NO_FRAME] >= len(tiles.frame_colours or [])).any():
            raise ValueError("frames holds an index for which frame_colours has no colour")
