"""What is no data set says what it seems to be; one bad row never costs another; no silent loss."""

import io
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from PIL import Image

from fercore import datasets
from fercore.datasets import loading, trees
from fercore.errors import DatasetError

IMAGES = np.random.default_rng(6).integers(0, 256, (12, 48, 48), dtype=np.uint8)
ROWS = [f"{i % 7},{' '.join(map(str, image.ravel()))},Training" for i, image in enumerate(IMAGES)]
HEADER = "emotion,pixels,Usage"


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch):
    monkeypatch.setenv("FERCORE_CACHE", "off")


def fer2013(rows: list[str], header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def png(image: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def zipped(files: dict[str, bytes], **options: object) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", r"is empty \(0 bytes\)"),
        (b" \n\n  \n", "is empty .nothing but blanks"),
        (b"<!DOCTYPE html>\n<html><head><title>404</title>", "is a web page"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:3b8d\nsize 301072766\n",
            "Git-LFS pointer.* of 301,072,766 bytes.*git lfs pull",
        ),
        (b"/content/drive/MyDrive/fer2013.csv", "a path or a note"),
        (b"please download it from Kaggle\n", "a path or a note"),
        (b"id,name,price\n1,chair,20\n2,table,90\n", "none of its columns .id, name, price"),
        (b"path,label\na.png,3\nb.png,4\n", "none of its columns .path, label"),
        (b'{"faces": [1, 2]}', "seems to be JSON"),
        (b"\x1f\x8b\x08\0" + bytes(40), "gzip archive.*Unpack"),
        (png(IMAGES[0]), "a single picture"),
        (b"\x80\x04\x95" + bytes(100), "pickle"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "HDF5"),
        (bytes(range(256)) * 8, "binary file of no known kind"),
        (b"PAR1" + bytes(100), "parquet file that is cut or damaged"),
        (zipped({"notes/a.txt.bak": b"x"}), "without pictures and without a table"),
        (zipped({}), "without pictures.*It is empty"),
        (zipped({"a.png": png(IMAGES[0])})[:-30], "zip archive that is cut or damaged"),
        (zipped({"a.npy": b"\x93NUMPY\1\0\0\0"}), "cannot be read"),
        (fer2013([]), "has no rows"),
        (fer2013(["3,1 2 3,Training"]), r"None of the 1 rows.*line 2.: 3 pixels instead of 2,304"),
        (fer2013(["3,Training"]), "2 cells instead of 3"),
    ],
)
def test_what_is_no_data_set_gets_a_sentence(data, words):
    with pytest.raises(DatasetError, match=words):
        datasets.load_bytes(data, "fer2013.csv")


def test_npz_without_pictures_or_with_python_objects():
    buffer = io.BytesIO()
    np.savez(buffer, weights=np.zeros((3, 3)))
    with pytest.raises(DatasetError, match=r"no pictures: weights \(3, 3\)"):
        datasets.load_bytes(buffer.getvalue(), "x.npz")
    buffer = io.BytesIO()
    np.savez(buffer, X=IMAGES, y=np.array([{}] * 12, dtype=object))
    with pytest.raises(DatasetError, match="Python objects"):
        datasets.load_bytes(buffer.getvalue(), "x.npz")


BAD_ROWS = {
    "too few pixels": ("3," + "7 " * 2303 + ",Training", "2,303 pixels instead of 2,304"),
    "too many pixels": ("3," + "7 " * 2305 + ",Training", "2,305 pixels"),
    "no pixels": ("3,,Training", "pixels are missing"),
    "over 255": ("3," + "7 " * 2303 + "256,Training", "256 is over 255"),
    "over 299": ("3," + "7 " * 2303 + "300,Training", "300 is over 255"),
    "four digits": ("3," + "1000 " + "7 " * 2303 + ",Training", "1000 is over 255"),
    "endless digits": ("3," + "7 " * 2303 + "9" * 5000 + ",Training", "is over 255"),
    "negative": ("3," + "7 " * 2303 + "-7,Training", "'-7' among the pixels"),
    "a word": ("3," + "7 " * 2303 + "x,Training", "'x' among the pixels"),
    "fractions": ("3," + "7 " * 2303 + "0.5,Training", "'0.5' among"),
    "too few cells": ("3," + "7 " * 2304, "2 cells instead of 3"),
    "too many cells": ("3," + "7 " * 2304 + ",Training,x", "4 cells instead of 3"),
    "open quotation mark": ('3,"' + "7 " * 2304 + ",Training", "quotation mark"),
    "unknown number": ("9," + "7 " * 2304 + ",Training", "emotion 9 is not one of"),
    "a word as label": ("sad," + "7 " * 2304 + ",Training", "'sad' is not a number"),
    "huge number": ("999999," + "7 " * 2304 + ",Training", "999999 is not from 0"),
    "rubbish": ("\0\1\2\3", "1 cells instead of 3"),
    "digits of another script": ("3," + "٣ " * 2304 + ",Training", "among the pixels"),
    "a lone carriage return": (
        "3," + "7 " * 100 + "\r" + "7 " * 2203 + ",Training",
        "2,303 pixels",
    ),
}


