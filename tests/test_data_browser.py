"""The page Data in a real browser: an upload, a problem's faces, leaving them out, and the link."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import open_page, start_app
from faulty import faulty_csv, numbered_csv
from PIL import Image
from test_journeys import click_tile, grid

from fercore import datasets

pytest_plugins = ["browser"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(tmp_path_factory: Any) -> Iterator[str]:
    """The dashboard with a faulty file, and one whose label numbers nothing proves."""
    home = tmp_path_factory.mktemp("home")
    data = home / "data"
    data.mkdir()
    (data / "faulty.csv").write_text(faulty_csv())
    (data / "numbers.csv").write_text(numbered_csv(datasets.ORDERS["alphabetical"]))
    env = {"FERCORE_DATA": str(data), "KERAS_HOME": str(home), "FERCORE_CACHE": str(home)}
    with start_app("app.py", env=env) as address:
        yield address


def upload(page: Any, file: Path | dict[str, Any]) -> None:
    page.get_by_role("button", name="Choose or upload").click()
    page.locator("input[type=file]").set_input_files(file)


def test_the_faces_of_a_problem_are_one_click_away(app, page):
    page.goto(f"{app}/data?dataset=faulty.csv")
    page.get_by_text("12 faces by emotion and split").wait_for()
    page.get_by_text("Exact duplicates").click()
    wall = grid(page, 4)
    page.wait_for_url("**problem=exact-duplicates**")
    click_tile(page, wall, 1)
    page.wait_for_url("**face=10**")
    page.get_by_text("Angry · PrivateTest").wait_for()


def test_leaving_out_is_a_link_for_all_pages_and_the_back_button_undoes_it(app, browser, page):
    page.goto(f"{app}/data?dataset=faulty.csv&problem=exact-duplicates")
    grid(page, 4)
    page.get_by_text("Leave these out on every page: 2 faces").click()
    page.get_by_text("2 of 12 faces left out.").wait_for()
    page.wait_for_url("**without=exact-duplicates**")
    page.get_by_role("link", name="Faces").click()
    grid(page, 10)
    with open_page(browser) as other:
        other.goto(page.url)
        grid(other, 10)
        other.get_by_text("2 of 12 faces left out.").wait_for()
    page.go_back()
    grid(page, 4)
    page.go_back()
    page.get_by_text("2 of 12 faces left out.").wait_for(state="detached")
    assert "without=" not in page.url


def test_a_picture_of_ones_own_goes_through_the_network(app, browser, page, tmp_path):
    Image.radial_gradient("L").resize((200, 120)).save(tmp_path / "me.png")
    page.goto(f"{app}/data")
    upload(page, tmp_path / "me.png")
    page.get_by_text("1 face by emotion and split").wait_for()
    assert (
        page.locator("input[type=file]").count() == 0
        or not page.get_by_text("Upload a file of your own").is_visible()
    )
    page.get_by_role("link", name="Feature maps").click()
    grid(page, 96)
    page.wait_for_url("**dataset=my_upload**")
    with open_page(browser) as other:
        other.goto(page.url)
        other.get_by_text("no link can share it").wait_for()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("fer2013.csv", b"<!DOCTYPE html>", "is a web page"),
        ("../../../etc/passwd", b"root:x:0:0", "passwd holds a path or a note"),
    ],
)
def test_an_upload_that_is_no_data_set_is_one_sentence(app, page, name, content, words):
    page.goto(f"{app}/data")
    upload(page, {"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_text(words).wait_for()
    assert page.get_by_text("280 faces by emotion").is_visible()


def test_label_numbers_are_set_right_for_all_pages(app, page):
    page.goto(f"{app}/data?dataset=numbers.csv")
    page.get_by_text("Nothing in this file proves").wait_for()
    page.get_by_role("button", name="Read in alphabetical order").click()
    page.wait_for_url("**mapping=ang-dis-fea-hap-neu-sad-sur**")
    page.get_by_role("link", name="Faces").click()
    page.get_by_text("Neutral 40").click()
    grid(page, 40)


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_the_page_fits_its_window(app, browser, width):
    with open_page(browser, viewport={"width": width, "height": 800}) as page:
        page.goto(f"{app}/data?dataset=faulty.csv&problem=exact-duplicates")
        grid(page, 4)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow  # the whole of FER2013 is opened and examined
def test_the_whole_of_fer2013(shared, browser, tmp_path):
    for name in ("faces.npz", "ferplus.csv"):
        (tmp_path / name).symlink_to(shared / "fer2013" / name)
    env = {"FERCORE_DATA": str(tmp_path), "FERCORE_CACHE": str(tmp_path / "cache")}
    with start_app("app.py", env=env) as address, open_page(browser) as page:
        page.goto(f"{address}/data?dataset=faces.npz")
        for text in (
            "12 of 35,887 pictures", "1,853 of 35,887", "148 of 35,875", "594 of 7,178",
            "16.4 : 1", "12,098 of 34,111", "8,004 of 27,604", "5,856 of 35,887",
        ):  # fmt: skip
            page.get_by_text(text).first.wait_for(timeout=60_000)
        page.get_by_text("The FER+ majority is for another emotion").click()
        grid(page, 120)
        page.get_by_role("spinbutton", name="Wall, of 67").wait_for()
        page.goto(f"{address}/?dataset=faces.npz&without=one-colour&sort=disagreement&face=6457")
        grid(page, 120)
        page.get_by_text("12 of 35,887 faces left out.").wait_for()
        page.get_by_text("Face 6457 is labelled").wait_for()
