"""The dashboard in a real browser: from a link, a face or a key to the feature maps."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from browser import open_page, start_app
from PIL import Image

from fercore import datasets, models

pytest_plugins = ["browser"]
pytestmark = pytest.mark.browser

ANSWER = 60_000  # milliseconds; the first maps wait for TensorFlow


@pytest.fixture(scope="module")
def app(tmp_path_factory: Any) -> Iterator[str]:
    """The dashboard with no data folder, no downloaded weights and no way to download any."""
    home = tmp_path_factory.mktemp("home")
    env = {"FERCORE_DATA": str(home), "KERAS_HOME": str(home), "FERCORE_CACHE": str(home)}
    env |= {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    with start_app("app.py", env=env) as address:
        yield address


def grid(page: Any, count: int) -> Any:
    """The grid that has painted `count` tiles."""
    found = page.locator(f".grid[data-painted][data-count='{count}']").first
    found.wait_for(timeout=ANSWER)
    return found


def click_tile(page: Any, tiles: Any, i: int) -> None:
    """Click the i-th tile by its place on the canvas."""
    data = {name: float(tiles.get_attribute(f"data-{name}")) for name in ("columns", "tile", "gap")}
    across, down = i % int(data["columns"]), i // int(data["columns"])
    pitch = data["tile"] + data["gap"]
    box = tiles.locator("canvas").bounding_box()
    page.mouse.click(
        box["x"] + data["gap"] + across * pitch + data["tile"] / 2,
        box["y"] + data["gap"] + down * pitch + data["tile"] / 2,
    )


def test_the_very_first_request_may_be_a_deep_link(browser):
    """A server that nobody has visited: the trap of Streamlit's old page discovery."""
    with start_app("app.py") as address, open_page(browser) as page:
        page.goto(f"{address}/feature_maps?face=12&layer=block2a_expand_conv")
        grid(page, 96)
        assert page.get_by_role("spinbutton", name="Face").input_value() == "12"
        assert page.get_by_text("Surprise · Training · person 1").is_visible()
        caption = "block2a_expand_conv · 24 × 24 · 96 maps · EfficientNetLite0, ImageNet"
        assert page.get_by_text(caption).first.is_visible()
        assert page.get_by_role("link", name="Faces").is_visible()


def test_pick_a_face_and_see_its_maps_and_go_back(app, page):
    page.goto(app)
    wall = grid(page, 120)
    click_tile(page, wall, 5)
    page.get_by_text("Surprise · Training · person 0").wait_for()
    page.wait_for_url("**/?face=5")
    page.get_by_role("link", name="Feature maps").click()
    grid(page, 96)
    assert "face=5" in page.url
    page.go_back()
    grid(page, 120)
    page.go_back()
    page.get_by_text("Angry · Training · person 0").wait_for()
    assert "face=" not in page.url


def test_layers_by_key_and_the_back_button_undoes(app, page):
    page.goto(f"{app}/feature_maps?layer=block2a_expand_conv")
    grid(page, 96)
    page.keyboard.press("n")
    page.wait_for_url("**layer=block2a_dwconv**")
    page.get_by_text("block2a_dwconv · 12 × 12 · 96 maps").first.wait_for()
    page.keyboard.press("p")
    page.wait_for_url(lambda url: "layer=" not in url)
    page.go_back()
    page.get_by_text("block2a_dwconv · 12 × 12 · 96 maps").first.wait_for()


def test_the_drop_down_can_be_typed_into(app, page):
    page.goto(f"{app}/feature_maps")
    grid(page, 96)
    page.get_by_role("combobox", name="Layer").fill("top_conv")
    page.keyboard.press("Enter")
    grid(page, 1280)
    page.wait_for_url("**layer=top_conv**")


def test_a_map_is_chosen_by_click_and_by_link_and_stays_with_another_scale(app, page):
    page.goto(f"{app}/feature_maps?map=3")
    tiles = grid(page, 96)
    assert page.get_by_role("spinbutton", name="Map").input_value() == "3"
    click_tile(page, tiles, 17)
    page.wait_for_url("**map=17**")
    page.get_by_text("diverging").click()
    page.wait_for_url("**colours=diverging**")
    assert "map=17" in page.url
    page.locator(".grid[data-selected='17']").wait_for()


