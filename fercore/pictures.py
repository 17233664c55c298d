"""Any picture as a face of the network's kind: grey, square, 48 by 48.

The rule, in this order: the first frame; turned upright by its EXIF mark; transparency laid over
white; grey by the ITU-R BT.601 luma, ``0.299 R + 0.587 G + 0.114 B``; the largest square in the
middle; 48 by 48 by Pillow's bilinear filter, which averages over the area where it shrinks. A grey
picture of 48 by 48 comes out as it is, byte for byte.
"""

import io
import struct
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from fercore.errors import PictureError

SIDE = 48
"""Height and width of a face in pixels."""

MIN_SIDE = 8
"""A picture of fewer pixels in height or width shows no face."""

MAX_PIXELS = 50_000_000
"""A larger picture is refused before it is decoded (as RGB this many take 150 MB)."""

RULE = "turned grey (ITU-R 601), cropped to the middle square, resized to 48 × 48 (bilinear)"
"""The rule in a few words, for pages."""

# Formats with a signature, decoded by Pillow itself; EPS and its like would start other programs.
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
_EXIF_ORIENTATION = 0x0112
_ALLOWED = "PNG, JPEG, GIF, BMP, WebP, TIFF or PPM"


@dataclass(frozen=True)
class PictureInfo:
    """What a picture was, and what was done to it.

    ``width`` and ``height`` are in pixels, as seen upright; ``form`` is the file format and
    ``mode`` Pillow's name of the pixel format; ``notes`` has a few words for each thing done.
    """

    width: int
    height: int
    form: str
    mode: str
    notes: tuple[str, ...] = ()


def face_from_bytes(data: bytes) -> tuple[npt.NDArray[np.uint8], PictureInfo]:
    """Turn the bytes of a picture file into a face, by the rule at the head of this module.

    Parameters
    ----------
    data : bytes
        A PNG, JPEG, GIF, BMP, WebP, TIFF or PPM file.

    Returns
    -------
    face : uint8 array (48, 48)
        Grey values, 0 black to 255 white.
    info : PictureInfo

    Raises
    ------
    PictureError
        If the bytes are no picture, or one that is broken, too small or too large.
    """
    if not data:
        raise PictureError("The picture is empty (0 bytes). Choose another file.")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            _check_size(image.width, image.height)
            return _face_from_image(image)
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_too_large("")) from error
    except UnidentifiedImageError as error:
        raise PictureError(f"This is not a picture, or not {_ALLOWED}. Choose one.") from error
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged bytes
        raise PictureError(
            "The picture is broken and cannot be decoded. Save it anew or choose another."
        ) from error


def face_from_array(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Turn a grey (h, w) or RGB (h, w, 3) uint8 array into a face (48, 48), by the same rule.

    Raises
    ------
    PictureError
        If the array has another shape, or too few or too many pixels.
    """
    if picture.ndim not in (2, 3) or picture.shape[2:] not in ((), (3,)):
        raise PictureError(
            f"An array of shape {picture.shape} is no picture: (h, w) or (h, w, 3) is."
        )
    height, width = picture.shape[:2]
    _check_size(width, height)
    if picture.shape == (SIDE, SIDE):
        return picture
    return _square_face(Image.fromarray(picture).convert("L"))


def _check_size(width: int, height: int) -> None:
    if min(width, height) < MIN_SIDE:
        raise PictureError(
            f"The picture is {width} × {height} pixels, too small to show a face: "
            f"at least {MIN_SIDE} × {MIN_SIDE} are needed."
        )
    if width * height > MAX_PIXELS:
        raise PictureError(_too_large(f" of {width:,} × {height:,}"))


def _too_large(size: str) -> str:
    return (
        f"The picture{size} has too many pixels: at most {MAX_PIXELS // 1_000_000} million are "
        "allowed. Make it smaller and try again."
    )


def _face_from_image(image: Image.Image) -> tuple[npt.NDArray[np.uint8], PictureInfo]:
    notes = []
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format != "MPO":  # MPO: a photograph with a second view behind it
        notes.append(f"animated, {frames} frames: the first is shown")
    form, mode = image.format or "", image.mode
    upright = _upright(image, notes)
    grey = _grey(upright, notes)
    if grey.width != grey.height:
        notes.append("cropped to the middle square")
    if grey.size != (SIDE, SIDE):
        notes.append(f"resized from {grey.width} × {grey.height}")
    return _square_face(grey), PictureInfo(*upright.size, form, mode, tuple(notes))


def _upright(image: Image.Image, notes: list[str]) -> Image.Image:
    """The picture turned as its EXIF mark asks; a damaged mark counts as none."""
    try:
        turned = image.getexif().get(_EXIF_ORIENTATION, 1) in range(2, 9)
        upright = ImageOps.exif_transpose(image) if turned else image
    except (SyntaxError, ValueError, TypeError, KeyError, struct.error):
        return image
    if turned:
        notes.append("turned upright")
    return upright


def _grey(image: Image.Image, notes: list[str]) -> Image.Image:
    """An 8-bit grey picture of any picture; what was done is added to `notes`."""
    if image.mode[0] in "IF":  # I, I;16, I;16B, F: grey values of more than 8 bits
        notes.append("grey values scaled to 8 bits")
        return Image.fromarray(_eight_bits(np.asarray(image)))
    if image.mode in ("L", "1") and "transparency" not in image.info:
        return image.convert("L")
    if image.has_transparency_data:
        notes.append("transparency laid over white")
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    elif image.mode == "LAB":
        return image.getchannel("L")
    if _has_colour(image.mode):
        notes.append("colour turned to grey")
    return image.convert("RGB").convert("L")


def _has_colour(mode: str) -> bool:
    """Whether Pillow's pixel format can hold colour."""
    return mode not in ("1", "L", "LA", "La")


def _eight_bits(values: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
    """Grey values of 16 bits (0 to 65,535) or fractions (0 to 1) as 0 to 255."""
    numbers = values.astype(np.float64)
    lowest, highest = float(numbers.min()), float(numbers.max())
    if not 0 <= lowest <= highest <= 65_535:  # false for NaN, too
        raise PictureError(
            f"The picture's grey values reach from {lowest:g} to {highest:g}; 0 to 65,535 or, "
            "as fractions, 0 to 1 are allowed. Save it with 8 or 16 bits."
        )
    white = 1.0 if values.dtype.kind == "f" and highest <= 1 else 65_535.0
    return np.rint(numbers * (255 / white)).astype(np.uint8)


def _square_face(grey: Image.Image) -> npt.NDArray[np.uint8]:
    if grey.width != grey.height:
        side = min(grey.size)
        left, top = (grey.width - side) // 2, (grey.height - side) // 2
        grey = grey.crop((left, top, left + side, top + side))
    if grey.size != (SIDE, SIDE):
        grey = grey.resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return cast(npt.NDArray[np.uint8], np.array(grey, dtype=np.uint8))
