"""Timing: one structured line and one measurement for each request and session of the web process."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from logs.lines import log
from web.metrics import REQUEST_SECONDS, SCRIPT_SECONDS, SESSIONS, STREAMS

# A stream lasts as long as its browser, like a session.
STREAMS_PREFIX = "/live/"
# These come often and tell nothing when they succeed.
QUIET_PREFIXES = (
    "/static/",
    "/health",
    "/_stcore/health",
    "/ping_fast",
    "/__ping",
    "/api/health",
    "/metrics",
    STREAMS_PREFIX,
)
LONGEST_PATH = 200


class Timed:
    """Measures every request until its last byte. Sessions are websockets, which last as long as their tab."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and log it when it ends."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        status = 500  # if the application fails before it answers
        is_open = is_stream = False

        async def noted(message: Message) -> None:
            nonlocal status, is_open, is_stream
            if message["type"] == "http.response.start":
                status = message["status"]
                if status == 200 and scope["path"].startswith(STREAMS_PREFIX):
                    is_stream = True
                    STREAMS.inc()
            elif message["type"] == "websocket.accept":
                status, is_open = 101, True
                SESSIONS.inc()
            elif message["type"] == "websocket.close" and not is_open:
                status = 403
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            if is_open:
                SESSIONS.dec()
            if is_stream:
                STREAMS.dec()
            _note(scope, status, time.monotonic() - started, is_stream)


def _note(scope: Scope, status: int, seconds: float, is_stream: bool) -> None:
    method, path = scope.get("method", "WEBSOCKET"), scope["path"]
    if status != 101 and not is_stream:  # their durations say how long a tab was open
        REQUEST_SECONDS.labels(_kind(path), f"{status // 100}xx").observe(seconds)
    line = log("web")
    is_quiet = path.startswith(QUIET_PREFIXES)
    write = line.warning if status >= 500 else line.debug if is_quiet else line.info
    write("request", method=method, path=path[:LONGEST_PATH], status=status, took_ms=round(seconds * 1000, 1))


def _kind(path: str) -> str:
    """The group of a path in metrics. Paths themselves are unbounded, because clients choose them."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return {"api": "api", "static": "static", "metrics": "metrics", "health": "health", "_stcore": "streamlit"}.get(
        first, "pages"
    )


@contextmanager
def script_timed(page: str) -> Iterator[None]:
    """Measure one run of a page's script."""
    started = time.monotonic()
    failure = None
    try:
        yield
    except Exception as error:
        failure = type(error).__name__
        raise
    finally:
        seconds = time.monotonic() - started
        SCRIPT_SECONDS.labels(page).observe(seconds)
        write = log("web").info if failure is None else log("web").warning
        extra = {} if failure is None else {"error": failure}
        write("script", page=page, took_ms=round(seconds * 1000, 1), **extra)
