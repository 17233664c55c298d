"""Faces written in any form come back the same; damaged bytes never crash, hang or lose silently.

The fuzzer is seeded, so that a failure can be repeated: its message names the case.
"""

import csv
import io
import time
import warnings
import zipfile
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from fercore import datasets
from fercore.datasets import FaceSet
from fercore.emotions import EMOTIONS, SPLITS
from fercore.errors import FercoreError
from fercore.pictures import face_from_bytes

pytestmark = pytest.mark.slow  # thousands of cases

LONGEST_SECONDS = 5.0
NUMBER = 8
RANDOM = np.random.default_rng(48)
# Half of the faces are dark and some flat: short lines, and pictures that pack well.
IMAGES = RANDOM.integers(0, 256, (NUMBER, 48, 48), dtype=np.uint8)
IMAGES[::2] //= 40
IMAGES[5] = 0
LABELS = np.array([0, 1, 2, 3, 4, 5, 6, 3])
USAGE = np.array([0, 0, 0, 1, 1, 2, 2, 0])
PIXELS = [" ".join(map(str, image.ravel().tolist())) for image in IMAGES]


@pytest.fixture(autouse=True, scope="module")
def _no_cache():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FERCORE_CACHE", "off")
        yield


def encoded(image: np.ndarray | Image.Image, form: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    picture = Image.fromarray(image) if isinstance(image, np.ndarray) else image
    picture.save(buffer, form, **options)
    return buffer.getvalue()


# ---- the generator of forms -------------------------------------------------------------------

WORDS = {
    "as published": EMOTIONS,
    "nouns": ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"),
    "participles": ("ANGRY", "Disgusted", "fearful", "happy", "sad", "surprised", "NEUTRAL"),
    "numbered": tuple(f"{number} {name}" for number, name in enumerate(EMOTIONS)),
}
SPLIT_WORDS = {"as published": SPLITS, "usual": ("train", "validation", "test")}


@st.composite
def table(draw: st.DrawFn) -> tuple[bytes, bool, bool]:
    """A table in a random dialect, and whether it has labels and splits."""
    labels = draw(st.sampled_from(["numbers", "floats", "none", *WORDS]))
    splits = draw(st.sampled_from(["none", *SPLIT_WORDS]))
    columns = {"pixels": PIXELS}
    if labels in WORDS:
        columns["emotion"] = [WORDS[labels][label] for label in LABELS]
    elif labels != "none":
        columns["emotion"] = [str(float(x) if labels == "floats" else x) for x in LABELS]
    if splits != "none":
        columns["Usage"] = [SPLIT_WORDS[splits][code] for code in USAGE]
    names = draw(st.permutations(list(columns)))
    if draw(st.booleans()):
        return _parquet(names, columns), "emotion" in names, "Usage" in names
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=draw(st.sampled_from(",;\t")),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r"])),
    )
    blank = draw(st.sampled_from(["", " "]))
    writer.writerow([blank + draw(st.sampled_from([n, n.upper(), n.lower()])) for n in names])
    writer.writerows(zip(*(columns[name] for name in names), strict=True))
    body = text.getvalue() if draw(st.booleans()) else text.getvalue().rstrip("\r\n")
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    return body.encode(encoding), "emotion" in names, "Usage" in names


def _parquet(names: list[str], columns: dict[str, list[str]]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({name: columns[name] for name in names}), buffer)
    return buffer.getvalue()


@st.composite
def archive(draw: st.DrawFn) -> tuple[bytes, bool, bool]:
    """A zip of pictures by emotion, or an npz."""
    if draw(st.booleans()):
        shape = draw(st.sampled_from([(48, 48), (48, 48, 1), (2304,), (1, 48, 48)]))
        kind = draw(st.sampled_from(["uint8", "int64", "float32"]))
        buffer = io.BytesIO()
        np.savez(buffer, X=IMAGES.reshape(NUMBER, *shape).astype(kind), y=LABELS, usage=USAGE)
        return buffer.getvalue(), True, True
    words = WORDS[draw(st.sampled_from(sorted(WORDS)))]
    splits = SPLIT_WORDS[draw(st.sampled_from(sorted(SPLIT_WORDS)))]
    pattern = draw(
        st.sampled_from(["{s}/{e}/{i}", "data/{s}/{e}/{i}", "{s}/{e}/{p}_{i}", "{e}/{i}"])
    )
    form = draw(st.sampled_from(["PNG", "BMP", "TIFF"]))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", draw(st.sampled_from([0, 8]))) as packed:
        for i in draw(st.permutations(range(NUMBER))):
            split = USAGE[i]
            name = pattern.format(s=splits[split], e=words[LABELS[i]], p=SPLITS[split], i=i)
            packed.writestr(f"{name}.{form.lower()}", encoded(IMAGES[i], form))
    return buffer.getvalue(), True, "{s}" in pattern