def test_the_keyboard_alone_chooses_a_map_and_lets_it_go(app, page):
    page.goto(f"{app}/feature_maps")
    listbox = grid(page, 96).get_by_role("listbox")
    listbox.focus()
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**map=2")
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "map=" not in url)


def test_a_face_that_excites_the_map_becomes_the_face_of_all_pages(app, page):
    page.goto(f"{app}/feature_maps?map=17")
    grid(page, 96)
    page.get_by_role("tab", name="Faces that excite it").click()
    nine = grid(page, 9)
    page.get_by_text("Excite map 17 most, of 280 faces").wait_for()
    nine.scroll_into_view_if_needed()
    click_tile(page, nine, 0)
    page.wait_for_url("**face=*")
    row = page.url.split("face=")[1].split("&")[0]
    page.locator(f"input[aria-label='Face'][value='{row}']").wait_for()
    assert "map=17" in page.url


def test_what_is_downloaded_is_what_is_shown(app, page):
    page.goto(f"{app}/feature_maps?map=17")
    grid(page, 96)
    with page.expect_download() as maps:
        page.get_by_role("button", name="Maps, npz").click()
    held = np.load(maps.value.path())
    face = datasets.load().images[0]
    model = models.load("EfficientNetLite0")
    truth = model.feature_maps(face, "block2a_expand_conv")
    np.testing.assert_allclose(held["maps"], truth, atol=1e-3)
    assert str(held["caption"]) == model.caption("block2a_expand_conv")
    with page.expect_download() as picture:
        page.get_by_role("button", name="Map 17, PNG").click()
    assert Image.open(picture.value.path()).width >= 360
    with page.expect_download() as table:
        page.get_by_role("button", name="Table, CSV").click()
    assert len(pd.read_csv(table.value.path())) == 96


def test_a_map_beyond_the_end_is_said_and_dropped(app, page):
    page.goto(f"{app}/feature_maps?map=96")
    page.get_by_text("has no map 96; its maps carry numbers from 0 to 95").wait_for(timeout=ANSWER)
    page.wait_for_url(lambda url: "map=" not in url)


def test_weights_that_cannot_be_had_are_said_and_the_model_in_use_stays(app, page):
    page.goto(f"{app}/feature_maps?face=12")
    grid(page, 96)
    page.get_by_role("combobox", name="Model").click()
    page.get_by_text("EfficientNetB0 · 16 MB, once").click()
    page.get_by_text("could not be downloaded").wait_for(timeout=ANSWER)
    page.get_by_text("Still showing EfficientNetLite0").wait_for()
    assert page.get_by_role("combobox", name="Model").input_value().startswith("EfficientNetB0")
    assert "model=EfficientNetB0" in page.url
    assert "face=12" in page.url
    grid(page, 96)
    assert page.get_by_text("EfficientNetLite0, ImageNet").first.is_visible()


def test_two_visitors_do_not_disturb_each_other(app, browser):
    with open_page(browser) as one, open_page(browser) as other:
        one.goto(f"{app}/?face=3")
        other.goto(f"{app}/?face=4")
        one.get_by_text("Happy · Training · person 0").wait_for()
        other.get_by_text("Sad · Training · person 0").wait_for()
        click_tile(one, grid(one, 120), 1)
        one.get_by_text("Disgust · Training · person 0").wait_for()
        assert other.get_by_text("Sad · Training · person 0").is_visible()


def test_nothing_is_fetched_from_elsewhere(app, browser):
    with open_page(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{app}/feature_maps")
        grid(page, 96)
        inside = (app, "data:", "blob:", app.replace("http", "ws"))
        assert [url for url in asked if not url.startswith(inside)] == []


@pytest.mark.parametrize("width", [390, 1920])
def test_the_page_does_not_scroll_sideways(app, browser, width):
    with open_page(browser, viewport={"width": width, "height": 900}) as page:
        page.goto(f"{app}/feature_maps?map=3")
        grid(page, 96)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
