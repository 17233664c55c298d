"""Every form of a data set is recognised by its content, and no label is misread."""

import base64
import codecs
import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from fercore import datasets
from fercore.datasets import FaceSet
from fercore.emotions import EMOTIONS, SPLITS

RANDOM = np.random.default_rng(2013)
IMAGES = RANDOM.integers(0, 256, (30, 48, 48), dtype=np.uint8)
LABELS = np.arange(30) % 7
USAGE = np.repeat([0, 1, 2], 10)
ALPHABETICAL = sorted(EMOTIONS)


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", "off")


def pixels(image: np.ndarray) -> str:
    return " ".join(map(str, image.ravel().tolist()))


def table(header: list[str], *columns: list, **options: object) -> bytes:
    """A CSV by Python's own writer."""
    text = io.StringIO()
    writer = csv.writer(text, **{"lineterminator": "\n"} | options)
    writer.writerows(
        [header, *zip(*columns, strict=True)] if header else zip(*columns, strict=True)
    )
    return text.getvalue().encode()


def png(image: np.ndarray, form: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, form)
    return buffer.getvalue()


PIXELS = [pixels(image) for image in IMAGES]
USAGES = [SPLITS[code] for code in USAGE]
FER2013 = table(["emotion", "pixels", "Usage"], LABELS, PIXELS, USAGES)


def check(faces: FaceSet, labels=LABELS, splits=USAGE) -> None:
    assert (faces.images == IMAGES).all()
    assert faces.labels.tolist() == list(labels)
    assert faces.splits.tolist() == list(splits)
    assert faces.rows.tolist() == list(range(30))
    assert faces.left_out == ()
    assert faces.sizes is None


UNKNOWN = [-1] * 30


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_published_table_in_every_dialect(quoting, end, delimiter):
    data = table(
        ["emotion", "pixels", "Usage"],
        LABELS, PIXELS, USAGES,
        quoting=quoting, lineterminator=end, delimiter=delimiter,
    )  # fmt: skip
    for text in (data, data.rstrip(), codecs.BOM_UTF8 + data, data.decode().encode("utf-16")):
        faces = datasets.load_bytes(text, "any name at all")
        check(faces)
        assert not faces.needs_mapping
        assert faces.label_order == EMOTIONS


def test_columns_in_another_order_with_blanks_in_their_names():
    check(datasets.load_bytes(table(["emotion", " Usage", " pixels"], LABELS, USAGES, PIXELS), "x"))


def test_without_usage_and_without_emotion():
    check(datasets.load_bytes(table(["emotion", "pixels"], LABELS, PIXELS), "x"), splits=UNKNOWN)
    faces = datasets.load_bytes(table(["pixels"], PIXELS), "x")
    check(faces, labels=UNKNOWN, splits=UNKNOWN)
    assert "no labels" in faces.form


def test_without_a_header():
    faces = datasets.load_bytes(table([], LABELS, PIXELS, USAGES), "x")
    check(faces)
    assert "no header" in faces.form
    assert faces.needs_mapping


def test_labels_in_words_of_any_spelling():
    spellings = ["anger", "disgusted", "Fearful", "happiness", "SADNESS", "surprised", "neutral"]
    words = [spellings[label] for label in LABELS]
    faces = datasets.load_bytes(table(["pixels", "emotion"], PIXELS, words), "x")
    check(faces, splits=UNKNOWN)
    assert faces.emotions == EMOTIONS
    assert faces.mapping is None
    assert not faces.needs_mapping


def test_other_words_are_kept_as_labels_and_empty_ones_are_unknown():
    words = [EMOTIONS[label] for label in LABELS]
    words[3], words[4], words[5] = "contempt", "bored", ""
    faces = datasets.load_bytes(table(["emotion", "pixels"], words, PIXELS), "x")
    assert faces.emotions == (*EMOTIONS, "Bored", "Contempt")
    assert faces.labels[3:6].tolist() == [8, 7, -1]
    assert faces.where("contempt").tolist() == [3]


