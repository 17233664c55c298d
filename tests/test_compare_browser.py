"""The page Compare in a real browser: linked panes, keyboard, presets, downloads, screens."""

import io
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browser import open_page, start_app
from PIL import Image
from test_journeys import ANSWER, click_tile

pytest_plugins = ["browser"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(tmp_path_factory: Any) -> Iterator[str]:
    """The dashboard with no data folder and no downloaded weights."""
    home = tmp_path_factory.mktemp("home")
    env = {"FERCORE_DATA": str(home), "KERAS_HOME": str(home), "FERCORE_CACHE": str(home)}
    with start_app("app.py", env=env) as address:
        yield address


def panes(page: Any, count: int) -> list[Any]:
    """The grids of all panes, painted."""
    grids = page.locator(".grid[data-painted]")
    grids.nth(count - 1).wait_for(timeout=ANSWER)
    assert grids.count() == count
    return [grids.nth(i) for i in range(count)]


def until(page: Any, grid: Any, name: str, value: Any) -> None:
    """Until the data attribute `name` of a grid has this value."""
    page.wait_for_function(
        "([node, name, value]) => node.dataset[name] === value",
        arg=[grid.element_handle(), name, str(value)],
        timeout=ANSWER,
    )


def centre(grid: Any, i: int) -> tuple[float, float]:
    data = {name: float(grid.get_attribute(f"data-{name}")) for name in ("columns", "tile", "gap")}
    pitch, box = data["tile"] + data["gap"], grid.locator("canvas").bounding_box()
    down, across = divmod(i, int(data["columns"]))
    return (
        box["x"] + data["gap"] + across * pitch + data["tile"] / 2,
        box["y"] + data["gap"] + down * pitch + data["tile"] / 2,
    )


def sidebar_says(page: Any, face: str) -> None:
    """Until the sidebar's face, which is the first pane's, is this one."""
    field = page.get_by_role("spinbutton", name="Face", exact=True)
    page.wait_for_function(
        "([node, face]) => node.value === face", arg=[field.element_handle(), face]
    )


def test_a_map_pointed_at_or_chosen_in_one_pane_is_so_in_all_of_the_same_layer(app, page):
    page.goto(f"{app}/compare?face=12&against=face.10.9.8")
    grids = panes(page, 4)
    page.mouse.move(*centre(grids[1], 20))
    for grid in grids:
        until(page, grid, "hovered", 20)
    click_tile(page, grids[1], 20)
    for grid in grids:
        until(page, grid, "selected", 20)
    page.wait_for_url("**pick=20&pick_in=2**")
    page.get_by_text("Map 20").nth(3).wait_for()
    page.get_by_role("button", name="Close").click()
    for grid in grids:
        until(page, grid, "selected", "")
    page.wait_for_url(lambda url: "pick" not in url)


def test_where_layers_differ_the_map_most_like_it_is_chosen(app, page):
    page.goto(f"{app}/compare?face=12")
    first, second, _ = panes(page, 3)
    click_tile(page, first, 8)
    said = page.get_by_text("Most like map 8 of pane 1:").first
    said.wait_for(timeout=ANSWER)
    best = said.locator("strong").inner_text().removeprefix("map ")
    until(page, second, "selected", best)


def test_every_pane_is_reached_and_used_by_keyboard_alone(app, page):
    page.goto(f"{app}/compare?face=12&against=face.10.9")
    grids = panes(page, 3)
    reached = []
    for _ in range(120):
        page.keyboard.press("Tab")
        label = page.evaluate(
            "() => { let at = document.activeElement;"
            " while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;"
            " return at?.getAttribute('role') === 'listbox' ? at.getAttribute('aria-label') : '' }"
        )
        if label and label not in reached:
            reached.append(label)
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Enter")
            number = len(reached)
            until(
                page, grids[number - 1], "selected", grids[number - 1].get_attribute("data-active")
            )
        if len(reached) == 3:
            break
    assert [label[:6] for label in reached] == ["Pane 1", "Pane 2", "Pane 3"]


def test_presets_menus_and_the_back_button(app, page):
    page.goto(f"{app}/compare?face=12")
    panes(page, 3)
    page.get_by_text("two emotions", exact=True).click()
    page.wait_for_url("**against=face.10**")
    page.get_by_text("Only the face differs").wait_for()
    page.get_by_role("button", name="⋯").first.click()
    page.get_by_role("menuitem", name="Move right").or_(
        page.get_by_text("Move right")
    ).first.click()
    page.wait_for_url("**face=10&against=face.12**")
    sidebar_says(page, "10")
    page.go_back()
    page.wait_for_url("**face=12&against=face.10**")
    sidebar_says(page, "12")
    page.go_back()
    page.get_by_text("Only the layer differs").wait_for()


def test_what_is_shown_is_chosen_with_the_mouse_below_the_toolbar(app, page):
    page.goto(f"{app}/compare?face=12&against=face.10")
    panes(page, 2)
    page.get_by_text("Difference", exact=True).click()
    page.wait_for_url("**tab=difference**")
    panes(page, 1)


def test_a_cell_of_the_heat_map_opens_its_two_layers(app, page):
    page.goto(f"{app}/compare?face=12&tab=alike&layer=stem_activation&against=layer.top_activation")
    plot = page.locator(".nsewdrag")
    plot.wait_for(timeout=ANSWER)
    page.get_by_text("over 280 faces").wait_for(timeout=ANSWER)
    page.wait_for_timeout(500)
    box = plot.bounding_box()
    # Row 4 (block 2b), column 10 of 18.
    page.mouse.click(box["x"] + box["width"] * 10.5 / 18, box["y"] + box["height"] * 3.5 / 18)
    page.wait_for_url("**layer=block2b_add&against=layer.block5b_add**", timeout=ANSWER)
    panes(page, 2)


def test_the_strip_is_played_by_key(app, page):
    page.goto(f"{app}/compare?face=12&tab=strip")
    (strip,) = panes(page, 1)
    assert strip.get_attribute("data-count") == "18"
    for step in (2, 3):
        page.keyboard.press("n")
        page.get_by_text(f"Step {step} of 18").wait_for()
        until(page, strip, "selected", step)
    page.keyboard.press("p")
    page.wait_for_url("**stage=2**")
    click_tile(page, strip, 17)
    page.get_by_text("Step 18 of 18").wait_for()


def test_the_link_the_picture_and_the_code_can_be_taken_away(app, page):
    page.goto(f"{app}/compare?face=12&against=size.96")
    panes(page, 2)
    with page.expect_download() as held:
        page.get_by_role("button", name="Picture, PNG").click()
    picture = Image.open(io.BytesIO(Path(held.value.path()).read_bytes()))
    assert picture.width > 960
    page.get_by_role("button", name="Link").click()
    page.get_by_text(f"{app}/compare?face=12&against=size.96").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="As code").click()
    with page.expect_download() as held:
        page.get_by_role("button", name="Script").click()
    code = Path(held.value.path()).read_text()
    assert "(12, 'block2a_expand_conv', 'EfficientNetLite0', 'imagenet', 96, '0-255')" in code


def test_narrow_screens_stack_the_panes_and_do_not_scroll_sideways(app, browser):
    with open_page(browser, viewport={"width": 390, "height": 844}) as page:
        page.goto(f"{app}/compare?face=12&against=face.10.9&pick=3")
        boxes = [grid.bounding_box() for grid in panes(page, 3)]
        assert len({box["x"] for box in boxes}) == 1
        for upper, lower in pairwise(boxes):
            assert lower["y"] >= upper["y"] + upper["height"]
        heads = page.get_by_role("spinbutton", name="Face, pane")
        for i, box in enumerate(boxes):  # each pane's head stands above its own maps
            head = heads.nth(i).bounding_box()
            assert head["y"] < box["y"]
            assert i == 0 or head["y"] > boxes[i - 1]["y"]
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("tab", ["panes", "difference", "strip", "alike"])
def test_wide_screens_do_not_scroll_sideways(app, browser, tab):
    with open_page(browser, viewport={"width": 1280, "height": 800}) as page:
        page.goto(f"{app}/compare?face=12&against=face.10&tab={tab}&pick=3")
        page.locator(".grid[data-painted], .nsewdrag").first.wait_for(timeout=ANSWER)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
