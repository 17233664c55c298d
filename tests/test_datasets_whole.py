"""The published files in full, against the same faces held as arrays."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fercore import datasets
from fercore.emotions import EMOTIONS, SPLITS

pytestmark = pytest.mark.slow  # writes and reads files of 300 MB

COUNTS = {  # Angry, Disgust, Fear, Happy, Sad, Surprise, Neutral
    "Training": (3995, 436, 4097, 7215, 4830, 3171, 4965),
    "PublicTest": (467, 56, 496, 895, 653, 415, 607),
    "PrivateTest": (491, 55, 528, 879, 594, 416, 626),
}


@pytest.fixture(scope="module")
def whole(shared) -> dict[str, np.ndarray]:
    with np.load(shared / "fer2013/faces.npz") as held:
        return dict(held)


@pytest.fixture(scope="module")
def published(shared, tmp_path_factory):
    """A function that writes a published file once and says where it is."""
    folder = tmp_path_factory.mktemp("published")
    forms = {"fer2013": "fer2013.csv", "icml": "icml_face_data.csv", "train": "train.csv",
             "test": "test.csv"}  # fmt: skip

    def written(form: str) -> Path:
        path = folder / forms[form]
        if not path.exists():
            rebuild = shared / "fer2013/rebuild.py"
            subprocess.run([sys.executable, rebuild, folder, "--form", form], check=True,
                           stdout=subprocess.DEVNULL)  # fmt: skip
        return path

    yield written
    for name in forms.values():
        (folder / name).unlink(missing_ok=True)


@pytest.mark.parametrize("form", ["fer2013", "icml", "train", "test"])
def test_every_face_label_and_split_of_the_published_files(published, whole, form, monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", "off")
    usage = whole["usage"]
    rows = {"train": usage == 0, "test": usage > 0}.get(form, usage >= 0)
    faces = datasets.load(published(form))
    assert (faces.images == whole["X"][rows]).all()
    assert faces.left_out == ()
    assert (faces.labels == (-1 if form == "test" else whole["y"][rows])).all()
    assert (faces.splits == (usage[rows] if form in ("fer2013", "icml") else -1)).all()
    assert not faces.needs_mapping
    if form == "fer2013":
        counts = faces.counts()
        for split, numbers in COUNTS.items():
            assert tuple(counts[split]) == numbers
        assert counts["all"].sum() == 35_887
    if form != "test":
        assert "FER2013" in faces.origin


def test_first_opening_is_lean_and_the_second_maps(published, whole, tmp_path):
    """Peak memory in a process of its own; the limit is the one promised to users."""
    code = """
import json, sys
from pathlib import Path
from fercore import datasets
seen = []
faces = datasets.load(sys.argv[1], progress=lambda share, text: seen.append(share))
status = Path("/proc/self/status").read_text()
peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
base = type(faces.images.base).__name__
print(json.dumps([peak, base, faces.digest, seen]))
"""
    environment = os.environ | {"FERCORE_CACHE": str(tmp_path)}
    command = [sys.executable, "-c", code, str(published("fer2013"))]
    runs = [
        json.loads(subprocess.run(command, env=environment, check=True, capture_output=True,
                                  text=True).stdout)
        for _ in range(2)
    ]  # fmt: skip
    (peak, _, digest, seen), (_, base, digest_again, _) = runs
    assert peak < 600
    assert base == "memmap"
    assert digest == digest_again
    assert len(seen) > 20
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_a_bad_row_in_the_middle_costs_no_other(published, whole, monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", "off")
    data = published("fer2013").read_bytes()
    middle = data.index(b"\n", len(data) // 2) + 1
    damaged = data[:middle] + b"7,7 7 7,Training\n" + data[middle:-40]
    faces = datasets.load_bytes(damaged, "damaged.csv")
    bad, cut = faces.left_out
    assert cut.row == 35_887
    assert "cut in this row" in cut.reason
    assert "3 pixels instead of 2,304" in bad.reason
    assert len(faces) == 35_886
    assert (faces.images == whole["X"][:-1]).all()
    assert (faces.labels == whole["y"][:-1]).all()


def test_alphabetical_numbers_are_seen_by_their_counts_and_shown_for_checking(whole, monkeypatch):
    alphabetical = sorted(EMOTIONS)
    numbers = np.array([alphabetical.index(name) for name in EMOTIONS])[whole["y"]]
    buffer = io.BytesIO()
    np.savez(buffer, X=whole["X"], y=numbers, usage=whole["usage"])
    faces = datasets.load_bytes(buffer.getvalue(), "alphabetical.npz")
    assert faces.label_order == tuple(alphabetical)
    assert faces.needs_mapping
    assert (faces.labels == whole["y"]).all()
    assert "alphabetical order" in faces.form


def test_votes_join_the_whole_file(shared, monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", "off")
    votes = shared / "fer2013/ferplus.csv"
    faces = datasets.load(shared / "fer2013/faces.npz", votes=votes)
    assert faces.votes[0].tolist() == [4, 0, 0, 1, 3, 2, 0, 0, 0, 0]
    assert (faces.votes[:, 9] == 10).sum() == 176
    # Published: one top vote 34,111 times; of those it differs from the label 12,098 times.
    top = faces.votes.max(axis=1, keepdims=True)
    has_one_top = (faces.votes == top).sum(axis=1) == 1
    voted = np.array(datasets.VOTE_NAMES)[faces.votes.argmax(axis=1)]
    differs = voted != np.array(EMOTIONS)[faces.labels]
    assert has_one_top.sum() == 34_111
    assert (has_one_top & differs).sum() == 12_098
    assert (faces.splits == np.repeat(range(3), [sum(COUNTS[split]) for split in SPLITS])).all()
