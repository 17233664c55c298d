"""A visitor's own file: a picture becomes a set of one face, all else goes the way of data sets."""

import io
import zipfile

import numpy as np
import pytest
from faulty import faulty_csv
from PIL import Image

from fercore import uploads
from fercore.errors import DatasetError, FercoreError, PictureError


def picture(form, size=(96, 64)):
    held = io.BytesIO()
    Image.linear_gradient("L").resize(size).save(held, form)
    return held.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM"])
def test_a_picture_of_any_form_becomes_one_face(form):
    faces = uploads.open_upload(picture(form), "C:\\me\\Portrait 1.dat")
    assert faces.images.shape == (1, 48, 48)
    assert (faces.labels, faces.splits, faces.rows) == ([-1], [-1], [0])
    assert faces.sizes.tolist() == [[96, 64]]
    assert (faces.name, faces.title) == ("portrait-1.dat", "Portrait 1.dat")
    assert form in faces.form
    assert "96 × 64" in faces.form
    assert np.ptp(faces.images) > 200  # the gradient is still one


def test_a_grey_picture_of_48_pixels_stays_as_it_is():
    pixels = np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, "PNG")
    assert (uploads.open_upload(held, "a.png").images[0] == pixels).all()


def test_tables_and_archives_are_opened_as_data_sets():
    table = faulty_csv().encode()
    assert len(uploads.open_upload(table, "fer.csv")) == 12
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("faces/train/happy/a.png", picture("PNG", (48, 48)))
    faces = uploads.open_upload(held, "mine.zip")
    assert faces.emotions[faces.labels[0]] == "Happy"


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", DatasetError, "empty"),
        (b"BMI,weight\n1,2\n", DatasetError, "columns"),  # begins as a BMP does, and is a table
        (b"Pixels and other words\n", DatasetError, "note"),
        (picture("PNG")[:60], PictureError, "broken"),
        (picture("PNG", (48, 4)), PictureError, "too small"),
        (b"<!DOCTYPE html>", DatasetError, "web page"),
    ],
)
def test_what_is_neither_is_refused_in_a_sentence_that_names_the_file(content, kind, words):
    with pytest.raises(kind, match=words) as refusal:
        uploads.open_upload(content, "mine.bin")
    assert "mine.bin" in str(refusal.value)


def test_the_limit_holds_for_pictures_too(monkeypatch):
    monkeypatch.setattr(uploads, "UPLOAD_LIMIT_MB", 0)
    with pytest.raises(FercoreError, match="at most 0 MB"):
        uploads.open_upload(picture("PNG"), "me.png")
