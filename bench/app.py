"""The running dashboard, in a real browser and over its websocket: start, clicks, memory."""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_CLICKS = 30


def figures() -> list[dict]:
    """Measure one server from its start on; needs Chromium at /usr/bin/chromium."""
    begun = time.perf_counter()
    server, address = _start()
    try:
        return [*_in_browser(address, begun), *_over_websocket(address), _memory(server.pid)]
    finally:
        server.terminate()
        server.wait(10)


def _start() -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    server = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(1200):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return server, address
        except OSError:
            time.sleep(0.025)
    raise RuntimeError("the server did not start")


def _in_browser(address: str, begun: float) -> list[dict]:
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as driver:
        opened = time.perf_counter()
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        opened = time.perf_counter() - opened
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        received: list[int] = []
        page.on(
            "websocket",
            lambda ws: ws.on("framereceived", lambda frame: received.append(len(frame))),
        )
        page.goto(address)
        page.wait_for_selector("[data-painted][data-count]")
        start = time.perf_counter() - begun - opened
        rows = [
            {
                "name": "server start to the Faces page painted in Chromium",
                "value": start,
                "unit": "s",
                "limit": 3.0,
                "note": f"without the {opened:.1f} s of the browser's own start",
            }
        ]
        for maps, link, size in (
            (96, "layer=block2a_expand_conv", "24 × 24"),
            (1280, "layer=top_conv&size=224", "7 × 7"),
        ):
            page.goto(f"{address}/feature_maps?list=every&face=12&{link}")
            page.wait_for_selector(f"[data-painted][data-count='{maps}']", timeout=60_000)
            page.wait_for_timeout(500)
            taken, wire = _click_through(page, received)
            name = f"click on a layer to its {maps} maps of {size} painted"
            rows += [
                {
                    "name": f"{name}, p50",
                    "value": statistics.median(taken),
                    "unit": "ms",
                    "limit": 250,
                },
                {"name": f"{name}, p95", "value": _p95(taken), "unit": "ms", "limit": 500},
                {
                    # The browser keeps what it has had: the first sight of a layer costs most.
                    "name": f"the message with the grid of {maps} maps, over the wire",
                    "value": wire[0][0] / 1024,
                    "unit": "KiB",
                    "limit": 100 if maps == 1280 else None,
                    "note": f"the whole page {wire[0][1] / 1024:.0f} KiB, for a layer seen "
                    f"before {wire[-1][1] / 1024:.0f} KiB",
                },
            ]
        browser.close()
    return rows


def _click_through(page: Any, received: list[int]) -> tuple[list[float], list[tuple[int, int]]]:
    """Milliseconds of each click to and fro between two layers of the same size, and its bytes:
    of the largest message, and of all.
    """
    taken, wire = [], []
    for i in range(_CLICKS):
        name = "→" if i % 2 == 0 else "←"
        before = page.get_attribute("[data-painted][data-count]", "data-painted")
        button = page.get_by_role("button", name=name)
        received.clear()
        begun = time.perf_counter()
        button.click()
        page.wait_for_function(
            "old => { const grid = [...document.querySelectorAll('*')].map(e => e.shadowRoot"
            "?.querySelector('[data-painted][data-count]')).find(Boolean);"
            " return grid && grid.dataset.painted !== old }",
            arg=before,
            polling="raf",
        )
        taken.append(1000 * (time.perf_counter() - begun))
        page.wait_for_timeout(250)
        wire.append((max(received), sum(received)))
    return taken, wire


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def _over_websocket(address: str) -> list[dict]:
    taken = asyncio.run(_reruns(address))
    return [
        {
            "name": "rerun of the Feature maps page, everything cached, one session",
            "value": statistics.median(taken),
            "unit": "ms",
            "limit": 60,
            "note": f"from the request to script_finished; slowest {max(taken):.0f} ms",
        }
    ]


async def _reruns(address: str) -> list[float]:
    import websockets
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    url = address.replace("http", "ws") + "/_stcore/stream"
    taken = []
    async with websockets.connect(url, max_size=None, subprotocols=["streamlit"]) as line:
        for _ in range(_CLICKS):
            # A visitor's next click does not come in the same packet as the last answer's
            # acknowledgement, which TCP holds back for 40 ms.
            await asyncio.sleep(0.15)
            ask = BackMsg()
            ask.rerun_script.query_string = "face=12&layer=block2a_expand_conv"
            ask.rerun_script.page_name = "feature_maps"
            begun = time.perf_counter()
            await line.send(ask.SerializeToString())
            while True:
                answer = ForwardMsg()
                answer.ParseFromString(await line.recv())
                if answer.WhichOneof("type") == "script_finished":
                    break
            taken.append(1000 * (time.perf_counter() - begun))
    return taken[3:]


def _memory(pid: int) -> dict:
    with Path(f"/proc/{pid}/status").open() as status:
        kilobytes = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return {
        "name": "resident memory of the server after these maps",
        "value": kilobytes / 1024**2,
        "unit": "GB",
        "limit": 1.2,
        "note": f"{os.cpu_count()} cores",
    }
