"""The second opening comes from the cache, and whatever changed or broke is noticed."""

import json
import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fercore import datasets
from fercore.datasets import cache, loading
from fercore.datasets.survey import survey

IMAGES = np.random.default_rng(8).integers(0, 256, (40, 48, 48), dtype=np.uint8)


@pytest.fixture
def source(tmp_path, monkeypatch) -> Path:
    """A small fer2013.csv with one bad row, last changed long ago."""
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "WORTH_KEEPING", 1)
    rows = [f"{i % 7},{' '.join(map(str, image.ravel()))},Training"
            for i, image in enumerate(IMAGES)]  # fmt: skip
    path = tmp_path / "fer2013.csv"
    path.write_text("\n".join(["emotion,pixels,Usage", *rows, "3,1 2,Training", ""]))
    settle(path)
    return path


def settle(*paths: Path) -> None:
    """Let the last change of these files count as old: times of status change cannot be set."""
    long_ago = time.time() - 1000
    for path in paths:
        os.utime(path, (long_ago, long_ago))


@pytest.fixture
def readings(monkeypatch) -> list[Path]:
    """The files and folders that were read and not fetched."""
    seen = []
    read = loading._read_path

    def counted(path, title, progress):
        seen.append(path)
        return read(path, title, progress)

    monkeypatch.setattr(loading, "_read_path", counted)
    return seen


def entry(source: Path) -> Path:
    (found,) = (source.parent / "cache").glob("v*")
    return found


def test_second_opening_is_the_same_mapped_and_read_only(source, readings):
    first = datasets.load(source)
    second = datasets.load(source)
    assert len(readings) == 1
    assert second.digest == first.digest
    for name in ("name", "title", "origin", "form", "emotions", "left_out", "mapping", "files",
                 "needs_mapping", "label_order"):  # fmt: skip
        assert getattr(second, name) == getattr(first, name), name
    for name in ("rows", "label_ids", "labels", "splits"):
        assert (getattr(second, name) == getattr(first, name)).all()
        assert getattr(second, name).dtype == getattr(first, name).dtype
    assert isinstance(second.images.base, np.memmap)
    assert type(second.images) is np.ndarray
    with pytest.raises(ValueError, match="read-only"):
        second.images[0] = 0


def test_a_copy_or_a_touched_file_is_known_by_its_content(source, readings):
    datasets.load(source)
    copy = source.with_name("copy of it.csv")
    shutil.copy(source, copy)
    faces = datasets.load(copy)
    assert faces.title == "copy of it.csv"
    os.utime(source)
    datasets.load(source)
    assert readings == [source]


@pytest.mark.parametrize("keep_times", [False, True])
def test_a_change_of_the_file_is_noticed(source, readings, keep_times):
    datasets.load(source)
    datasets.load(source)
    before = source.stat()
    text = source.read_bytes()
    at = text.index(b",", 30) + 1 + 40 * 100  # somewhere in the pixels
    at = next(i for i in range(at, at + 9) if text[i : i + 1] in b"123456789")
    source.write_bytes(text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :])
    if keep_times:
        os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    changed = datasets.load(source)
    assert len(readings) == 2
    assert (changed.images != IMAGES).sum() == 1


def test_a_change_outside_the_samples_is_noticed_by_the_whole_digest(source, readings, monkeypatch):
    """Key equal, look different: what decides is the digest of the content."""
    monkeypatch.setattr("fercore.datasets.survey._samples", lambda path: b"")
    datasets.load(source)
    source.write_bytes(source.read_bytes().replace(b"0,", b"1,", 1))
    faces = datasets.load(source)
    assert len(readings) == 2
    assert faces.labels[0] == 1


def test_an_unchanged_file_costs_no_reading_once_it_is_settled(source, monkeypatch):
    monkeypatch.setattr("fercore.datasets.survey._FINEST_NS", -(10**9))  # all counts as settled
    datasets.load(source)

    def read_whole(self):
        raise AssertionError("the whole file was read")

    monkeypatch.setattr("fercore.datasets.survey.Survey.content_digest", read_whole)
    monkeypatch.setattr(cache, "_checksum", read_whole)
    assert len(datasets.load(source)) == 40


