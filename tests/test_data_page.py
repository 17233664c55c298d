"""The page Data, and what it changes on the others: uploads, label numbers, faces left out."""

import io
import threading
import tomllib
import zipfile

import numpy as np
import pytest
import streamlit as st
from conftest import ROOT
from faulty import faulty_csv, numbered_csv, table, votes_csv
from PIL import Image
from streamlit.testing.v1 import AppTest
from test_app import fine, said, sample_only, visit  # noqa: F401  (a fixture)

from fercore import datasets
from fercore.errors import DatasetError
from ui.data import labels as data_labels
from ui.data import upload as data_upload
from ui.data import votes as data_votes
from ui.data.jobs import Job

DATA, MAPS = "pages/data.py", "pages/feature_maps.py"
ALPHABETICAL = datasets.ORDERS["alphabetical"]


@pytest.fixture
def faulty(sample_only):  # noqa: F811
    (sample_only / "faulty.csv").write_text(faulty_csv())
    return "faulty.csv"


def problems(app):
    """The list of problems: title and what stands below it."""
    radio = app.radio(key="problem")
    return dict(zip(radio.options, radio.proto.captions, strict=True))


def upload(app, name, content):
    app.file_uploader[0].upload(name, content)
    return app.run()


def to_faces(app):
    """The same visitor on the page Faces."""
    return app.switch_page(str(ROOT / "pages" / "faces.py")).run()


# What is there, and what is wrong


def test_the_sample_is_counted_and_has_no_fault():
    app = fine(visit(DATA))
    assert "280 faces by emotion and split. Nothing is left out." in said(app)
    assert "Rendered, not photographed" in said(app)
    assert "4 more problems could not be looked for: there are no FER+ votes." in said(app)
    below = list(problems(app).values())
    assert below[1:-1] == ["none found"] * 5
    assert below[-1] == "1.0 : 1"


def test_every_problem_is_counted(faulty):
    app = fine(visit(DATA, dataset=faulty))
    assert "A table (CSV), columns emotion, pixels, Usage" in said(app)
    assert problems(app) == {
        "Faces by emotion": "how many, in which split",
        "One-colour pictures": "1 of 12 pictures (8.3 %)",
        "Exact duplicates": "2 of 12 pictures (16.7 %)",
        "The same pixels under different labels": "2 of 11 pictures (18.2 %)",
        "Test pictures that are in another split too": "1 of 1 test pictures (100.0 %)",
        "Near-duplicates": "none found",
        "Class imbalance": problems(app)["Class imbalance"],
    }


def test_a_problem_shows_its_faces_and_its_table(faulty):
    app = fine(visit(DATA, dataset=faulty, problem="exact-duplicates"))
    assert "exactly the pixels of an earlier one" in said(app)
    assert app.get("bidi_component"), "no wall"
    assert app.toggle[0].label == "Leave these out on every page: 2 faces"
    rows = app.dataframe[1].value
    assert rows["row"].tolist() == [0, 10, 1, 11]
    assert rows["left out"].tolist() == [False, True, False, True]


def test_a_problem_is_one_click_away_and_the_address_carries_it(faulty):
    app = fine(visit(DATA, dataset=faulty))
    app = fine(app.radio(key="problem").set_value("one-colour").run())
    assert app.query_params["problem"] == "one-colour"
    assert "Every pixel has the same grey value" in said(app)


@pytest.mark.parametrize(
    ("problem", "words"),
    [("not-a-face", "there are no FER+ votes"), ("ugliness", "no problem is called")],
)
def test_a_problem_that_cannot_be_shown_is_said(problem, words):
    app = fine(visit(DATA, problem=problem))
    assert len(app.warning) == 1
    assert words in app.warning[0].value
    assert "280 faces by emotion" in said(app)


def test_files_that_are_no_data_set_are_named_with_the_reason(sample_only):  # noqa: F811
    (sample_only / "fer2013.csv").write_text("<!DOCTYPE html>")
    app = fine(visit(DATA))
    assert any("fer2013.csv is a web page" in text.value for text in app.text)


# Leaving out


def test_faces_left_out_are_gone_from_every_page_and_from_the_code(faulty):
    app = fine(visit(DATA, dataset=faulty, problem="exact-duplicates"))
    app = fine(app.toggle[0].set_value(True).run())
    assert app.query_params["without"] == "exact-duplicates"
    assert "2 of 12 faces left out." in said(app)
    assert problems(app)["Exact duplicates"].endswith("left out")
    app = fine(to_faces(app))
    assert "Faces 1–10 of 10" in said(app)
    app = fine(visit(MAPS, dataset=faulty, without="one-colour,exact-duplicates"))
    assert "quality.leave_out(faces, ['one-colour', 'exact-duplicates'])" in app.code[0].value


def test_faces_can_be_taken_in_again(faulty):
    link = {"dataset": faulty, "problem": "one-colour", "without": "one-colour,split-leaks"}
    app = fine(visit(DATA, **link))
    assert "2 of 12 faces left out." in said(app)
    app = fine(app.toggle[0].set_value(False).run())
    assert app.query_params["without"] == "split-leaks"
    assert "1 of 12 faces left out." in said(app)


