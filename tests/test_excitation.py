"""Top faces by hand; the store of responses against damage, bounds and other processes."""

import os
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from fercore.errors import FercoreError
from fercore.excitation import Responses, collect, top_faces
from fercore.response_store import ResponseStore, cache_directory

KEY = {"model": "EfficientNetLite0", "weights": None, "seed": 0, "size": 48, "layer": "top_conv"}


def responses(n_faces=6, n_maps=4, seed=0):
    both = np.random.default_rng(seed).normal(size=(2, n_faces, n_maps)).astype(np.float32)
    return Responses(*both)


def never():
    raise AssertionError("this should have come from the disk")


def assert_equal(got, expected):
    np.testing.assert_array_equal(got.mean, expected.mean)
    np.testing.assert_array_equal(got.maximum, expected.maximum)


def test_top_faces_by_hand():
    table = np.array([[0, 3], [0, 1], [0, np.nan], [0, 3], [0, -2]])
    assert top_faces(table, 1, top=3).tolist() == [0, 3, 1]
    assert top_faces(table, 1, top=3, largest=False).tolist() == [4, 1, 0]
    assert top_faces(table, 1, top=99).tolist() == [0, 3, 1, 4]
    assert top_faces(table, 0, top=2).tolist() == [0, 1]
    assert top_faces(table, 0, top=0).tolist() == []


@given(
    table=hnp.arrays(np.float32, (12, 3), elements=st.floats(-9, 9, width=32)),
    top=st.integers(1, 12),
    largest=st.booleans(),
)
def test_no_other_face_responds_more(table, top, largest):
    chosen = top_faces(table, 1, top, largest)
    others = np.delete(table[:, 1], chosen)
    weakest_chosen = table[chosen, 1].min() if largest else table[chosen, 1].max()
    assert len(chosen) == top
    assert (others <= weakest_chosen).all() if largest else (others >= weakest_chosen).all()


def test_a_map_or_a_table_that_is_not_there():
    with pytest.raises(FercoreError, match=r"no map 4: this layer has the maps 0 to 3"):
        top_faces(responses().mean, 4)
    with pytest.raises(FercoreError, match=r"faces × maps"):
        top_faces(np.zeros(4), 0)


def test_batches_become_one_table_and_tell_how_far_they_are():
    whole = responses(7)
    cuts = [(0, 3), (3, 6), (6, 7)]
    told = []
    got = collect(
        ((whole.mean[a:b], whole.maximum[a:b]) for a, b in cuts),
        7,
        lambda done, of: told.append((done, of)),
    )
    assert_equal(got, whole)
    assert got.mean.dtype == np.float32
    assert told == [(3, 7), (6, 7), (7, 7)]


@pytest.mark.parametrize(("n_faces", "message"), [(5, "More than the 5"), (8, "Only 6 of 8")])
def test_a_wrong_number_of_faces_is_noticed(n_faces, message):
    whole = responses(6)
    with pytest.raises(FercoreError, match=message):
        collect([(whole.mean, whole.maximum)], n_faces)
    with pytest.raises(FercoreError, match="Only 0 of"):
        collect([], n_faces)


def test_the_second_time_comes_from_the_disk(tmp_path):
    store = ResponseStore(tmp_path / "new" / "folder")
    first = store.get_or_compute(KEY, responses)
    assert_equal(first, responses())
    for reader in (store, ResponseStore(store.directory)):
        again = reader.get_or_compute(KEY, never)
        assert_equal(again, first)
        with pytest.raises(ValueError):
            again.mean[0, 0] = 1
        assert top_faces(again.mean, 2).tolist() == top_faces(first.mean, 2).tolist()


@pytest.mark.parametrize(
    "change", [{"size": 96}, {"weights": "imagenet"}, {"seed": 1}, {"layer": "stem_conv"}]
)
def test_another_key_is_another_layer(tmp_path, change):
    store = ResponseStore(tmp_path)
    store.put(KEY, responses())
    assert store.get(KEY | change) is None
    assert store.get(dict(reversed(KEY.items()))) is not None


def test_new_responses_replace_the_old_ones(tmp_path):
    store = ResponseStore(tmp_path)
    store.put(KEY, responses(seed=0))
    store.put(KEY, responses(seed=1))
    assert_equal(store.get(KEY), responses(seed=1))
    assert len(list(tmp_path.iterdir())) == 1


