"""Faces in groups: the core's own sweep, kept on disk, whole or not at all."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from fercore import clustering, datasets, face_groups, models
from fercore.clustering import ClusteringCancelled


@pytest.fixture(autouse=True)
def directory(monkeypatch, tmp_path):
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path))
    return tmp_path / "groups"


@pytest.fixture(scope="module")
def model():
    return models.load("EfficientNetLite0")


@pytest.fixture(scope="module")
def faces():
    return datasets.load()


def same(a, b):
    assert a.table.equals(b.table)
    assert (a.suggested, a.notes, a.names) == (b.suggested, b.notes, b.names)
    for k in a.table["k"]:
        assert_array_equal(a.labels(k), b.labels(k))
        assert_array_equal(a.distances(k), b.distances(k))
        assert_array_equal(a.centres(k), b.centres(k))


def test_it_is_the_cores_sweep_over_the_pooled_vectors(model, faces):
    expected = clustering.group_faces(model.pooled(faces.images), faces.labels, k_max=4, seed=3)
    same(face_groups.group(model, faces, "max_pool", k_max=4, seed=3), expected)


def test_the_second_time_it_comes_from_the_disk(model, faces, directory, monkeypatch):
    first = face_groups.group(model, faces, "stem_conv", k_max=3)
    assert len(list(directory.glob("*.npz"))) == 1
    monkeypatch.setattr(face_groups.response_store, "measure", None)  # cannot be called
    same(face_groups.group(model, faces, "stem_conv", k_max=3), first)


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "foreign"])
def test_a_damaged_file_is_removed_and_computed_again(model, faces, directory, damage):
    first = face_groups.group(model, faces, "stem_conv", k_max=3)
    (path,) = directory.glob("*.npz")
    content = path.read_bytes()
    middle = len(content) // 2
    broken = {
        "cut": content[:-100],
        "flipped": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "empty": b"",
        "foreign": b"something else",
    }[damage]
    path.write_bytes(broken)
    same(face_groups.group(model, faces, "stem_conv", k_max=3), first)
    (path,) = directory.glob("*.npz")
    assert path.read_bytes() == content


def test_other_arguments_have_other_files(model, faces, directory):
    face_groups.group(model, faces, "stem_conv", k_max=3)
    face_groups.group(model, faces, "stem_conv", k_max=3, seed=1)
    face_groups.group(model, faces, "stem_conv", k_max=4)
    face_groups.group(model, faces, "stem_conv", "0-1", k_max=3)
    assert len(list(directory.glob("*.npz"))) == 4


def test_the_files_are_bounded(model, faces, directory, monkeypatch):
    monkeypatch.setattr(face_groups, "MAX_FILES", 2)
    for seed in range(4):
        face_groups.group(model, faces, "stem_conv", k_max=2, seed=seed)
    assert len(list(directory.iterdir())) == 2


def test_a_directory_that_cannot_be_written_is_no_error(model, faces, tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("FERCORE_CACHE", str(blocked))
    sweep = face_groups.group(model, faces, "stem_conv", k_max=2)
    assert len(sweep.labels(2)) == len(faces)


def test_progress_rises_and_names_what_is_at_work(model, faces):
    seen = []
    face_groups.group(model, faces, "stem_conv", k_max=3, progress=lambda *told: seen.append(told))
    shares = [share for share, _ in seen]
    assert (np.diff(shares) >= 0).all()
    assert shares[-1] == 1.0
    assert "280 of 280 faces through the network" in [text for _, text in seen]


@pytest.mark.parametrize("after", [0, 3])
def test_it_can_be_stopped_in_the_network_and_after(model, faces, directory, after):
    asked = iter(range(10_000))
    with pytest.raises(ClusteringCancelled):
        face_groups.group(
            model, faces, "stem_conv", k_max=3, cancelled=lambda: next(asked) >= after
        )
    assert not directory.exists()
