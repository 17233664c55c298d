"""The words on a downloaded picture: a caption above its maps and a legend below them."""

import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fercore.colours import FIRST, LAST

Bytes = NDArray[np.uint8]

_INK = (32, 32, 32)
_FONT_SIZE = 14
_MARGIN = 10
_STRIP_HEIGHT = 16
_MIN_WIDTH = 360


@dataclass(frozen=True)
class Legend:
    """A strip of the colours from lowest to highest, with the values at its ends.

    ``text`` is the sentence below it, see :func:`fercore.scaling.legend_text`. Leave ``low`` and
    ``high`` short; where each map has its own scale they are words ("its minimum").
    """

    low: str
    high: str
    text: str = ""


def with_words(
    maps: Image.Image,
    colours: Bytes,
    background: tuple[int, int, int],
    caption: str,
    legend: Legend | None,
) -> Image.Image:
    """A picture of maps between its caption and its legend.

    Parameters
    ----------
    maps : Pillow image
    colours : uint8 array (256, 3)
        The table whose colours the legend shows.
    background : red, green, blue, 0..255
        The text is dark on a light background and light on a dark one.
    caption : str
        Wrapped to the width; nothing if empty.
    legend : Legend, optional

    Returns
    -------
    Pillow image
        RGB, as high as its text needs, and wide enough to read it beside a single small map.
    """
    font = ImageFont.load_default(size=_FONT_SIZE)
    width = max(maps.width, _MIN_WIDTH)
    above = _wrapped(caption, width, font)
    below = _wrapped(legend.text, width, font) if legend is not None else []
    line = round(_FONT_SIZE * 1.4)
    head = len(above) * line + 2 * _MARGIN if above else 0
    foot = 0
    if legend is not None:
        foot = 2 * _MARGIN + _STRIP_HEIGHT + line + len(below) * line

    dark = sum(background) < 3 * 128
    ink = tuple(255 - value for value in _INK) if dark else _INK
    sheet = Image.new("RGB", (width, head + maps.height + foot), background)
    sheet.paste(maps, ((width - maps.width) // 2, head))
    draw = ImageDraw.Draw(sheet)
    for number, text in enumerate(above):
        draw.text((_MARGIN, _MARGIN + number * line), text, fill=ink, font=font)
    if legend is not None:
        top = head + maps.height + _MARGIN
        strip_width = width - 2 * _MARGIN
        strip = np.linspace(FIRST, LAST, strip_width).round().astype(np.uint8)
        strip_picture = np.repeat(colours[strip][np.newaxis], _STRIP_HEIGHT, axis=0)
        sheet.paste(Image.fromarray(strip_picture), (_MARGIN, top))
        top += _STRIP_HEIGHT + 2
        draw.text((_MARGIN, top), _plain(legend.low), fill=ink, font=font)
        high = _plain(legend.high)
        draw.text((width - _MARGIN - font.getlength(high), top), high, fill=ink, font=font)
        for number, text in enumerate(below, start=1):
            draw.text((_MARGIN, top + number * line), text, fill=ink, font=font)
    return sheet


def _wrapped(
    text: str, width: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont
) -> list[str]:
    """Lines no wider than ``width`` between the margins, broken at spaces."""
    lines: list[str] = []
    for word in _plain(text).split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width - 2 * _MARGIN:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _plain(text: str) -> str:
    """The text in the letters that Pillow's own font has: it draws a box for any other."""
    for sign, plain in {"×": "x", "−": "-", "–": "-", "÷": "/", "→": "->", "’": "'"}.items():
        text = text.replace(sign, plain)
    decomposed = unicodedata.normalize("NFKD", text.replace("·", "\0").replace("…", "..."))
    return decomposed.encode("ascii", "ignore").decode().replace("\0", "·")