def test_a_link_to_a_face_that_is_left_out_says_so(faulty):
    app = fine(visit(dataset=faulty, without="one-colour", face=9))
    assert app.warning[0].value == "Face 9 is one of those that are left out. Showing face 0."


def test_a_link_with_an_unknown_problem_says_so(faulty):
    app = fine(visit(dataset=faulty, without="ugliness"))
    assert len(app.warning) == 1
    assert "without='ugliness'" in app.warning[0].value
    assert "Faces 1–12 of 12" in said(app)


def test_nobody_can_leave_out_everything(sample_only):  # noqa: F811
    (sample_only / "black.csv").write_text(table([3], [np.zeros((48, 48), np.uint8)]))
    app = fine(visit(dataset="black.csv", without="one-colour"))
    assert "no face of black.csv would remain" in app.warning[0].value
    assert "Faces 1–1 of 1" in said(app)


# Label numbers


@pytest.fixture
def numbers(sample_only):  # noqa: F811
    (sample_only / "numbers.csv").write_text(numbered_csv(ALPHABETICAL))
    return "numbers.csv"


def test_label_numbers_that_nothing_proves_are_shown_and_can_be_set(numbers):
    app = fine(visit(DATA, dataset=numbers))
    assert "Nothing in this file proves" in app.warning[0].value
    assert "What its label numbers mean is assumed: see Data." in said(app)
    assert app.selectbox(key="meaning of 4").value == "Sad"  # as in FER2013
    (button,) = [b for b in app.button if b.label == "Read in alphabetical order"]
    app = fine(button.click().run())
    assert app.query_params["mapping"] == "ang-dis-fea-hap-neu-sad-sur"
    assert not app.warning
    assert app.selectbox(key="meaning of 4").value == "Neutral"
    app = fine(app.selectbox(key="meaning of 4").set_value("Contempt").run())
    assert app.query_params["mapping"] == "ang-dis-fea-hap-con-sad-sur"
    app = fine(to_faces(app))
    assert "Contempt 40" in app.get("button_group")[0].options


def test_a_link_carries_the_meaning_and_the_code_has_it(numbers):
    link = {"dataset": numbers, "mapping": "ang-dis-fea-hap-neu-sad-sur", "face": 6}
    app = fine(visit(MAPS, **link))
    assert "Neutral" in said(app)  # as in the sample
    assert "4: 'Neutral'" in app.code[0].value


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"mapping": "ang-dis"}, "has 7 label numbers"),
        ({"mapping": "a-b-c-d-e-f-g"}, "has 7 label numbers"),
        ({"dataset": "sample", "mapping": "ang-dis"}, "has no label numbers"),
    ],
)
def test_a_meaning_that_does_not_fit_is_said(numbers, link, words):
    app = visit(**{"dataset": numbers} | link)
    assert len(app.warning) == 1
    assert words in app.warning[0].value
    assert not app.error


def test_the_text_of_a_meaning_gives_it_back():
    faces = datasets.load_bytes(numbered_csv(ALPHABETICAL).encode(), "n.csv")
    meaning = {0: "Sad", 1: "", 2: "Contempt", 3: "Happy", 4: "Happy", 5: "Angry", 6: "Neutral"}
    assert data_labels.read(data_labels.write(meaning), faces) == meaning
    assert data_labels.read("own-" * 6 + "own", faces) == faces.mapping


# Uploads


def png(size=(48, 48)):
    held = io.BytesIO()
    Image.linear_gradient("L").resize(size).save(held, "PNG")
    return held.getvalue()


def test_a_picture_of_ones_own_becomes_the_face_of_all_pages():
    app = fine(upload(visit(DATA), "me.png", png((200, 100))))
    assert "Your upload: me.png" in app.selectbox(key="dataset").options
    assert "200 × 100" in said(app)
    assert "1 face by emotion and split" in said(app)
    app = fine(to_faces(app))
    assert "Faces 1–1 of 1" in said(app)
    assert "No face here has a label." in said(app)
    app = fine(app.switch_page(str(ROOT / MAPS)).run())
    assert "uploads.open_upload" in app.code[0].value
    assert "Path('me.png')" in app.code[0].value


def test_a_table_and_a_zip_can_be_uploaded_one_after_the_other():
    app = fine(upload(visit(DATA), "fer2013.csv", faulty_csv().encode()))
    assert "12 faces by emotion" in said(app)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("train/happy/a.png", png())
        archive.writestr("train/sad/b.png", png())
        archive.writestr("../../train/sad/c.png", png())
    app = fine(upload(app, "mine.zip", held.getvalue()))
    assert "faces by emotion" in said(app)
    assert "Your upload: mine.zip" in app.selectbox(key="dataset").options
    app = fine(app.selectbox(key="dataset").set_value("sample").run())
    assert "280 faces by emotion" in said(app)
    app = fine(app.selectbox(key="dataset").set_value("my_upload").run())
    assert "mine.zip" in said(app)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"a,b\n1,2\n", "none of its columns"),
        ("a.png", png()[:50], "broken"),
        ("../../etc/passwd", b"root:x:0:0\n", "passwd holds a path or a note"),
        ("a.zip", b"PK\x03\x04" + b"\xff" * 64, "a.zip"),
    ],
)
def test_an_upload_that_is_no_data_set_is_answered_by_one_sentence(name, content, words):
    app = upload(visit(DATA), name, content)
    fine(app)
    assert len(app.warning) == 1
    assert words in app.warning[0].value
    assert app.selectbox(key="dataset").value == "sample"
    assert "280 faces by emotion" in said(app)
    assert not fine(app.run()).warning


