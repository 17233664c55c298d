"""Pictures of every kind become faces by the stated rule, or one sentence says why not."""

import io
import warnings

import numpy as np
import pytest
from PIL import Image

from fercore.errors import PictureError
from fercore.pictures import face_from_array, face_from_bytes

GREY = np.random.default_rng(1).integers(0, 256, (48, 48), dtype=np.uint8)


def saved(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["PNG", "BMP", "GIF", "TIFF", "PPM", "WEBP"])
def test_grey_48_by_48_comes_out_as_it_is(form):
    options = {"lossless": True} if form == "WEBP" else {}
    face, info = face_from_bytes(saved(Image.fromarray(GREY), form, **options))
    assert (face == GREY).all()
    assert (info.width, info.height, info.form) == (48, 48, form)
    assert not any("resized" in note for note in info.notes)


def test_colour_becomes_grey_by_the_luma_of_bt_601():
    colour = np.zeros((48, 48, 3), np.uint8)
    colour[:16] = (200, 0, 0)
    colour[16:32] = (0, 200, 0)
    colour[32:] = (10, 90, 250)
    face, info = face_from_bytes(saved(Image.fromarray(colour)))
    assert face[0, 0] == round(0.299 * 200)
    assert face[20, 0] == round(0.587 * 200)
    assert face[40, 0] == round(0.299 * 10 + 0.587 * 90 + 0.114 * 250)
    assert "colour turned to grey" in info.notes


def test_the_middle_square_is_taken_and_the_size_remembered():
    wide = np.zeros((48, 100), np.uint8)
    wide[:, 26:74] = GREY  # (100 - 48) // 2 = 26
    face, info = face_from_bytes(saved(Image.fromarray(wide)))
    assert (face == GREY).all()
    assert (info.width, info.height) == (100, 48)
    assert "cropped to the middle square" in info.notes


def test_shrinking_averages_over_the_area():
    # A chessboard of single pixels is grey when averaged, black or white when points are picked.
    board = (np.indices((480, 480)).sum(axis=0) % 2 * 255).astype(np.uint8)
    face, _ = face_from_bytes(saved(Image.fromarray(board)))
    assert np.abs(face.astype(int) - 127.5).max() <= 4
    # A ramp keeps its course: the middle of output pixel i lies at input 10 i + 4.5.
    ramp = np.tile(np.linspace(0, 255, 480), (480, 1))
    face, _ = face_from_bytes(saved(Image.fromarray(np.rint(ramp).astype(np.uint8))))
    expected = np.interp(10 * np.arange(1, 47) + 4.5, np.arange(480), ramp[0])
    assert np.abs(face[20, 1:47] - expected).max() <= 1


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_not_clipped(form):
    deep = GREY.astype(np.uint16) * 257
    face, info = face_from_bytes(saved(Image.fromarray(deep), form))
    assert (face == GREY).all()
    assert "grey values scaled to 8 bits" in info.notes


def test_fractions_are_taken_times_255():
    face, _ = face_from_bytes(saved(Image.fromarray((GREY / 255).astype(np.float32)), "TIFF"))
    assert (face == GREY).all()


@pytest.mark.parametrize("value", [np.nan, -1.0, 1e6])
def test_grey_values_out_of_range_are_refused(value):
    odd = np.full((48, 48), 0.5, np.float32)
    odd[3, 3] = value
    with pytest.raises(PictureError, match="grey values reach"):
        face_from_bytes(saved(Image.fromarray(odd), "TIFF"))


def test_transparent_pixels_become_white():
    image = Image.new("RGBA", (48, 48), (0, 0, 0, 0))
    image.paste((50, 50, 50, 255), (0, 0, 24, 48))
    face, info = face_from_bytes(saved(image))
    assert (face[:, :24] == 50).all()
    assert (face[:, 24:] == 255).all()
    assert "transparency laid over white" in info.notes


def test_palette_with_a_transparent_entry():
    image = Image.new("P", (48, 48), 0)
    image.putpalette([10, 10, 10, 90, 90, 90])
    image.paste(1, (0, 0, 24, 48))
    face, _ = face_from_bytes(saved(image, "PNG", transparency=0))
    assert (face[:, :24] == 90).all()
    assert (face[:, 24:] == 255).all()


def test_cmyk_is_not_turned_into_its_negative():
    light = Image.new("RGB", (48, 48), (220, 220, 220)).convert("CMYK")
    for form in ("JPEG", "TIFF"):
        face, info = face_from_bytes(saved(light, form))
        assert info.mode == "CMYK"
        assert abs(int(face.mean()) - 220) <= 3


def test_exif_turns_the_picture_upright():
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was turned a quarter to the left
    face, info = face_from_bytes(saved(Image.fromarray(GREY), "PNG", exif=turned))
    assert (face == np.rot90(GREY, -1)).all()
    assert "turned upright" in info.notes


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_taken_and_said_so(form):
    frames = [Image.fromarray(GREY), Image.fromarray(255 - GREY)]
    options = {"lossless": True} if form == "WEBP" else {}
    data = saved(frames[0], form, save_all=True, append_images=frames[1:], **options)
    face, info = face_from_bytes(data)
    assert (face == GREY).all()
    assert "animated, 2 frames: the first is shown" in info.notes


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"<html><body>Not found</body></html>", "not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 48 48\n", "not a picture"),
        (saved(Image.fromarray(GREY))[:700], "broken"),
        (saved(Image.fromarray(GREY), "JPEG")[:200], "broken"),
        (saved(Image.new("L", (1, 1))), "1 × 1 pixels, too small"),
        (saved(Image.new("L", (4000, 7))), "4000 × 7 pixels, too small"),
        (saved(Image.new("1", (20_000, 20_000))), "too many pixels"),
        (saved(Image.new("1", (10_000, 6_000))), "10,000 × 6,000 has too many pixels"),
    ],
)
def test_what_is_no_face_gets_one_sentence(data, words):
    with pytest.raises(PictureError, match=words):
        face_from_bytes(data)


@pytest.mark.parametrize("limit", [None, 100])
@pytest.mark.parametrize("action", ["error", "ignore"])
def test_the_pixel_limit_holds_whatever_pillow_is_set_to(monkeypatch, limit, action):
    huge = saved(Image.new("1", (12_000, 12_000)))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    with warnings.catch_warnings():
        warnings.simplefilter(action)
        with pytest.raises(PictureError, match="too many pixels"):
            face_from_bytes(huge)
    assert limit == Image.MAX_IMAGE_PIXELS


def test_arrays_follow_the_same_rule():
    assert (face_from_array(GREY) == GREY).all()
    large = np.random.default_rng(2).integers(0, 256, (96, 70, 3), dtype=np.uint8)
    from_file, _ = face_from_bytes(saved(Image.fromarray(large)))
    assert (face_from_array(large) == from_file).all()
    with pytest.raises(PictureError, match="shape"):
        face_from_array(np.zeros((48, 48, 4), np.uint8))
    with pytest.raises(PictureError, match="too small"):
        face_from_array(np.zeros((4, 4), np.uint8))