def by_picture(images: np.ndarray, *values: np.ndarray) -> list[tuple]:
    """What is known of each face, in an order that does not depend on the file's."""
    cells = [value.tolist() for value in values]
    return sorted(zip([image.tobytes() for image in images], *cells, strict=True))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(table(), archive()))
def test_faces_written_in_any_form_come_back_the_same(written):
    data, has_labels, has_splits = written
    faces = datasets.load_bytes(data, "some name")
    unknown = np.full(NUMBER, -1)
    assert faces.left_out == ()
    assert by_picture(faces.images, faces.labels, faces.splits) == by_picture(
        IMAGES, LABELS if has_labels else unknown, USAGE if has_splits else unknown
    )


# ---- the fuzzer -------------------------------------------------------------------------------

SNIPPETS = (b"", b"\n", b",", b'"', b" ", b"\0", b"\r", b"256", b"-1", b"9999", b"\xff\xfe",
            b"sad", b";", b"\t", b"'", b"nan", b"1e9", b"PK\x05\x06", b"\xef\xbb\xbf",
            b"Training")  # fmt: skip


def damaged(data: bytes, random: np.random.Generator, first: int = 0) -> bytes:
    """The bytes with one to four damages from position `first` on."""
    out = bytearray(data)
    for _ in range(random.integers(1, 5)):
        if len(out) <= first + 1:
            break
        at = int(random.integers(first, len(out)))
        length = int(random.integers(1, min(64, len(out) - at) + 1))
        match random.integers(6):
            case 0:
                out[at] ^= 1 << int(random.integers(8))
            case 1:
                out[at : at + length] = random.bytes(length)
            case 2:
                out[at:at] = SNIPPETS[random.integers(len(SNIPPETS))]
            case 3:
                del out[at : at + length]
            case 4:
                out[at:at] = out[at : at + length]
            case 5 if random.random() < 0.3:
                del out[at:]
    return bytes(out)


def tried(read: Callable[[bytes], object], data: bytes, case: object) -> object | None:
    """What reading yields, None if it was refused in words; anything else fails."""
    begin = time.perf_counter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow and zipfile, on what they found damaged
            result = read(data)
    except FercoreError as error:
        assert len(str(error)) > 10, case
        result = None
    except Exception as error:
        raise AssertionError(f"case {case}: {type(error).__name__}: {error}") from error
    assert time.perf_counter() - begin < LONGEST_SECONDS, case
    return result


def load(data: bytes) -> FaceSet:
    return datasets.load_bytes(data, "fuzz")


def lines_of(data: bytes) -> list[bytes]:
    """The lines of a table that are rows, without those that are blank."""
    return [line for line in data.split(b"\n") if line.strip()]


@pytest.mark.parametrize("header", ["emotion,pixels,Usage", "emotion,pixels", "pixels"])
def test_damaged_tables_lose_no_row_and_spoil_no_other(header):
    rows = [
        ",".join(c for c, name in zip(cells, ("emotion", "pixels", "Usage"), strict=True)
                 if name in header)
        for cells in zip(map(str, LABELS), PIXELS, [SPLITS[code] for code in USAGE], strict=True)
    ]  # fmt: skip
    whole = "\n".join([header, *rows, ""]).encode()
    places = {row.encode(): position for position, row in enumerate(rows)}
    for case in range(400):
        random = np.random.default_rng([1, case])
        data = damaged(whole, random, first=len(header) + 1)
        faces = tried(load, data, (header, case))
        lines = lines_of(data)[1:]
        intact = [(row, places[line]) for row, line in enumerate(lines) if line in places]
        if faces is None:
            assert not intact, (header, case)
            continue
        assert len(faces) + len(faces.left_out) == len(lines), (header, case)
        for row, place in intact:
            at = faces.position(row)
            assert (faces.images[at] == IMAGES[place]).all(), (header, case)
            assert faces.labels[at] == (LABELS[place] if "emotion" in header else -1), (
                header,
                case,
            )
            assert faces.splits[at] == (USAGE[place] if "Usage" in header else -1), (header, case)