def flip_a_bit(data):
    return data[:-5] + bytes([data[-5] ^ 1]) + data[-4:]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:10],
        lambda data: data[:-1],
        lambda data: data[:60] + b"\xff" * 10 + data[70:],
        lambda data: b"\x80\x04N." + data,
        flip_a_bit,
    ],
    ids=["empty", "cut in the header", "cut at the end", "header", "a pickle", "one bit"],
)
@pytest.mark.parametrize("new_process", [True, False])
def test_a_damaged_file_is_noticed_and_rebuilt(tmp_path, damage, new_process, caplog):
    store = ResponseStore(tmp_path)
    store.put(KEY, responses())
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    if new_process:
        store = ResponseStore(tmp_path)
    assert store.get(KEY) is None
    assert "damaged" in caplog.text
    assert_equal(store.get_or_compute(KEY, responses), responses())
    assert_equal(ResponseStore(tmp_path).get_or_compute(KEY, never), responses())


def test_the_least_recently_used_give_way(tmp_path):
    one_file = 2 * 6 * 4 * 4 + 128
    store = ResponseStore(tmp_path, max_bytes=3 * one_file)
    keys = [KEY | {"layer": f"layer {number}"} for number in range(4)]
    for age, key in enumerate(keys[:3]):
        store.put(key, responses())
        for path in tmp_path.iterdir():
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 100 * (3 - age)))
    store.get(keys[0])
    store.put(keys[3], responses())
    assert [store.get(key) is not None for key in keys] == [True, False, True, True]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= store.max_bytes


def test_what_is_too_large_is_handed_over_but_not_kept(tmp_path):
    store = ResponseStore(tmp_path, max_bytes=100)
    assert_equal(store.get_or_compute(KEY, responses), responses())
    assert list(tmp_path.iterdir()) == []


def test_an_unfinished_file_is_never_read_and_goes_when_abandoned(tmp_path):
    fresh, old = tmp_path / "fresh.part", tmp_path / "old.part"
    for path in (fresh, old):
        path.write_bytes(b"half")
    os.utime(old, (0, time.time() - 2 * 3600))
    store = ResponseStore(tmp_path)
    assert store.get(KEY) is None
    store.put(KEY, responses())
    assert fresh.exists()
    assert not old.exists()


def test_a_failing_write_leaves_nothing_behind(tmp_path, monkeypatch, caplog):
    store = ResponseStore(tmp_path)

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    assert_equal(store.get_or_compute(KEY, responses), responses())
    assert list(tmp_path.iterdir()) == []
    assert "No space left" in caplog.text


def test_a_directory_that_cannot_be_made_is_no_error(tmp_path):
    file = tmp_path / "file"
    file.write_text("in the way")
    store = ResponseStore(file / "below")
    assert_equal(store.get_or_compute(KEY, responses), responses())


def test_processes_share_a_directory(tmp_path):
    """Four processes write and read the same keys; every one sees whole files only."""
    program = """
import sys
import numpy as np
from pathlib import Path
from fercore.excitation import Responses
from fercore.response_store import ResponseStore
store = ResponseStore(Path(sys.argv[1]), max_bytes=200_000)
for turn in range(60):
    number = turn % 5
    table = np.full((50, 40 + number), number, np.float32)
    got = store.get_or_compute({"number": number}, lambda: Responses(table, table))
    assert np.array_equal(got.mean, table), number
    if turn % 7 == int(sys.argv[2]):
        store.put({"number": number}, Responses(table, table))
"""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path), str(number)], stderr=subprocess.PIPE
        )
        for number in range(4)
    ]
    for process in running:
        _, error = process.communicate(timeout=60)
        assert process.returncode == 0, error.decode()
        assert b"damaged" not in error
    assert not list(tmp_path.glob("*.part"))


def test_where_the_cache_is(monkeypatch, tmp_path):
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "own"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_directory() == tmp_path / "own"
    assert ResponseStore().directory == tmp_path / "own" / "responses"
    monkeypatch.delenv("FERCORE_CACHE")
    assert cache_directory() == tmp_path / "xdg" / "fercore"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_directory() == tmp_path / ".cache" / "fercore"