def test_numbers_named_by_a_column_of_words_follow_the_words():
    ids = [ALPHABETICAL.index(EMOTIONS[label]) for label in LABELS]
    words = [EMOTIONS[label].lower() for label in LABELS]
    header = ["emotion", "emotion_name", "pixels", "usage"]
    usages = ["train" if code == 0 else "validation" if code == 1 else "test" for code in USAGE]
    faces = datasets.load_bytes(table(header, ids, words, PIXELS, usages), "x")
    check(faces)
    assert not faces.needs_mapping
    assert faces.mapping == dict(enumerate(ALPHABETICAL))
    assert "validation is read as PublicTest" in faces.form


def test_numbers_that_contradict_the_words_beside_them_are_dropped():
    words = [EMOTIONS[label] for label in LABELS]
    ids = [*LABELS[:-1], 5]
    faces = datasets.load_bytes(table(["emotion", "name", "pixels"], ids, words, PIXELS), "x")
    check(faces, splits=UNKNOWN)
    assert faces.label_ids is None
    assert "contradict" in faces.form


def test_numbers_without_proof_must_be_checked_and_can_be_changed():
    ids = [ALPHABETICAL.index(EMOTIONS[label]) for label in LABELS]
    faces = datasets.load_bytes(table(["label", "pixels"], ids, PIXELS), "x")
    assert faces.needs_mapping
    assert "assumed" in faces.form
    assert faces.label_ids.tolist() == ids
    right = faces.remap(dict(enumerate(ALPHABETICAL)))
    assert right.labels.tolist() == LABELS.tolist()
    assert not right.needs_mapping
    again = datasets.load_bytes(
        table(["label", "pixels"], ids, PIXELS), "x", mapping=dict(enumerate(ALPHABETICAL))
    )
    assert again.labels.tolist() == LABELS.tolist()


def test_more_than_seven_numbers_are_all_kept():
    ids = np.arange(30) % 8
    faces = datasets.load_bytes(table(["label", "pixels"], ids, PIXELS), "x")
    assert faces.needs_mapping
    assert faces.emotions == (*EMOTIONS, "Label 7")
    assert faces.labels.tolist() == ids.tolist()


def test_numbers_from_one_to_seven():
    faces = datasets.load_bytes(table(["label", "pixels"], LABELS + 1, PIXELS), "x")
    assert faces.needs_mapping
    assert faces.label_order == EMOTIONS
    assert faces.labels.tolist() == LABELS.tolist()


def test_other_columns_are_named_as_not_used():
    data = table(["", "emotion", "pixels", "note"], range(30), LABELS, PIXELS, ["a,b"] * 30)
    faces = datasets.load_bytes(data, "x")
    check(faces, splits=UNKNOWN)
    assert "not used: , note" in faces.form
    assert faces.needs_mapping


def test_pixels_as_a_list_in_brackets():
    lists = [str(image.ravel().tolist()) for image in IMAGES]
    check(datasets.load_bytes(table(["emotion", "pixels", "Usage"], LABELS, lists, USAGES), "x"))


def test_pixels_of_another_size_are_resized():
    large = np.kron(IMAGES, np.ones((2, 2), np.uint8))
    data = table(["emotion", "pixels"], LABELS, [pixels(image) for image in large])
    faces = datasets.load_bytes(data, "x")
    assert (faces.sizes == 96).all()
    assert faces.labels.tolist() == LABELS.tolist()
    # The bilinear filter mixes neighbours in; on average over a face nothing changes.
    assert np.abs(faces.images.mean(axis=(1, 2)) - IMAGES.mean(axis=(1, 2))).max() < 1


def test_pictures_in_the_cells_of_a_table():
    files = [png(image) for image in IMAGES]
    in_base64 = [base64.b64encode(file).decode() for file in files]
    in_python = [str({"bytes": file, "path": "a,b.png"}) for file in files]
    for cells in (in_base64, [f"data:image/png;base64,{c}" for c in in_base64], in_python):
        faces = datasets.load_bytes(table(["image", "label"], cells, LABELS), "x")
        check(faces, splits=UNKNOWN)
        assert faces.needs_mapping