@pytest.mark.parametrize("bad", BAD_ROWS)
@pytest.mark.parametrize("place", [0, 5, 12])
def test_one_bad_row_is_reported_and_the_others_load(bad, place):
    line, words = BAD_ROWS[bad]
    faces = datasets.load_bytes(fer2013([*ROWS[:place], line, *ROWS[place:]]), "x")
    assert (faces.images == IMAGES).all()
    assert faces.labels.tolist() == [i % 7 for i in range(12)]
    assert [left.row for left in faces.left_out] == [place]
    assert words in faces.left_out[0].reason
    assert faces.rows.tolist() == [i for i in range(13) if i != place]


def test_blank_lines_are_no_rows_but_count_as_lines():
    faces = datasets.load_bytes(fer2013(["", ROWS[0], "  ", "bad", ROWS[1], ""]), "x")
    assert faces.rows.tolist() == [0, 2]
    assert faces.left_out[0][:2] == (1, "line 5")


def test_unusual_but_harmless_rows_load():
    line = "3,  " + "07 007  " * 1152 + ", Training "
    faces = datasets.load_bytes(
        fer2013([ROWS[0], line, '"3","' + "7 " * 2304 + '","PublicTest"']), "x"
    )
    assert (faces.images[1:] == 7).all()
    assert faces.splits.tolist() == [0, 0, 1]
    assert faces.left_out == ()


def test_empty_labels_and_unknown_splits_are_unknown_not_lost():
    rows = [ROWS[0], "," + ROWS[1].split(",", 1)[1], "-1," + ROWS[2].split(",", 1)[1],
            ROWS[3].replace("Training", "Elsewhere")]  # fmt: skip
    faces = datasets.load_bytes(fer2013(rows), "x")
    assert faces.labels.tolist() == [0, -1, -1, 3]
    assert faces.splits.tolist() == [0, 0, 0, -1]
    assert "'Elsewhere'" in faces.form


def test_words_that_are_no_emotions_are_refused_as_a_whole():
    rows = [f"word{i}," + ROWS[0].split(",", 1)[1] for i in range(60)]
    with pytest.raises(DatasetError, match="60 different words"):
        datasets.load_bytes(fer2013(rows), "x")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("header", [HEADER, "emotion, Usage, pixels", "emotion,pixels", "pixels"])
def test_a_file_cut_anywhere_loads_up_to_there_and_names_the_broken_row(header, end):
    columns = {"emotion": "3", "Usage": "PublicTest", "pixels": f'"{ROWS[0].split(",")[1]}"'}
    row = ",".join(columns[name.strip()] for name in header.split(","))
    whole = (end.join([header, *[row] * 4]) + end).encode()
    first = len(whole) - len(row) - len(end)  # where the last row begins
    for cut in [*range(first + 1, len(whole) - len(end), 97), len(whole) - len(end) - 1]:
        faces = datasets.load_bytes(whole[:cut], "x")
        assert len(faces) == 3
        assert [left[:2] for left in faces.left_out] == [(3, "line 5")]
        assert "cut in this row" in faces.left_out[0].reason
    for cut in range(len(whole) - len(end), len(whole) + 1):  # its line end alone is missing
        faces = datasets.load_bytes(whole[:cut], "x")
        assert (len(faces), faces.left_out) == (4, ())


def test_more_rows_that_are_no_faces_than_anyone_reads_are_refused_at_once(monkeypatch):
    from fercore.datasets import found

    monkeypatch.setattr(found, "MAX_LEFT_OUT", 50)
    with pytest.raises(DatasetError, match="More than 50 rows of x are no faces"):
        datasets.load_bytes(fer2013([ROWS[0], *["bad"] * 60]), "x")


def test_an_endless_line_is_one_row_and_takes_no_endless_memory(monkeypatch):
    from fercore.datasets import lines

    monkeypatch.setattr(lines, "LONGEST_LINE", 1 << 17)
    endless = "3," + "7 " * (1 << 20)
    faces = datasets.load_bytes(fer2013([*ROWS[:2], endless, *ROWS[2:]]), "x")
    assert (faces.images == IMAGES).all()
    assert [left.row for left in faces.left_out] == [2]


def test_zip_paths_that_lead_outside_are_left_out_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = {
        "../../evil.png": png(IMAGES[0]),
        "/etc/evil.png": png(IMAGES[1]),
        "happy/../../evil.png": png(IMAGES[2]),
        "happy\\..\\..\\evil.png": png(IMAGES[2]),
        "happy/good.png": png(IMAGES[3]),
    }
    faces = datasets.load_bytes(zipped(files), "../../faces.zip")
    assert faces.title == "faces.zip"
    assert faces.files == ("happy/good.png",)
    assert {left.reason for left in faces.left_out} == {"Its path leads out of the archive."}
    assert len(faces.left_out) == 4
    assert list(tmp_path.iterdir()) == []