def test_an_upload_that_fails_leaves_what_was_there_before(faulty):
    app = upload(visit(DATA, dataset=faulty), "a.csv", b"")
    assert "Showing faulty.csv." in fine(app).warning[0].value
    app = fine(upload(app, "me.png", png()))
    app = upload(app, "b.csv", b"")
    assert "Showing Your upload: me.png." in fine(app).warning[0].value
    assert "1 face by emotion" in said(app)


def test_an_upload_cannot_be_shared_by_a_link():
    app = fine(visit(DATA, dataset="my_upload"))
    assert "no link can share it" in app.warning[0].value
    assert "280 faces by emotion" in said(app)


def test_uploads_are_bounded(monkeypatch):
    monkeypatch.setattr(data_upload, "MAX_BYTES", 5 * 48 * 48)
    app = upload(visit(DATA), "fer2013.csv", faulty_csv().encode())
    assert "There is no room for fer2013.csv" in fine(app).warning[0].value


def test_the_limit_of_uploads_is_the_servers():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] == datasets.UPLOAD_LIMIT_MB


# Votes


@pytest.fixture
def voted(sample_only):  # noqa: F811
    faces = datasets.load()
    (sample_only / "voted.csv").write_text(table(faces.labels[:4], faces.images[:4]))
    counts = np.zeros((4, 10), int)
    counts[0, 4] = 10  # Angry, as labelled
    counts[1, [4, 5]] = 5  # half Angry, half Disgust, the label
    counts[2, :5] = 2
    (sample_only / "fer2013new.csv").write_text(votes_csv(counts))
    return "voted.csv"


def test_the_votes_on_a_face_stand_beside_its_label(voted):
    app = fine(visit(dataset=voted, face=1))
    assert "Face 1 is labelled Disgust: 5 of 10 FER+ votes agree." in said(app)
    assert "Disagreement 0.30" in said(app)  # log 2 / log 10
    app = fine(visit(dataset=voted, face=3))
    assert "Face 3 has no FER+ votes." in said(app)


def test_the_wall_can_be_sorted_by_disagreement(voted):
    app = fine(visit(dataset=voted, sort="disagreement"))
    assert "by disagreement" in said(app)
    faces = datasets.open_source(voted)
    assert data_votes.sorted_by_disagreement(faces, np.arange(4)).tolist() == [2, 1, 0, 3]


def test_sorting_without_votes_is_said():
    app = fine(visit(sort="disagreement"))
    assert "no FER+ votes to sort by" in app.warning[0].value


# Opening once, for all


def test_a_file_is_opened_once_for_all_sessions_and_anew_when_it_changes(
    sample_only,  # noqa: F811
    faulty,
    monkeypatch,
):
    opened = []
    real = datasets.open_source
    monkeypatch.setattr(datasets, "open_source", lambda *a, **k: opened.append(a) or real(*a, **k))
    fine(visit(dataset=faulty))
    fine(visit(DATA, dataset=faulty))
    assert len(opened) == 1
    (sample_only / faulty).write_text(faulty_csv().rsplit("\n", 2)[0] + "\n")
    st.cache_data.clear()  # five seconds later
    app = fine(visit(dataset=faulty))
    assert "Faces 1–11 of 11" in said(app)
    assert len(opened) == 2


def test_a_job_is_waited_for_by_any_number_and_says_how_far_it_is(monkeypatch):
    monkeypatch.setattr("ui.data.jobs.PATIENCE", 0.0)
    go = threading.Event()

    def work(tell):
        tell(0.5, "half")
        go.wait(10)
        return 42

    job, seen = Job(work, "Counting"), []

    def show(share, text):
        seen.append((share, text))
        go.set()

    assert job.wait(show) == job.wait() == 42
    assert seen[0] == (0.5, "Counting: half")


def test_a_failed_job_fails_for_all_who_wait():
    def work(tell):
        raise DatasetError("no")

    job = Job(work, "Failing")
    for _ in range(2):
        with pytest.raises(DatasetError, match="no"):
            job.wait()
    assert job.failed_for > 0


def test_a_defect_while_opening_leaves_the_sidebar_and_the_way_out(faulty, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("a defect")

    monkeypatch.setattr(datasets, "open_source", broken)
    app: AppTest = visit(dataset=faulty)
    assert app.exception
    assert app.selectbox(key="dataset").value == faulty
    monkeypatch.undo()
    assert "280" in said(fine(app.selectbox(key="dataset").set_value("sample").run()))
