"""The grid component as a visitor has it: pixels, pointer, keyboard, screen reader, the wire."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from browser import open_page, start_app

pytest_plugins = ["browser"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app() -> Iterator[str]:
    with start_app("tests/apps/grid_app.py") as address:
        yield address


class View:
    """One grid on a page."""

    def __init__(self, page: Any, nth: int = 0):
        self.page = page
        self.root = page.locator(".grid").nth(nth)
        self.canvas = self.root.locator("canvas")
        self.listbox = self.root.get_by_role("listbox")
        self.root.locator("canvas[width]").wait_for()
        self.wait("painted")

    @property
    def data(self) -> dict[str, Any]:
        """The data attributes of the root, figures as figures."""
        text = self.root.evaluate("node => JSON.stringify(node.dataset)")
        kept = ("painted",)
        return {
            name: value if name in kept else json.loads(value or "null")
            for name, value in json.loads(text).items()
        }

    def wait(self, name: str, value: Any = None) -> None:
        """Until the data attribute `name` has this value, or any."""
        self.page.wait_for_function(
            "([node, name, value]) => value === null ? node.dataset[name] : "
            "node.dataset[name] === value",
            arg=[self.root.element_handle(), name, None if value is None else str(value)],
        )

    def corner(self, i: int) -> tuple[float, float]:
        """Upper left corner of the i-th tile in the canvas, CSS pixels."""
        data = self.data
        across, down = i % data["columns"], i // data["columns"]
        return (
            data["gap"] + across * (data["tile"] + data["gap"]),
            data["gap"] + down * (data["tall"] + data["gap"]) - data["offset"],
        )

    def centre(self, i: int) -> tuple[float, float]:
        """Centre of the i-th tile in the window, CSS pixels."""
        box, data, (x, y) = self.canvas.bounding_box(), self.data, self.corner(i)
        return box["x"] + x + data["tile"] / 2, box["y"] + y + data["tall"] / 2

    def click(self, i: int) -> None:
        self.page.mouse.click(*self.centre(i))

    def hover(self, i: int) -> None:
        self.page.mouse.move(*self.centre(i))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.listbox.press(key)

    def region(self, x: float, y: float, width: float, height: float) -> np.ndarray:
        """Painted pixels (height, width, 3) of a box of the canvas, device pixels."""
        values = self.canvas.evaluate(
            "(node, box) => Array.from(node.getContext('2d').getImageData(...box).data)",
            [x, y, width, height],
        )
        return np.array(values, dtype=np.uint8).reshape(round(height), round(width), 4)[..., :3]

    def tile(self, i: int) -> np.ndarray:
        """Painted pixels of the i-th tile."""
        density = self.page.evaluate("devicePixelRatio")
        data, (x, y) = self.data, self.corner(i)
        box = [round(v * density) for v in (x, y, data["tile"], data["tall"])]
        return self.region(*box)

    @property
    def readout(self) -> str:
        return self.root.locator(".readout").inner_text()

    @property
    def live(self) -> Any:
        return self.root.get_by_role("status")

    def says(self, text: str) -> None:
        self.live.filter(has_text=text).wait_for(state="attached")
        assert self.live.inner_text() == text


def open_grid(page: Any, app: str, **parameters: Any) -> View:
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    page.goto(f"{app}/?{query}")
    return View(page)


def expected_tile(number: int, side: int, tile: int) -> np.ndarray:
    """What the page's tile of this number looks like when drawn by nearest neighbour."""
    values = (7 * number + np.arange(side * side).reshape(side, side)) % 256
    # A pixel that lies exactly between two values gets the first of them.
    near = np.floor((np.arange(tile) + 0.5) * side / tile - 1e-6).astype(int)
    large = values[np.ix_(near, near)]
    return np.stack([large, 255 - large, np.full_like(large, 90)], axis=-1)


def listen(page: Any, event: str) -> list[int]:
    """The sizes of the messages of the page's connection, in bytes; grows as they come."""
    sizes: list[int] = []
    page.on("websocket", lambda socket: socket.on(event, lambda data: sizes.append(len(data))))
    return sizes


def server_said(page: Any, text: str) -> None:
    page.get_by_text(text, exact=True).first.wait_for()


def pick(page: Any, words: str) -> None:
    page.get_by_test_id("stRadio").get_by_text(words, exact=True).click()


# Pixels


