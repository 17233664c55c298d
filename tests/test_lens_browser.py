"""The lens component as a visitor has it: values, receptive field, overlay, keys, screen reader."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from browser import open_page, start_app
from PIL import Image

from fercore.colours import colour_table
from fercore.receptive_field import Field

pytest_plugins = ["browser"]
pytestmark = pytest.mark.browser

FIELD = Field(size=27, stride=2, start=-12, positions=24, padding=(0, 1), global_too=True)


@pytest.fixture(scope="module")
def app() -> Iterator[str]:
    with start_app("tests/apps/lens_app.py") as address:
        yield address


class Lens:
    def __init__(self, page: Any):
        self.page = page
        self.root = page.locator(".lens")
        page.locator(".lens[data-painted]").wait_for()
        self.map = self.root.locator(".map")
        self.face = self.root.locator(".face")

    def get(self, name: str) -> str:
        return self.root.get_attribute(f"data-{name}")

    @property
    def place(self) -> tuple[int, int]:
        return int(self.get("row")), int(self.get("column"))

    @property
    def readout(self) -> str:
        return self.root.locator(".readout").inner_text()

    def point(self, canvas: Any, row: int, column: int, side: int) -> None:
        box = canvas.bounding_box()
        self.page.mouse.move(
            box["x"] + (column + 0.5) * box["width"] / side,
            box["y"] + (row + 0.5) * box["height"] / side,
        )

    def painted(self, canvas: Any) -> np.ndarray:
        size = canvas.evaluate("node => [node.height, node.width]")
        values = canvas.evaluate(
            "node => Array.from(node.getContext('2d')"
            ".getImageData(0, 0, node.width, node.height).data)"
        )
        return np.array(values, dtype=np.uint8).reshape(*size, 4)[..., :3]


def open_lens(page: Any, app: str, query: str = "") -> Lens:
    page.goto(f"{app}/?{query}")
    return Lens(page)


def map_values(side: int = 24, number: int = 0) -> np.ndarray:
    rows, columns = np.mgrid[:side, :side]
    return ((rows * side + columns + 5 * number) % 97 / 20 - 1).astype(np.float32)


def map_indices(side: int = 24) -> np.ndarray:
    values = map_values(side).astype(float)
    return np.rint((values - values.min()) / np.ptp(values) * 254).astype(int) + 1


def shown(value: float) -> str:
    """Three digits, one of them behind the point, and a true minus sign."""
    text = f"{value:.3g}"
    return (text if "." in text else f"{text}.0").replace("-", "−")


@pytest.mark.parametrize("density", [1, 2])
def test_the_map_is_painted_value_by_value(browser, app, density):
    with open_page(browser, device_scale_factor=density) as page:
        lens = open_lens(page, app)
        found = lens.painted(lens.map)
        scale = len(found) // 24
        assert found.shape == (24 * scale, 24 * scale, 3)
        expected = colour_table("viridis")[map_indices()].repeat(scale, 0).repeat(scale, 1)
        differ = (found != expected).any(axis=2)
        row, column = lens.place
        near = (
            slice(max(0, row - 1) * scale, (row + 2) * scale),
            slice(max(0, column - 1) * scale, (column + 2) * scale),
        )
        assert differ[near].any()  # the frame around the value pointed at
        differ[near] = False
        assert not differ.any()


def test_it_starts_at_the_highest_value(page, app):
    lens = open_lens(page, app)
    assert lens.place == np.unravel_index(map_values().argmax(), (24, 24))
    assert lens.readout.endswith(": 3.8")


def test_pointing_reads_the_value_and_draws_what_it_sees(page, app):
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    lens = open_lens(page, app)
    page.wait_for_timeout(300)
    sent.clear()
    for canvas in (lens.map, lens.face):
        for row, column in ((0, 0), (7, 5), (11, 22), (22, 13)):
            lens.point(canvas, row, column, 24)
            value = map_values()[row, column]
            assert lens.readout == f"row {row}, column {column}: {shown(value)}"
            top, left, bottom, right = FIELD.window(row, column, 48)
            assert lens.get("window") == f"{top} {left} {bottom} {right}"
            face, scale = lens.painted(lens.face), float(lens.get("side")) / 48
            box = [
                round(edge * scale) for edge in (top, left, bottom - 1 / scale, right - 1 / scale)
            ]
            for y, x in ((box[0], box[1]), (box[2], box[3]), (box[0], box[3])):
                assert tuple(face[y, x]) == (22, 25, 29)
    assert not sent


def test_a_value_that_is_padding_sees_nothing(page, app):
    lens = open_lens(page, app)
    lens.point(lens.map, 5, 23, 24)
    assert FIELD.window(5, 23, 48) == (0, 0, 0, 0)
    assert lens.get("window") == ""
    assert lens.readout.endswith("(padding: sees nothing)")


def test_the_map_over_the_face(page, app):
    lens = open_lens(page, app, "colours=grey")
    slider = lens.root.get_by_role("slider", name="Opacity of the map over the face")
    lens.point(lens.map, 0, 23, 24)  # padding: no frame on the face
    rows, columns = np.mgrid[:48, :48]
    face = ((rows * 3 + columns * 2) % 256).repeat(7, 0).repeat(7, 1)
    over = map_indices().repeat(14, 0).repeat(14, 1)
    slider.fill("0")
    np.testing.assert_array_equal(lens.painted(lens.face)[..., 0], face)
    slider.fill("100")
    np.testing.assert_array_equal(lens.painted(lens.face)[..., 0], over)
    slider.fill("50")
    mixed = lens.painted(lens.face)[..., 0].astype(float)
    assert np.abs(mixed - (face + over) / 2).max() <= 2  # opacity has 8 bits
    slider.fill("100")
    lens.root.get_by_role("button", name="bilinear").click()
    lens.point(lens.map, 0, 23, 24)
    smooth = Image.fromarray(map_indices().astype(np.float32)).resize((336, 336), Image.BILINEAR)
    found = lens.painted(lens.face)[..., 0].astype(float)
    assert np.abs(found - np.asarray(smooth)).max() <= 0.51
    pressed = lens.root.get_by_role("button", name="bilinear").get_attribute("aria-pressed")
    assert pressed == "true"


def test_every_key_and_what_a_screen_reader_gets(page, app):
    lens = open_lens(page, app)
    name = "map 0 of block1a: arrow keys move over its values"
    application = lens.root.get_by_role("application", name=name)
    application.focus()
    lens.point(lens.map, 4, 6, 24)
    steps = {
        "ArrowRight": (4, 7), "ArrowDown": (5, 7), "ArrowLeft": (5, 6), "ArrowUp": (4, 6),
        "Home": (4, 0), "End": (4, 23), "PageUp": (0, 23), "ArrowUp ": (0, 23),
        "PageDown": (23, 23), "ArrowRight ": (23, 23), "Home ": (23, 0),
    }  # fmt: skip
    for key, place in steps.items():
        application.press(key.strip())
        assert lens.place == place, key
    application.press("PageUp")
    status = lens.root.get_by_role("status")
    status.filter(has_text="row 0, column 0: −1.0").wait_for(state="attached")
    assert lens.face.get_attribute("aria-label") == (
        "The face under the map, a frame around rows 0 to 14 and columns 0 to 14 of 48, "
        "which this value sees"
    )
    application.press("Tab")
    focused = "() => document.activeElement.shadowRoot.activeElement.ariaLabel"
    assert page.evaluate(focused) == "Opacity of the map over the face"


def test_the_sentences_and_the_scale(page, app):
    lens = open_lens(page, app)
    text = lens.root.inner_text()
    assert FIELD.sentence(48) in text
    assert "The frame is cut off at the edge of the face." in text
    assert "Each map from its own lowest value to its highest." in text
    assert lens.root.locator(".ticks span").all_inner_texts() == ["3.8", "−1.0", "0"]
    height = lens.map.bounding_box()["height"]
    zero = lens.root.locator(".ticks span").nth(2)
    box, bar = zero.bounding_box(), lens.root.locator(".bar").bounding_box()
    middle = box["y"] + box["height"] / 2 - bar["y"]
    assert abs(middle - height * 3.8 / 4.8) <= 2


def test_a_place_that_was_pointed_at_stays_for_the_next_map(page, app):
    lens = open_lens(page, app)
    lens.point(lens.map, 9, 3, 24)
    before = lens.get("painted")
    page.get_by_test_id("stNumberInputStepUp").click()
    page.locator(f'.lens:not([data-painted="{before}"])').wait_for()
    assert lens.place == (9, 3)
    assert lens.readout == f"row 9, column 3: {shown(map_values(number=1)[9, 3])}"


def test_a_narrow_column_stacks_the_pictures(browser, app):
    with open_page(browser, viewport={"width": 360, "height": 800}) as page:
        lens = open_lens(page, app)
        one, other = lens.map.bounding_box(), lens.face.bounding_box()
        assert other["y"] > one["y"] + one["height"]
        assert other["x"] + other["width"] <= 360


def test_dark(browser, app):
    with open_page(browser, color_scheme="dark") as page:
        lens = open_lens(page, app)
        lens.point(lens.map, 12, 12, 24)
        top, left, _, _ = (round(v * 7) for v in FIELD.window(12, 12, 48))
        face = lens.painted(lens.face)
        assert tuple(face[top, left]) == (236, 239, 243)
        assert tuple(face[top + 2, left + 2]) == (16, 20, 24)
