"""The Python halves of the grid and the lens: what they send, what they refuse, how they mount."""

import base64
import json
import re
import zlib
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fercore.scaling import SCALES, scale
from ui.grid import grid as module
from ui.grid.grid import MAX_BYTES, Tiles
from ui.grid.wire import digest, script, style
from ui.lens.lens import _indices, lens

APPS = Path(__file__).parent / "apps"
TABLE = np.arange(768).astype(np.uint8).reshape(256, 3)


def unpack(message: bytes) -> dict:
    """Read a message as the format says, without the code that wrote it."""
    size = int.from_bytes(message[:4], "little")
    header = json.loads(message[4 : 4 + size])
    at = 4 + size
    for name, length in header["parts"].items():
        header[name] = message[at : at + length]
        at += length
    assert at == len(message)
    return header


def some_tiles(n: int = 4, **changes) -> Tiles:
    pixels = np.arange(n * 6).astype(np.uint8).reshape(n, 2, 3)
    return Tiles(**({"pixels": pixels, "colours": TABLE, "numbers": np.arange(n)} | changes))


def test_the_message_holds_the_arrays_as_they_are():
    tiles = some_tiles(
        numbers=np.array([7, 3, 70_000, -1]),
        titles=["b", "a", "b", ""],
        frames=np.array([0, 255, 1, 0]),
        frame_colours=["red", "#00f"],
        marked=np.array([True, False, False, True]),
    )
    sent = unpack(module._message(tiles, {"label": "four"}))
    assert (sent["label"], sent["count"], sent["rows"], sent["columns"]) == ("four", 4, 2, 3)
    assert sent["pixels"] == bytes(range(24))
    assert sent["colours"] == TABLE.tobytes()
    assert np.frombuffer(sent["numbers"], "<i4").tolist() == [7, 3, 70_000, -1]
    assert [sent["words"][code] for code in sent["codes"]] == ["b", "a", "b", ""]
    assert list(sent["frames"]) == [0, 255, 1, 0]
    assert sent["frame_colours"] == ["red", "#00f"]
    assert sent["marked"] == bytes([0b1001])


def test_numbers_in_a_row_cost_nothing_and_small_ones_two_bytes():
    sent = unpack(module._message(some_tiles(numbers=np.arange(5, 9)), {}))
    assert sent["first"] == 5
    assert "numbers" not in sent
    sent = unpack(module._message(some_tiles(numbers=np.array([9, 0, 65_535, 4])), {}))
    assert np.frombuffer(sent["numbers"], "<u2").tolist() == [9, 0, 65_535, 4]


def test_many_titles_take_two_bytes_each():
    titles = [f"cluster {k}" for k in range(300)]
    sent = unpack(module._message(some_tiles(300, titles=titles), {}))
    codes = np.frombuffer(sent["codes"], "<u2")
    assert [sent["words"][code] for code in codes] == titles


def test_statistics_lose_no_digit_that_is_shown():
    rng = np.random.default_rng(5)
    stats = rng.normal(size=(500, 3)) * 10.0 ** rng.integers(-30, 30, size=(500, 3))
    stats[0] = [0, -0.0, np.inf]
    sent = unpack(module._message(some_tiles(500, stats=stats), {}))
    words = np.zeros((1500, 4), np.uint8)
    words[:, 1:] = np.frombuffer(sent["stats"], np.uint8).reshape(-1, 3)
    np.testing.assert_allclose(words.view("<f4").reshape(500, 3), stats, rtol=2.0**-16)


def test_the_digest_is_that_of_the_contents():
    one, other = {"a": np.arange(4)}, {"a": np.arange(4)}
    assert digest(one) == digest(other)
    other["a"][2] = 9
    assert digest(one) != digest(other)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"pixels": np.zeros((4, 2, 3))}, "pixels must be uint8"),
        ({"pixels": np.zeros((4, 6), np.uint8)}, "pixels must be uint8"),
        ({"colours": TABLE[:255]}, "colours must be uint8"),
        ({"colours": TABLE.astype(float)}, "colours must be uint8"),
        ({"numbers": np.array([0, 1, 2, 2])}, "4 different integers"),
        ({"numbers": np.arange(3)}, "4 different integers"),
        ({"stats": np.zeros((4, 2))}, "stats must have shape"),
        ({"titles": ["a"]}, "titles must have 4 entries"),
        ({"marked": np.zeros(5, bool)}, "marked must have 4 entries"),
        ({"frames": np.array([0, 1, 2, 255]), "frame_colours": ["red", "blue"]}, "no colour"),
        ({"frames": np.zeros(4, np.uint8)}, "no colour"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(changes, says):
    with pytest.raises(ValueError, match=says):
        some_tiles(**changes)


def test_more_than_a_browser_draws_at_once_is_refused():
    n = MAX_BYTES // 2304 + 1
    with pytest.raises(ValueError, match="show fewer"):
        some_tiles(n, pixels=np.zeros((n, 48, 48), np.uint8))


def test_the_script_unpacks_to_the_code_without_comments(tmp_path):
    source = tmp_path / "a.js"
    source.write_text("// why\nfunction f() {\n  return '//' // kept\n}\n")
    loader = script(source, source)
    packed = re.search(r'atob\("([^"]+)"\)', loader)
    assert packed is not None
    code = zlib.decompress(base64.b64decode(packed[1])).decode()
    once = "function f() {\nreturn '//' // kept\n}"
    assert code == f"{once}\n{once}"
    sheet = tmp_path / "a.css"
    sheet.write_text("/* a\n b */\n.a { color: red; }\n")
    assert style(sheet) == ".a { color: red; }"


def test_a_page_that_mounts_them_runs_without_a_browser():
    for app in ("grid_app.py", "lens_app.py"):
        test = AppTest.from_file(str(APPS / app), default_timeout=30).run()
        assert not test.exception
    test = AppTest.from_file(str(APPS / "grid_app.py"), default_timeout=30)
    test.query_params["marks"] = "1"
    test.run()
    assert not test.exception
    assert test.text[1].value == "selected None, picks []"


@pytest.mark.parametrize("mode", list(SCALES))
def test_a_map_has_the_colours_in_the_lens_that_it_has_in_the_grid(mode):
    maps = np.random.default_rng(3).normal(size=(9, 8, 5)).astype(np.float32)
    maps[..., 4] = 1.5
    scaled = scale(maps, mode)
    for k in range(5):
        found = _indices(maps[..., k], float(scaled.low[k]), float(scaled.high[k]))
        np.testing.assert_array_equal(found, scaled.pixels[k])


def test_values_beyond_the_scale_and_no_values():
    values = np.array([[-9, -2, 0, 2, 9, np.inf, -np.inf, np.nan]], np.float32)
    assert _indices(values, -2, 2).tolist() == [[1, 1, 128, 255, 255, 255, 1, 0]]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((np.zeros((2, 2, 1)), np.zeros((48, 48), np.uint8), TABLE), "one map"),
        ((np.zeros((0, 0)), np.zeros((48, 48), np.uint8), TABLE), "one map"),
        ((np.zeros((2, 2)), np.zeros((48, 48)), TABLE), "face must be uint8"),
        ((np.zeros((2, 2)), np.zeros((48, 40), np.uint8), TABLE), "face must be uint8"),
        ((np.zeros((2, 2)), np.zeros((48, 48), np.uint8), TABLE[:9]), "colours must be uint8"),
    ],
)
def test_a_lens_refuses_what_is_no_map_and_no_face(arguments, says):
    with pytest.raises(ValueError, match=says):
        lens(*arguments, 0.0, 1.0, key="lens", label="map")