@pytest.mark.parametrize("density", [1, 1.25, 2])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pixel_of_a_tile_has_the_colour_of_its_value(browser, app, density, scheme):
    with open_page(browser, device_scale_factor=density, color_scheme=scheme) as page:
        view = open_grid(page, app, count=1280, side=7)
        size = round(view.data["tile"] * density)
        for i in (0, 1, 48, 640, 1279):
            np.testing.assert_array_equal(view.tile(i), expected_tile(i, 7, size))


def test_large_tiles_are_exact_below_the_number_in_their_corner(page, app):
    view = open_grid(page, app, count=96, side=24)
    size = round(view.data["tile"])
    assert size == 72  # three screen pixels for each value
    for i in (0, 50, 95):
        np.testing.assert_array_equal(view.tile(i)[16:], expected_tile(i, 24, size)[16:])
        assert (view.tile(i)[:12, :8] != expected_tile(i, 24, size)[:12, :8]).any()


def test_everything_fits_where_it_can_be_read_and_scrolls_where_not(page, app):
    view = open_grid(page, app, count=1280, side=7)
    assert view.listbox.evaluate("node => node.scrollHeight === node.clientHeight")
    assert view.canvas.bounding_box()["height"] == 560
    faces = open_grid(page, app, count=1280, side=48, noun="face")
    assert faces.data["tile"] >= 48
    assert faces.listbox.evaluate("node => node.scrollHeight > 2 * node.clientHeight")


def test_the_selected_frame_shows_two_tones_in_both_themes(browser, app):
    for scheme, text, paper in (
        ("light", (22, 25, 29), (255, 255, 255)),
        ("dark", (236, 239, 243), (16, 20, 24)),
    ):
        with open_page(browser, color_scheme=scheme) as page:
            view = open_grid(page, app, count=96, side=24, selected=17)
            x, y = view.corner(17)
            strip = view.region(round(x) - 3, round(y) + 40, 6, 1)[0]
            found = {tuple(int(v) for v in pixel) for pixel in strip}
            assert {text, paper} <= found


def test_a_change_of_theme_redraws(page, app):
    view = open_grid(page, app, count=96)
    before = view.region(0, 40, 1, 1)[0, 0]
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "([canvas, old]) => canvas.getContext('2d').getImageData(0, 40, 1, 1).data[0] < old / 2",
        arg=[view.canvas.element_handle(), int(before[0])],
    )


def test_a_resize_lays_the_tiles_out_again(page, app):
    view = open_grid(page, app, count=96)
    wide = view.data["columns"]
    page.set_viewport_size({"width": 640, "height": 800})
    page.wait_for_function(
        "([node, wide]) => Number(node.dataset.columns) < wide",
        arg=[view.root.element_handle(), wide],
    )
    box = view.canvas.bounding_box()
    assert box["x"] + box["width"] <= 640
    np.testing.assert_array_equal(
        view.tile(95)[16:], expected_tile(95, 24, round(view.data["tile"]))[16:]
    )


def test_browser_zoom_redraws_crisply(page, app):
    view = open_grid(page, app, count=1280, side=7)
    screen = page.context.new_cdp_session(page)
    zoomed = {"width": 1024, "height": 640, "mobile": False, "deviceScaleFactor": 1.25}
    screen.send("Emulation.setDeviceMetricsOverride", zoomed)
    page.wait_for_function(
        "canvas => canvas.width === Math.round(1.25 * canvas.getBoundingClientRect().width)",
        arg=view.canvas.element_handle(),
    )
    size = round(view.data["tile"] * 1.25)
    np.testing.assert_array_equal(view.tile(700), expected_tile(700, 7, size))