def test_zip_bombs_are_refused_before_they_are_unpacked(monkeypatch):
    monkeypatch.setattr(trees, "MAX_UNPACKED", 32 << 20)
    bomb = zipped({"happy/big.png": bytes(40 << 20)}, compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    with pytest.raises(DatasetError, match="would unpack to 40 MB; at most 32 MB"):
        datasets.load_bytes(bomb, "x")


def test_a_member_that_is_larger_than_it_says_is_not_unpacked_further():
    data = bytearray(zipped({"happy/a.png": bytes(64 << 20), "happy/b.png": png(IMAGES[0])},
                            compression=zipfile.ZIP_DEFLATED))  # fmt: skip
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", data, data.index(signature) + offset, 100)
    tracemalloc.start()
    faces = datasets.load_bytes(bytes(data), "x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert faces.files == ("happy/b.png",)
    assert [left.where for left in faces.left_out] == ["happy/a.png"]
    assert peak < 24 << 20


def test_members_packed_in_a_way_that_knows_no_bounds_are_left_out():
    data = zipped({"happy/a.png": png(IMAGES[0])}, compression=zipfile.ZIP_BZIP2)
    with pytest.raises(DatasetError, match="packed in an unusual way"):
        datasets.load_bytes(data, "x")


def test_paths_written_by_windows():
    faces = datasets.load_bytes(zipped({"train\\happy\\a.png": png(IMAGES[0])}), "x")
    assert faces.files == ("train/happy/a.png",)
    assert faces.labels.tolist() == [3]


def test_too_many_files_or_too_long_a_list_of_them_are_refused(monkeypatch, tmp_path):
    data = zipped({f"happy/{i}.png": b"" for i in range(30)})
    monkeypatch.setattr(trees, "MAX_FILES", 20)
    with pytest.raises(DatasetError, match="more than 20 files"):
        datasets.load_bytes(data, "x")
    for i in range(30):
        (tmp_path / f"{i}.png").write_bytes(b"")
    with pytest.raises(DatasetError, match="more than 20 files"):
        datasets.load(tmp_path)
    monkeypatch.setattr(trees, "MAX_FILES", 40)
    monkeypatch.setattr(trees, "_MAX_DIRECTORY", 1000)
    with pytest.raises(DatasetError, match="more than 40 files"):
        datasets.load_bytes(data, "x")


def test_members_of_one_name_encrypted_ones_and_oversized_ones_are_accounted_for(monkeypatch):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("sad/a.png", png(IMAGES[0]))
        archive.writestr("sad/a.png", png(IMAGES[1]))
        archive.writestr("sad/locked.png", png(IMAGES[2]))
        archive.writestr("sad/vast.png", bytes(9000))
    data = bytearray(buffer.getvalue())
    central = data.index(b"PK\x01\x02")
    for _ in range(2):
        central = data.index(b"PK\x01\x02", central + 1)
    data[central + 8] |= 1  # the flag for encrypted
    monkeypatch.setattr(trees, "MAX_PICTURE_BYTES", 8000)
    faces = datasets.load_bytes(bytes(data), "x")
    assert (faces.images == IMAGES[:2]).all()
    reasons = {left.where: left.reason for left in faces.left_out}
    assert "encrypted" in reasons["sad/locked.png"]
    assert "at most" in reasons["sad/vast.png"]


def test_an_upload_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(loading, "UPLOAD_LIMIT_MB", 0)
    with pytest.raises(DatasetError, match="at most 0 MB"):
        datasets.load_bytes(fer2013(ROWS), "x")


def test_missing_and_unreadable_paths(tmp_path):
    with pytest.raises(DatasetError, match="no file or folder"):
        datasets.load(tmp_path / "nowhere.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match="no rows"):
        datasets.load(tmp_path / "empty")
    (tmp_path / "happy").mkdir()
    (tmp_path / "happy" / "lost.png").symlink_to(tmp_path / "nowhere.png")
    (tmp_path / "happy" / "a.png").write_bytes(png(IMAGES[0]))
    faces = datasets.load(tmp_path)
    assert [(left.row, left.where) for left in faces.left_out] == [(1, "happy/lost.png")]


def test_a_stream_is_read_from_its_beginning_and_left_open():
    stream = io.BytesIO(fer2013(ROWS))
    stream.seek(100)
    assert len(datasets.load_bytes(stream, "x")) == 12
    assert not stream.closed


def test_progress_moves_from_nothing_to_all():
    seen = []
    datasets.load_bytes(fer2013(ROWS * 300), "x", progress=lambda share, text: seen.append(share))
    assert len(seen) > 2
    assert seen == sorted(seen)
    assert 0 <= seen[0] < seen[-1] <= 1
