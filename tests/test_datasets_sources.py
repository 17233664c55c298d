"""The data folder: what is offered, under which id, and what is not and why."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from fercore import datasets
from fercore.errors import DatasetError

IMAGES = np.random.default_rng(9).integers(0, 256, (3, 48, 48), dtype=np.uint8)
CSV = ("emotion,pixels,Usage\n" + "".join(
    f"{i},{' '.join(map(str, image.ravel()))},Training\n" for i, image in enumerate(IMAGES)
)).encode()  # fmt: skip


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", "off")


def png(image: np.ndarray = IMAGES[0]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def fill(folder, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def offered(folder) -> dict[str, str]:
    return {source.id: source.kind for source in datasets.sources(folder)}


def test_everything_recognised_is_offered_the_sample_first(tmp_path):
    archive, arrays = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("happy/1.png", png())
    np.savez(arrays, X=IMAGES, y=np.arange(3))
    fill(tmp_path, {
        "FER 2013.csv": CSV, "no suffix": CSV, "deep/er/train.csv": CSV,
        "faces.zip": archive.getvalue(), "arrays.npz": arrays.getvalue(),
        "by emotion/train/happy/1.png": png(),
        "unlabelled/1.png": png(), "README.md": b"Read me.", ".hidden.csv": CSV, "stray.png": png(),
    })  # fmt: skip
    assert offered(tmp_path) == {
        "sample": "sample",
        "fer-2013.csv": "table (CSV)",
        "arrays.npz": "arrays (npz)",
        "by-emotion": "folder of pictures",
        "deep-er-train.csv": "table (CSV)",
        "faces.zip": "zip archive",
        "no-suffix": "table (CSV)",
        "unlabelled": "folder of pictures",
    }
    for id in offered(tmp_path):
        assert len(datasets.open_source(id, tmp_path)) > 0
    assert datasets.open_source("deep-er-train.csv", tmp_path).name == "deep-er-train.csv"
    assert datasets.open_source("deep-er-train.csv", tmp_path).title == "deep/er/train.csv"
    assert datasets.open_source("sample") is datasets.load()


def test_a_data_folder_may_itself_hold_the_folders_by_emotion(tmp_path):
    fill(tmp_path / "data", {"train/angry/1.png": png(), "test/sad/2.png": png(), "x.csv": CSV})
    assert offered(tmp_path / "data") == {
        "sample": "sample",
        "data": "folder of pictures",
        "x.csv": "table (CSV)",
    }
    faces = datasets.open_source("data", tmp_path / "data")
    assert [faces.emotions[label] for label in faces.labels] == ["Sad", "Angry"]


def test_ids_stay_apart_where_names_become_the_same(tmp_path):
    fill(tmp_path, {"a b.csv": CSV, "a_b.csv": CSV, "sample": CSV})
    ids = [source.id for source in datasets.sources(tmp_path)]
    assert len(set(ids)) == 4
    assert ids[0] == "sample"
    assert all(id.startswith(("a-b.csv-", "sample-")) for id in ids[1:])


@pytest.mark.parametrize(
    "id", ["../fer2013.csv", "/etc/passwd", "", "fer2013.csv/", "..", "FER2013.CSV"]
)
def test_only_ids_that_are_offered_open_never_a_path(tmp_path, id):
    fill(tmp_path, {"data/inside.csv": CSV, "fer2013.csv": CSV})
    with pytest.raises(DatasetError, match=r"no data set.*sample, inside\.csv"):
        datasets.open_source(id, tmp_path / "data")


def test_files_that_are_none_are_named_with_the_reason(tmp_path):
    fill(tmp_path, {"fer2013.csv": b"<html>Sign in", "b.csv": b"", "notes.md": b"x", "c.csv": CSV})
    assert [source.id for source in datasets.sources(tmp_path)] == ["sample", "c.csv"]
    remarks = {remark.title: remark.sentence for remark in datasets.remarks(tmp_path)}
    assert set(remarks) == {"fer2013.csv", "b.csv"}
    assert "web page" in remarks["fer2013.csv"]
    assert "empty" in remarks["b.csv"]


def test_a_file_that_is_replaced_is_recognised_anew(tmp_path):
    fill(tmp_path, {"a.csv": b"<html>"})
    assert "a.csv" not in offered(tmp_path)
    fill(tmp_path, {"a.csv": CSV})
    assert "a.csv" in offered(tmp_path)


def test_the_data_folder_comes_from_the_environment_else_is_data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FERCORE_DATA", raising=False)
    assert datasets.data_folder().name == "data"
    assert [source.id for source in datasets.sources()] == ["sample"]
    fill(tmp_path, {"data/here.csv": CSV, "there/there.csv": CSV})
    assert "here.csv" in offered(None)
    monkeypatch.setenv("FERCORE_DATA", str(tmp_path / "there"))
    assert "there.csv" in offered(None)


def test_a_data_folder_that_does_not_exist_is_named_and_leaves_the_sample(tmp_path, monkeypatch):
    monkeypatch.setenv("FERCORE_DATA", str(tmp_path / "nowhere"))
    assert [source.id for source in datasets.sources()] == ["sample"]
    assert len(datasets.open_source("sample")) == 280
    with pytest.raises(DatasetError, match=r"nowhere.*FERCORE_DATA.*does not exist"):
        datasets.data_folder()
