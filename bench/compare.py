"""The page Compare in a real browser: four panes of 96 maps from the click to painted."""

import statistics
import time
from typing import Any

from bench.app import _p95, _start

_CLICKS = 24
_PAINTED = """old => {
  const grids = [...document.querySelectorAll('*')]
    .map(e => e.shadowRoot?.querySelector('.grid[data-painted]')).filter(Boolean)
  return grids.length === old.length && grids.every((g, i) => g.dataset.painted !== old[i])
}"""
_DIGESTS = """() => [...document.querySelectorAll('*')]
  .map(e => e.shadowRoot?.querySelector('.grid[data-painted]')).filter(Boolean)
  .map(g => g.dataset.painted)"""


def figures() -> list[dict]:
    """Measure four panes with a warm model; needs Chromium at /usr/bin/chromium."""
    server, address = _start()
    try:
        return _in_browser(address)
    finally:
        server.terminate()
        server.wait(10)


def _in_browser(address: str) -> list[dict]:
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        faces = "compare?list=every&face=12&against=face.10.9.8"
        page.goto(f"{address}/{faces}")
        _wait_for_panes(page)
        layers = _click_through(page, lambda i: "→" if i % 2 == 0 else "←")
        new_faces = _new_faces(page, address)
        browser.close()
    return [
        *_rows("click on a layer to four panes of 96 maps painted", layers),
        *_rows("click on a new face to its 96 maps painted in four panes", new_faces),
    ]


def _rows(name: str, taken: list[float]) -> list[dict]:
    middle, slow = statistics.median(taken), _p95(taken)
    return [
        {"name": f"{name}, p50", "value": middle, "unit": "ms", "limit": 700},
        {"name": f"{name}, p95", "value": slow, "unit": "ms", "limit": None},
    ]


def _wait_for_panes(page: Any) -> None:
    page.wait_for_function(f"({_DIGESTS})().length === 4", timeout=60_000)
    page.wait_for_timeout(800)


def _click_through(page: Any, name: Any) -> list[float]:
    taken = []
    for i in range(_CLICKS):
        before = page.evaluate(_DIGESTS)
        button = page.get_by_role("button", name=name(i)).first
        begun = time.perf_counter()
        button.click()
        page.wait_for_function(_PAINTED, arg=before, polling="raf")
        taken.append(1000 * (time.perf_counter() - begun))
        page.wait_for_timeout(250)
    return taken


def _new_faces(page: Any, address: str) -> list[float]:
    """The sidebar's next face, which no cache has seen, with the four layers of 96 maps each."""
    layers = "layer.block2a_expand_bn.block2a_expand_activation.block2a_expand_conv"
    page.goto(f"{address}/compare?face=60&against={layers}")
    _wait_for_panes(page)
    taken = []
    field = page.get_by_role("spinbutton", name="Face")
    for i in range(_CLICKS):
        before = page.evaluate(_DIGESTS)
        field.fill(str(61 + i))
        begun = time.perf_counter()
        field.press("Enter")
        page.wait_for_function(_PAINTED, arg=before, polling="raf")
        taken.append(1000 * (time.perf_counter() - begun))
        page.wait_for_timeout(250)
    return taken