def test_marks_and_frames_are_drawn(page, app):
    view = open_grid(page, app, count=96, marks=1)
    x, y = (round(v) for v in view.corner(1))
    assert tuple(view.region(x - 2, y + 30, 1, 1)[0, 0]) == (0xC2, 0x41, 0x0C)
    size = round(view.data["tile"])
    plain, marked = view.tile(1)[16:], view.tile(20)[16:]
    np.testing.assert_array_equal(plain, expected_tile(1, 24, size)[16:])
    middle = marked[size // 2 - 16 - 3 : size // 2 - 16 + 3, size // 2 - 3 : size // 2 + 3]
    assert (middle == (22, 25, 29)).all(axis=-1).any()


# Pointer


def test_a_click_selects_and_python_hears_of_it(page, app):
    view = open_grid(page, app, count=96)
    view.click(17)
    server_said(page, "selected 17, picks [17]")
    view.click(95)
    server_said(page, "selected 95, picks [17, 95]")
    view.click(17)
    server_said(page, "selected 17, picks [17, 95, 17]")
    assert view.data["selected"] == 17


def test_a_pick_runs_the_fragment_and_not_the_page(page, app):
    view = open_grid(page, app, count=96)
    server_said(page, "the page ran 1 times")
    view.click(17)
    server_said(page, "selected 17, picks [17]")
    server_said(page, "the page ran 1 times")


def test_quick_picks_never_jump_back(page, app):
    view = open_grid(page, app, count=1280, side=7)
    view.root.evaluate(
        """node => {
          window.seen = [node.dataset.selected]
          const note = () => {
            const now = node.dataset.selected
            if (now !== window.seen.at(-1)) window.seen.push(now)
          }
          new MutationObserver(note).observe(node, { attributeFilter: ["data-selected"] })
        }"""
    )
    quick = [3, 700, 41, 1200, 8]
    for i in quick:
        view.click(i)
    page.get_by_text("selected 8,").wait_for()
    assert page.evaluate("window.seen") == ["", *map(str, quick)]


def test_hover_reads_the_tile_without_a_word_to_the_server(page, app):
    sent = listen(page, "framesent")
    view = open_grid(page, app, count=96, marks=1)
    server_said(page, "selected None, picks []")
    sent.clear()
    for i in (3, 4, 5, 40):
        view.hover(i)
    assert view.data["hovered"] == 40
    values = ((7 * 40 + np.arange(576)) % 256) / 100 - 1
    assert view.readout.split() == [
        *("map", "40", "Happy"),
        *("mean", f"{values.mean():.3g}", "min", "−1.0", "max", f"{values.max():.3g}"),
    ]
    page.mouse.move(5, 5)
    assert view.data["hovered"] is None
    assert view.readout == "96 maps. Point at one to read it, click to choose it."
    assert not sent


def test_python_may_refuse_a_pick(page, app):
    view = open_grid(page, app, count=96, selected=3, refuse=1)
    view.click(17)
    server_said(page, "selected 3, picks [17]")
    view.wait("selected", 3)


def test_the_wheel_scrolls_the_grid_and_then_the_page(page, app):
    view = open_grid(page, app, count=400, side=8, tile=64)
    view.hover(0)
    page.mouse.wheel(0, 200)
    view.page.wait_for_function("node => node.scrollTop === 200", arg=view.listbox.element_handle())
    box = view.canvas.bounding_box()
    page.mouse.move(box["x"] + 3.5 * 66, box["y"] + 100)
    view.wait("hovered", int((200 + 100 - 1) // 66 * view.data["columns"] + 3))
    small = open_grid(page, app, count=1280, side=7)  # all of it shows: nothing to scroll
    small.hover(700)
    page.mouse.wheel(0, 120)
    page.wait_for_function("() => document.querySelector('[data-testid=stMain]').scrollTop > 0")


def test_ctrl_wheel_zooms_about_the_pointer(page, app):
    view = open_grid(page, app, count=1280, side=7)
    before = view.data["tile"]
    x, y = view.centre(700)
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_function(
        "([node, size]) => Number(node.dataset.tile) > 1.5 * size",
        arg=[view.root.element_handle(), before],
    )
    assert abs(view.centre(700)[1] - y) <= 1
    assert page.evaluate("visualViewport.scale") == 1


def test_a_drag_pans_and_does_not_select(page, app):
    view = open_grid(page, app, count=400, side=8, tile=64)
    x, y = view.centre(25)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 60, steps=4)
    page.mouse.up()
    view.wait("offset", 60)
    assert view.data["selected"] is None
    view.click(30)
    server_said(page, "selected 30, picks [30]")


def test_touch_taps_and_pinches(browser, app):
    with open_page(browser, has_touch=True) as page:
        view = open_grid(page, app, count=96)
        page.touchscreen.tap(*view.centre(18))
        server_said(page, "selected 18, picks [18]")
        size = view.data["tile"]
        fingers = page.context.new_cdp_session(page)
        x, y = view.centre(40)

        def touch(kind: str, spread: float) -> None:
            points = [{"x": x - spread, "y": y, "id": 0}, {"x": x + spread, "y": y, "id": 1}]
            fingers.send(
                "Input.dispatchTouchEvent",
                {"type": kind, "touchPoints": points if spread else []},
            )

        touch("touchStart", 30)
        for spread in (36, 42, 48, 60):
            touch("touchMove", spread)
        touch("touchEnd", 0)
        assert view.data["tile"] > 1.6 * size
        assert page.evaluate("visualViewport.scale") == 1


# Keyboard and screen reader


def test_every_key(page, app):
    view = open_grid(page, app, count=400, side=8, tile=64)
    columns = view.data["columns"]
    view.listbox.focus()
    assert view.data["active"] == 0
    steps = {
        "ArrowRight": 1, "ArrowDown": columns + 1, "ArrowLeft": columns, "ArrowUp": 0,
        "End": 399, "Home": 0,
    }  # fmt: skip
    for key, at in steps.items():
        view.press(key)
        assert view.data["active"] == at, key
    view.press("ArrowUp", "ArrowLeft")
    assert view.data["active"] == 0
    rows = 560 // 66
    view.press("PageDown")
    assert view.data["active"] == rows * columns
    assert view.data["offset"] > 0
    view.press("PageUp")
    assert view.data["active"] == 0
    assert view.data["offset"] == 0
    view.press("ArrowRight", "ArrowRight", "Enter")
    server_said(page, "selected 2, picks [2]")
    view.press("ArrowRight", "Space")
    server_said(page, "selected 3, picks [2, 3]")
    view.press("Escape")
    server_said(page, "selected None, picks [2, 3, None]")
    view.press("Escape")  # nothing left to clear: nothing sent
    size = view.data["tile"]
    view.press("+")
    assert view.data["tile"] > size
    view.press("-", "-")
    assert view.data["tile"] < size
    view.press("0")
    assert view.data["tile"] == size
    server_said(page, "selected None, picks [2, 3, None]")


def test_tab_comes_in_with_a_visible_ring_and_goes_on(page, app):
    view = open_grid(page, app, count=96)
    page.get_by_test_id("stNumberInputStepUp").focus()
    page.keyboard.press("Tab")
    active = "() => document.activeElement.shadowRoot?.activeElement?.className"
    assert page.evaluate(active) == "view"
    assert view.listbox.evaluate("node => getComputedStyle(node).boxShadow") != "none"
    assert view.data["active"] == 0
    for label in ("Smaller maps", "Larger maps", "Fit all maps"):
        page.keyboard.press("Tab")
        focused = "() => document.activeElement.shadowRoot.activeElement.ariaLabel"
        assert page.evaluate(focused) == label
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.innerText") == "run again"


def test_what_a_screen_reader_gets(page, app):
    view = open_grid(page, app, count=96, marks=1)
    assert view.listbox.get_attribute("aria-label") == "96 maps of the layer block1a"
    view.listbox.focus()
    view.press("End", "ArrowLeft")
    values = ((7 * 94 + np.arange(576)) % 256) / 100 - 1
    view.says(f"map 94, Happy, mean {values.mean():.3g}, minimum −1.0, maximum {values.max():.3g}")
    option = view.root.get_by_role("option")
    assert option.get_attribute("aria-posinset") == "95"
    assert option.get_attribute("aria-setsize") == "96"
    assert view.listbox.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert option.get_attribute("aria-selected") == "false"
    view.press("Enter")
    assert option.get_attribute("aria-selected") == "true"
    view.live.filter(has_text="map 94 selected").wait_for(state="attached")
    view.press("Escape")
    view.says("no map selected")


def test_the_buttons_change_the_tile_size(page, app):
    view = open_grid(page, app, count=96)
    size = view.data["tile"]
    view.root.get_by_role("button", name="Larger maps").click()
    assert view.data["tile"] > size
    view.root.get_by_role("button", name="Fit all maps").click()
    assert view.data["tile"] == size
    view.root.get_by_role("button", name="Smaller maps").click()
    assert view.data["tile"] < size


# New data


def test_selection_focus_and_scroll_survive_another_order(page, app):
    view = open_grid(page, app, count=400, side=8, tile=64)
    view.click(33)
    server_said(page, "selected 33, picks [33]")
    page.mouse.move(5, 5)
    view.listbox.evaluate("node => { node.scrollTop = 150 }")
    view.wait("offset", 150)
    before = view.data
    pick(page, "down")
    page.wait_for_function(
        "([node, old]) => node.dataset.painted !== old",
        arg=[view.root.element_handle(), before["painted"]],
    )
    after = view.data
    assert after["selected"] == 33
    assert after["active"] == 33
    assert after["offset"] == 150
    view.listbox.evaluate("node => { node.scrollTop = 1e6 }")
    view.wait("offset", view.listbox.evaluate("node => node.scrollTop"))
    x, y = view.corner(399 - 33)
    strip = view.region(round(x) - 3, round(y) + 40, 6, 1)[0]
    assert (strip == (22, 25, 29)).all(axis=-1).any()


def test_focus_stays_when_the_maps_are_replaced(page, app):
    view = open_grid(page, app, count=400, side=8)
    view.listbox.focus()
    view.press("ArrowRight", "ArrowRight", "Enter")
    server_said(page, "selected 2, picks [2]")
    assert page.evaluate("() => document.activeElement.shadowRoot?.activeElement?.className") == (
        "view"
    )
    view.press("ArrowRight")
    assert view.data["active"] == 3


def test_a_number_that_is_gone_selects_nothing(page, app):
    view = open_grid(page, app, count=96, selected=95)
    assert view.data["selected"] == 95
    page.get_by_test_id("stNumberInputStepDown").click()
    view.wait("count", 95)
    assert view.data["selected"] is None
    beyond = open_grid(page, app, count=96, selected=2000)
    assert beyond.data["selected"] is None


def test_the_selected_tile_is_scrolled_into_view(page, app):
    view = open_grid(page, app, count=1280, side=8, tile=64, selected=1200)
    assert 0 <= view.corner(1200)[1] <= 560 - 64


def test_no_frame_is_empty_while_the_maps_are_replaced(page, app):
    view = open_grid(page, app, count=96)
    view.canvas.evaluate(
        """canvas => {
          window.empty = 0
          const look = () => {
            const { data } = canvas.getContext("2d").getImageData(200, 60, 1, 1)
            if (!canvas.isConnected || !data[3]) window.empty += 1
            requestAnimationFrame(look)
          }
          look()
        }"""
    )
    for words in ("down", "up", "down"):
        before = view.data["painted"]
        pick(page, words)
        page.wait_for_function(
            "([node, old]) => node.dataset.painted !== old",
            arg=[view.root.element_handle(), before],
        )
    assert page.evaluate("window.empty") == 0


def test_a_grid_that_left_the_page_comes_back(page, app):
    view = open_grid(page, app, count=96, link=1)
    gone = view.root.element_handle()
    box = page.get_by_test_id("stCheckbox").get_by_text("shown")
    box.click()
    page.wait_for_function("grid => !grid.isConnected", arg=gone)
    rest = View(page, 0)
    rest.click(5)
    server_said(page, "selected 5, picks [5]")
    box.click()
    page.locator(".grid").nth(1).wait_for()
    assert View(page, 0).data["selected"] == 5
    assert View(page, 1).data["selected"] == 5


def test_an_empty_grid_says_so(page, app):
    view = open_grid(page, app, count=0)
    assert view.readout == "0 maps."
    view.listbox.focus()
    view.press("ArrowRight", "Enter", "+")


# Links


def test_linked_grids_share_hover_and_selection_at_once(page, app):
    sent = listen(page, "framesent")
    first = open_grid(page, app, count=96, height=200, link=1)
    second = View(page, 1)
    server_said(page, "selected None, picks []")
    sent.clear()
    first.hover(20)
    assert second.data["hovered"] == 20
    assert second.readout == first.readout
    assert not sent
    first.hover(0)
    first.listbox.evaluate("node => node.focus()")
    first.press("ArrowRight")
    assert second.data["hovered"] == 1
    first.click(30)
    assert second.data["selected"] == 30
    server_said(page, "selected 30, picks [30]")
    second.click(31)
    first.wait("selected", 31)


# The wire


def test_1280_maps_cost_at_most_100_kib(page, app):
    received = listen(page, "framereceived")
    view = open_grid(page, app, count=1280, side=7, marks=1)
    received.clear()
    before = view.data["painted"]
    pick(page, "down")
    page.wait_for_function(
        "([node, old]) => node.dataset.painted !== old", arg=[view.root.element_handle(), before]
    )
    server_said(page, "selected None, picks []")
    print(f"{sum(received):,} bytes for 1280 maps")
    assert max(received) > 62_720  # the pixels alone: the message was seen
    assert sum(received) <= 100 * 1024