def parquet(schema_metadata: dict | None = None, **columns: list) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns).replace_schema_metadata(schema_metadata), buffer)
    return buffer.getvalue()


def test_parquet_with_pixels_as_text_or_lists():
    as_lists = [image.ravel().tolist() for image in IMAGES]
    for cells in (PIXELS, as_lists, IMAGES.tolist()):
        data = parquet(emotion=LABELS, pixels=cells, Usage=USAGES)
        check(datasets.load_bytes(data, "x"))


def test_parquet_of_hugging_face_with_pictures_and_class_names():
    images = [{"bytes": png(image), "path": None} for image in IMAGES]
    ids = [ALPHABETICAL.index(EMOTIONS[label]) for label in LABELS]
    names = [name.lower() for name in ALPHABETICAL]
    features = {"info": {"features": {"label": {"names": names, "_type": "ClassLabel"}}}}
    named = datasets.load_bytes(
        parquet({"huggingface": json.dumps(features)}, image=images, label=ids), "x"
    )
    check(named, splits=UNKNOWN)
    assert not named.needs_mapping
    assert named.label_order == tuple(ALPHABETICAL)
    unnamed = datasets.load_bytes(parquet(image=images, label=ids), "x")
    assert unnamed.needs_mapping
    assert unnamed.remap(dict(enumerate(ALPHABETICAL))).labels.tolist() == LABELS.tolist()


def npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def test_npz_under_the_names_and_shapes_in_use():
    flat, deep = IMAGES.reshape(30, -1), IMAGES[..., np.newaxis]
    check(datasets.load_bytes(npz(X=IMAGES, y=LABELS, usage=USAGE), "x"))
    check(datasets.load_bytes(npz(images=flat, labels=LABELS, splits=np.array(USAGES)), "x"))
    check(datasets.load_bytes(npz(X=IMAGES / 255, y=np.eye(7)[LABELS], usage=USAGE), "x"))
    check(datasets.load_bytes(npz(X=deep.astype(np.int64), y=LABELS[:, np.newaxis]), "x"),
          splits=UNKNOWN)  # fmt: skip
    words = np.array([EMOTIONS[label] for label in LABELS])
    check(datasets.load_bytes(npz(X=np.repeat(deep, 3, axis=3), y=words), "x"), splits=UNKNOWN)


def test_npz_with_the_splits_in_the_names():
    train, test = USAGE == 0, USAGE == 2
    data = npz(
        x_train=IMAGES[train], y_train=LABELS[train], x_test=IMAGES[test], y_test=LABELS[test]
    )
    faces = datasets.load_bytes(data, "x")
    for split, part in (("Training", train), ("PrivateTest", test)):
        at = faces.where(split=split)
        assert (faces.images[at] == IMAGES[part]).all()
        assert faces.labels[at].tolist() == LABELS[part].tolist()


def test_npz_of_the_sample_comes_back_with_persons():
    sample = datasets.load()
    data = npz(
        images=sample.images, labels=sample.labels, splits=sample.splits, persons=sample.persons
    )
    faces = datasets.load_bytes(data, "x")
    assert faces.digest == sample.digest
    assert (faces.persons == sample.persons).all()


FOLDERS = {
    "train/{}/Training_{}.png": EMOTIONS,
    "{}/{}.png": ["anger", "disgusted", "fearful", "happiness", "sadness", "surprised", "Neutral"],
    "images/validation/{}/{}.jpg": [name.lower() for name in EMOTIONS],
    "a/b/{}/c/{}.png": [f"{number} {name}" for number, name in enumerate(EMOTIONS)],
}


@pytest.mark.parametrize("pattern", FOLDERS)
@pytest.mark.parametrize("packed", [False, True])
def test_folders_in_their_many_spellings(tmp_path, pattern, packed):
    names = [pattern.format(FOLDERS[pattern][label], i) for i, label in enumerate(LABELS)]
    files = {name: png(image) for name, image in zip(names, IMAGES, strict=True)}
    faces = load_tree(tmp_path, files, packed)
    order = sorted(range(30), key=names.__getitem__)
    assert (faces.images == IMAGES[order]).all()  # png() whatever the ending says
    assert faces.labels.tolist() == LABELS[order].tolist()
    assert faces.files == tuple(sorted(names))
    split = 0 if "rain" in pattern else 1 if "validation" in pattern else -1
    assert faces.splits.tolist() == [split] * 30


