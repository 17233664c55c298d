"""The Clusters page in a real browser: ask, watch, choose a k, look at the groups, take away."""

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from browser import open_page
from PIL import Image
from test_journeys import ANSWER, app, click_tile, grid  # noqa: F401 (app is a fixture)

pytest_plugins = ["browser"]
pytestmark = pytest.mark.browser


def charts(page: Any, count: int = 2) -> Any:
    """The charts, once `count` are drawn."""
    found = page.locator(".js-plotly-plot")
    found.nth(count - 1).locator(".cartesianlayer").wait_for(timeout=ANSWER)
    return found


def verdict(page: Any) -> str:
    """The bold sentence once the sweep is complete."""
    sentence = page.locator("h5").filter(has_text="group").first
    sentence.wait_for(timeout=ANSWER)
    page.get_by_role("button", name="Stop", exact=True).wait_for(state="detached", timeout=ANSWER)
    return sentence.inner_text()


def click_k(page: Any, chart: Any, k: int, points: int) -> None:
    """Click the point of `k` on the line of a chart that has `points` points."""
    lines = chart.locator(".scatterlayer .trace")
    line = next(
        lines.nth(i)
        for i in range(lines.count())
        if lines.nth(i).locator(".points path").count() == points
    )
    box = line.locator(".points path").nth(k - 1).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 4, y - 3)
    page.mouse.move(x, y)
    page.wait_for_timeout(150)  # plotly takes the point under the mouse, which it looks for now
    page.mouse.click(x, y)


def test_ask_for_a_grouping_and_choose_a_k_on_the_curve(app, page):  # noqa: F811
    page.goto(f"{app}/clusters?face=12&k_max=7")
    grid(page, 96)
    page.get_by_text("At which k will it bend?").wait_for()
    assert page.locator(".js-plotly-plot .scatterlayer .trace").count() == 0
    page.get_by_role("button", name="Group the maps").click()
    verdict(page)
    charts(page)
    assert "k=" not in page.url.replace("k_max=", "")
    click_k(page, charts(page).first, 6, points=7)
    page.wait_for_url("**k=6**")
    page.get_by_text("Cluster 5", exact=True).wait_for()
    click_k(page, charts(page).first, 3, points=7)
    page.wait_for_url("**k=3**")
    # The address comes before the field; a field that stays behind still fails.
    page.locator("input[aria-label='k, the groups below'][value='3']").wait_for()
    page.get_by_text("Cluster 3", exact=True).wait_for(state="detached")
    click_k(page, charts(page).nth(1), 5, points=7)  # the gap's line, which has a k = 1
    page.wait_for_url("**k=5**")
    page.go_back()
    page.wait_for_url("**k=3**")
    page.get_by_text("Cluster 2", exact=True).wait_for()


def test_a_link_with_k_shows_its_groups_and_a_click_opens_a_map(app, page):  # noqa: F811
    page.goto(f"{app}/clusters?face=12&layer=block5a_project_bn&k=4&k_max=6")
    verdict(page)
    page.get_by_text("Cluster 3", exact=True).wait_for()
    rows = page.locator(".grid[data-painted]")
    rows.nth(3).wait_for()
    first = rows.nth(2)
    first.scroll_into_view_if_needed()
    click_tile(page, first, 0)
    page.wait_for_url("**map=**")
    page.get_by_text("from its centre · silhouette").wait_for()
    number = page.get_by_role("spinbutton", name="Map").input_value()
    assert first.get_attribute("data-selected") == number
    page.get_by_role("link", name=f"All about map {number}").click()
    page.wait_for_url("**/feature_maps?**")
    grid(page, 112)
    assert page.get_by_role("spinbutton", name="Map").input_value() == number
    assert "layer=block5a_project_bn" in page.url


def test_a_long_sweep_names_its_k_and_stops_when_told(app, page):  # noqa: F811
    page.goto(f"{app}/clusters?layer=top_conv&k_max=50")
    page.get_by_role("button", name="Group the maps").click()
    page.get_by_text("k = ").first.wait_for(timeout=ANSWER)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("Stopped. The button above begins anew.").wait_for()
    page.get_by_role("button", name="Stop", exact=True).wait_for(state="detached")
    page.get_by_role("spinbutton", name="k up to").fill("3")
    page.get_by_role("button", name="Group the maps").click()
    page.get_by_text("Cluster 0", exact=True).wait_for(timeout=ANSWER)


def test_the_tutorials_figure_is_titled(app, page):  # noqa: F811
    page.goto(f"{app}/clusters?face=12&k=3&k_max=4&cluster=1")
    verdict(page)
    page.get_by_text("Sixteen maps of one cluster, as in the tutorial").click()
    page.locator(".js-plotly-plot").nth(2).wait_for()
    titles = page.locator(".js-plotly-plot").nth(2).locator(".annotation-text")
    titles.first.wait_for()
    assert titles.first.text_content().endswith(", cluster 1")
    assert titles.first.text_content().startswith("feature ")


def test_faces_in_groups_and_a_click_makes_one_the_face_of_all_pages(app, page):  # noqa: F811
    page.goto(f"{app}/clusters?group=faces&k=3&k_max=4")
    charts(page, 3)
    page.get_by_text("k-means recovers").wait_for()
    heat = page.locator(".js-plotly-plot").nth(2)
    for emotion in ("Angry", "Surprise"):
        assert heat.get_by_text(emotion, exact=True).is_visible()
    row = page.locator(".grid[data-painted]").nth(1)
    row.scroll_into_view_if_needed()
    click_tile(page, row, 2)
    page.wait_for_url("**face=**")
    chosen_face = page.get_by_role("spinbutton", name="Face").input_value()
    page.locator(f".grid[data-selected='{chosen_face}']").first.wait_for()


def test_downloads_are_what_the_page_shows(app, page):  # noqa: F811
    page.goto(f"{app}/clusters?face=12&k=3&k_max=4")
    verdict(page)
    tables = {}
    for label in ("Assignments, CSV", "Curves, CSV"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=label).click()
        tables[label] = pd.read_csv(waiting.value.path())
    assert tables["Assignments, CSV"]["cluster"].nunique() == 3
    assert list(tables["Curves, CSV"]["k"]) == [1, 2, 3, 4]
    sizes = np.bincount(tables["Assignments, CSV"]["cluster"])
    assert page.get_by_text(f"· {sizes[0]} maps").first.is_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Groups, PNG").click()
    assert waiting.value.suggested_filename == "block2a_expand_conv_3_groups.png"
    assert Image.open(io.BytesIO(waiting.value.path().read_bytes())).format == "PNG"
    page.get_by_role("button", name="This view as code").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Script").click()
    assert "clustering.elbow(" in waiting.value.path().read_text()


@pytest.mark.parametrize("width", [390, 1920])
def test_the_page_does_not_scroll_sideways(app, browser, width):  # noqa: F811
    with open_page(browser, viewport={"width": width, "height": 900}) as page:
        page.goto(f"{app}/clusters?face=12&k=4&k_max=6&map=3")
        verdict(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