def test_damaged_heads_of_tables():
    whole = ("emotion,pixels,Usage\n" + "".join(
        f"{label},{text},Training\n" for label, text in zip(LABELS, PIXELS, strict=True)
    )).encode()  # fmt: skip
    for case in range(200):
        random = np.random.default_rng([2, case])
        head = damaged(whole[:24], random)
        data = head + whole[24:]
        faces = tried(load, data, case)
        if faces is not None and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            rows = len(lines_of(data))
            assert len(faces) + len(faces.left_out) in (rows, rows - 1), case


def test_damaged_zips_account_for_every_member():
    wholes = []
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", compression) as written:
            for i in range(NUMBER):
                folder = f"train/{EMOTIONS[LABELS[i]].lower()}"
                written.writestr(f"{folder}/{i}.png", encoded(IMAGES[i]))
        wholes.append(buffer.getvalue())
    for case in range(500):
        random = np.random.default_rng([3, case])
        whole = wholes[case % 2]
        # Two in three strike the list of members at the end, where the structure is.
        data = damaged(whole, random, first=0 if case % 3 == 0 else len(whole) - 700)
        faces = tried(load, data, case)
        if faces is not None and faces.form.startswith("A folder of pictures"):
            members = zipfile.ZipFile(io.BytesIO(data)).infolist()
            files = sum(not member.filename.endswith("/") for member in members)
            assert len(faces) + len(faces.left_out) == files, case


def test_damaged_zips_of_tables_and_votes():
    rows = [f"{label},{text},Training" for label, text in zip(LABELS, PIXELS, strict=True)]
    votes = [f'fer{i:07d}.png,"(0, 0, 48, 48)",{",".join("1" * 10)}' for i in range(NUMBER)]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("fer2013.csv", "\n".join(["emotion,pixels,Usage", *rows, ""]))
        written.writestr("label.csv", "\n".join(votes))
    whole = buffer.getvalue()
    assert load(whole).votes is not None
    for case in range(300):
        random = np.random.default_rng([9, case])
        data = damaged(whole, random, first=0 if case % 2 else len(whole) - 800)
        faces = tried(load, data, case)
        if faces is not None and "fer2013.csv in it" in faces.form and not faces.left_out:
            assert (faces.images == IMAGES).all(), case  # the archive's checksums see to that
            assert (faces.labels == LABELS).all(), case


PICTURES = [
    encoded(IMAGES[0]),
    encoded(IMAGES[1], "JPEG"),
    encoded(IMAGES[2], "GIF", save_all=True, append_images=[Image.fromarray(IMAGES[3])]),
    encoded(IMAGES[3], "TIFF"),
    encoded(IMAGES[4], "BMP"),
    encoded(IMAGES[6], "WEBP"),
    encoded(IMAGES[7], "PPM"),
    encoded(Image.fromarray(IMAGES[1]).convert("CMYK"), "JPEG"),
    encoded(IMAGES[1].astype(np.uint16) * 257, "PNG"),
    encoded(Image.fromarray(IMAGES[1]).convert("RGBA"), "PNG"),
    encoded(Image.fromarray(IMAGES[1]), "TIFF", compression="tiff_lzw"),
]


def test_damaged_pictures_are_faces_or_refused():
    for case in range(900):
        random = np.random.default_rng([4, case])
        whole = PICTURES[case % len(PICTURES)]
        head = min(len(whole), 200) if case % 2 else len(whole)  # half strike the head
        data = damaged(whole[:head], random) + whole[head:]
        result = tried(face_from_bytes, data, case)
        if result is not None:
            face, info = result
            assert face.shape == (48, 48), case
            assert face.dtype == np.uint8, case
            assert info.width >= 8, case


def test_damaged_npz_and_parquet():
    arrays = io.BytesIO()
    np.savez(arrays, X=IMAGES, y=LABELS, usage=USAGE)
    columns = {"pixels": PIXELS, "emotion": [str(label) for label in LABELS]}
    for kind, whole in enumerate((arrays.getvalue(), _parquet(list(columns), columns))):
        for case in range(150):
            random = np.random.default_rng([5 + kind, case])
            faces = tried(load, damaged(whole, random), (kind, case))
            if faces is not None:
                assert len(faces) + len(faces.left_out) == NUMBER, (kind, case)