def load_tree(tmp_path: Path, files: dict[str, bytes], packed: bool) -> FaceSet:
    """Load files from a folder, or from a zip of it."""
    if packed:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return datasets.load_bytes(buffer.getvalue(), "faces.zip")
    for name, data in files.items():
        path = tmp_path / "faces" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return datasets.load(tmp_path / "faces")


@pytest.mark.parametrize("packed", [False, True])
def test_prefix_beats_folder_strays_are_listed_and_sizes_remembered(tmp_path, packed):
    colour = np.repeat(np.kron(IMAGES[0], np.ones((2, 2), np.uint8))[..., np.newaxis], 3, axis=2)
    files = {
        "test/angry/.DS_Store": b"\0\0\0\1Bud1",
        "test/angry/._PublicTest_1.jpg": b"\0\5\26\7",
        "test/angry/PrivateTest_2.png": png(IMAGES[2]),
        "test/angry/PublicTest_1.png": png(colour),
        "test/contempt/3.png": png(IMAGES[3]),
        "test/bored/4.png": png(IMAGES[4]),
        "test/happy/5.png": b"no picture",
    }
    faces = load_tree(tmp_path, files, packed)
    assert faces.files == tuple(sorted(files)[i] for i in (2, 3, 4, 5))
    assert faces.rows.tolist() == [2, 3, 4, 5]
    assert faces.splits.tolist() == [2, 1, 2, 2]
    assert [faces.emotions[label] for label in faces.labels] == [
        "Angry",
        "Angry",
        "Bored",
        "Contempt",
    ]
    assert faces.sizes.tolist() == [[48, 48], [96, 96], [48, 48], [48, 48]]
    assert [(left.row, left.where) for left in faces.left_out] == [
        (0, "test/angry/.DS_Store"),
        (1, "test/angry/._PublicTest_1.jpg"),
        (6, "test/happy/5.png"),
    ]
    assert len(faces) + len(faces.left_out) == len(files)


def test_folders_named_by_numbers_need_a_mapping(tmp_path):
    files = {f"train/{label}/{i}.png": png(IMAGES[i]) for i, label in enumerate(LABELS)}
    faces = load_tree(tmp_path, files, packed=False)
    assert faces.needs_mapping
    assert faces.label_ids.tolist() == [int(name.split("/")[1]) for name in faces.files]


def test_an_archive_or_folder_with_a_table_in_it(tmp_path):
    files = {"fer/fer2013.csv": FER2013, "fer/README": b"hello", "fer/small.csv": FER2013[:60_000]}
    for packed in (False, True):
        faces = load_tree(tmp_path, files, packed)
        check(faces)
        assert "read from fer/fer2013.csv" in faces.form
        assert "not read: fer/small.csv" in faces.form


HEADS = {
    "fer2013": (True, True),
    "icml_face_data": (True, True),
    "train": (True, False),
    "test": (False, False),
}


@pytest.mark.parametrize("name", HEADS)
def test_heads_of_the_published_files(shared, name):
    """Against the whole data set, which is held as arrays."""
    whole = np.load(shared / "fer2013/faces.npz")
    has_labels, has_splits = HEADS[name]
    rows = np.flatnonzero(whole["usage"] > 0)[:20] if name == "test" else np.arange(20)
    faces = datasets.load(shared / f"fer2013/heads/{name}_head20.csv")
    assert (faces.images == whole["X"][rows]).all()
    assert faces.labels.tolist() == (whole["y"][rows].tolist() if has_labels else [-1] * 20)
    assert faces.splits.tolist() == (whole["usage"][rows].tolist() if has_splits else [-1] * 20)
    assert not faces.needs_mapping
    assert faces.left_out == ()