def test_a_file_that_has_just_changed_is_not_trusted_by_its_look(source):
    datasets.load(source)
    seen = json.loads((entry(source) / "seen.json").read_text())
    assert seen == {}


DAMAGES = {
    "pictures changed": lambda e: flip(e / "images.npy", -1000),
    "pictures cut": lambda e: cut(e / "images.npy"),
    "pictures gone": lambda e: (e / "images.npy").unlink(),
    "head of pictures": lambda e: flip(e / "images.npy", 20),
    "rest changed": lambda e: flip(e / "rest.npz", 400),
    "rest cut": lambda e: cut(e / "rest.npz"),
    "rest gone": lambda e: (e / "rest.npz").unlink(),
    "rest empty": lambda e: (e / "rest.npz").write_bytes(b""),
}


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 255
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5000] or b"x")


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_noticed_and_mended(source, readings, damage):
    digest = datasets.load(source).digest
    datasets.load(source)
    DAMAGES[damage](entry(source))
    assert datasets.load(source).digest == digest
    assert len(readings) == 2
    assert datasets.load(source).digest == digest
    assert len(readings) == 2


@pytest.mark.parametrize("text", ["", "[]", "{", '{"source": 3}'])
def test_what_was_seen_may_be_lost(source, readings, text):
    digest = datasets.load(source).digest
    (entry(source) / "seen.json").write_text(text)
    assert datasets.load(source).digest == digest
    assert len(readings) == 1


def test_folders_are_kept_too_and_every_change_shows(source, readings):
    folder = source.parent / "faces"
    for i, image in enumerate(IMAGES):
        path = folder / "train" / ("happy" if i % 2 else "sad") / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path)
    first = datasets.load(folder)
    second = datasets.load(folder)
    assert readings == [folder]
    assert second.files == first.files
    assert second.digest == first.digest
    Image.fromarray(255 - IMAGES[0]).save(folder / "train/sad/0.png")
    changed = datasets.load(folder)
    assert (changed.images[changed.files.index("train/sad/0.png")] == 255 - IMAGES[0]).all()
    (folder / "train/sad/0.png").unlink()
    assert len(datasets.load(folder)) == 39


def test_mapping_and_votes_are_applied_to_what_is_fetched(source):
    datasets.load(source)
    names = ("Sad", "Angry", "Happy", "Fear", "Neutral", "Disgust", "Surprise")
    faces = datasets.load(source, mapping=dict(enumerate(names)))
    assert faces.emotions[faces.labels[0]] == "Sad"
    assert datasets.load(source).emotions[datasets.load(source).labels[0]] == "Angry"


def test_small_sets_and_uploads_are_not_kept(source, monkeypatch):
    datasets.load_bytes(source.read_bytes(), "upload.csv")
    monkeypatch.setattr(cache, "WORTH_KEEPING", 1000)
    datasets.load(source)
    assert not list(source.parent.glob("cache/v*"))


def test_the_cache_can_be_off_or_impossible_to_write(source, readings, monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", "off")
    datasets.load(source)
    monkeypatch.setenv("FERCORE_CACHE", str(source))  # a file, where a folder is wanted
    datasets.load(source)
    assert len(datasets.load(source)) == 40
    assert len(readings) == 3
    monkeypatch.delenv("FERCORE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache.cache_folder() == Path("/somewhere/fercore")


def test_a_file_that_changes_while_it_is_read_is_not_kept(source):
    before = survey(source)
    faces = datasets.load_bytes(source.read_bytes(), "x")
    source.write_bytes(source.read_bytes()[:-500])
    cache.keep(faces, before)
    assert not list(source.parent.glob("cache/v*"))
    assert not list(source.parent.glob("cache/new*"))


def test_the_entries_used_least_recently_make_room(source, monkeypatch):
    datasets.load(source)
    old = entry(source)
    settle(old / "seen.json")
    size = sum(file.stat().st_size for file in old.iterdir())
    monkeypatch.setattr(cache, "MAX_BYTES", int(1.5 * size))
    other = source.with_name("other.csv")
    other.write_bytes(source.read_bytes().replace(b"\n0,", b"\n1,"))
    datasets.load(other)
    assert not old.exists()
    assert entry(other).exists()
