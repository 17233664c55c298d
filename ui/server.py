"""What happens around the pages: the warm-up at the server's start, and the response headers."""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fercore import datasets
from ui import engine

_LOG = logging.getLogger(__name__)

_WARM_UP_AFTER_SECONDS = 8.0

# What the first page needs; imported while the visitor's browser still loads its own part.
_FIRST = ("pandas", "plotly.graph_objects", "PIL.Image", "ui.sidebar", "ui.grid.grid", "ui.views")

_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' ws: wss:; worker-src 'self' blob:; frame-ancestors 'self'"
)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Get ready in the background: first for the first page, then, if nobody comes, the model."""
    threading.Thread(target=_import_first, name="first imports", daemon=True).start()
    engine.warm_up_in(_WARM_UP_AFTER_SECONDS)
    yield


def _import_first() -> None:
    for name in _FIRST:
        import_module(name)
    datasets.load()


def say_defect(error: Exception) -> bool:
    """Tell a visitor of a defect in one sentence; the log has its traceback."""
    _LOG.exception("A page failed", exc_info=error)
    st.error(
        "This page has failed. That is a defect of the dashboard, not of what you did; the log of "
        "the server has the details. The other pages go on, and Faces in the sidebar leads back."
    )
    return True


class _Headers:
    """Adds headers to every response: nothing on a page may be fetched from elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[Any] = message.setdefault("headers", [])
                headers.append((b"content-security-policy", _POLICY.encode()))
                headers.append((b"x-content-type-options", b"nosniff"))
                headers.append((b"referrer-policy", b"no-referrer"))
            await send(message)

        await self.app(scope, receive, send_with_headers)


HEADERS = [Middleware(_Headers)]
