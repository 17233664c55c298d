"""What a test in a real browser needs: a running app and a page of Chromium.

A test module asks for the fixtures with ``pytest_plugins = ["browser"]`` and may import the helpers
as well (so: PYTEST_DONT_REWRITE).
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def start_app(
    app: str | Path, env: dict[str, str] | None = None, cwd: Path = ROOT, timeout: float = 60
) -> Iterator[str]:
    """Run a Streamlit app on a free port of 127.0.0.1 and yield its address without a slash."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        "PYTHONPATH": str(ROOT),
    }
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile("w+") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(app)],
            cwd=cwd,
            env=os.environ | settings | (env or {}),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            if not _answers(address, server, timeout):
                log.seek(0)
                raise RuntimeError(f"{app} did not start:\n{log.read()[-4000:]}")
            yield address
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _answers(address: str, server: subprocess.Popen, timeout: float) -> bool:
    """Wait until the server says "ok"; an unknown path answers 200 too, so the body counts."""
    end = time.monotonic() + timeout
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
                if answer.read() == b"ok":
                    return True
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    return False


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for the whole run; skips where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if not CHROMIUM.exists():
        pytest.skip(f"needs Chromium at {CHROMIUM}")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@contextmanager
def open_page(browser: Any, **options: Any) -> Iterator[Any]:
    """A page of its own context (1280 x 800, light); an error in its scripts fails the test."""
    context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if _is_fault(said) else None)
    yield page
    context.close()
    assert not errors, f"errors in the browser: {errors}"


def _is_fault(said: Any) -> bool:
    """Whether a message of the console tells of a fault of ours.

    Opened on a page other than the default one, Streamlit first asks for its server below that
    page's path, is told 404, and goes on to the right place.
    """
    return said.type == "error" and "/_stcore/" not in said.location["url"]


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with open_page(browser) as opened:
        yield opened
