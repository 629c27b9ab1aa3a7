"""The web process: the pages of app.py with the JSON and health routes beside them: `streamlit run server.py`.

At start it opens one page session to itself and walks through every page. Until app.py has run once, Streamlit 1.67
takes the pages/ folder for its own and greets the first deep link with a "Page not found" dialog; afterwards the
dialog is gone and the caches are warm. A browser that is faster than that waits for it, the routes do not.
"""

import asyncio
import gc
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st
from sqlalchemy import Engine
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from api.reading import THREADS, Reading
from api.routes import routes
from api.settings import ApiConfigurationError, ApiSettings, read_settings
from db.engine import reader_engine

log = logging.getLogger("stillframe.server")

# The walk is a courtesy to the first visitor: however it fares, nobody waits longer than this for it.
LONGEST_WAIT_SECONDS = 10.0
WARM_UP = "stillframe.warm_up"

# How long a computing page may keep the interpreter before the event loop gets its turn. With eight pages computing,
# health answered within 300 ms (p95) at Python's default of 5 ms and within 34 ms at this; throughput was the same.
TURN_SECONDS = 0.0005


class WarmUp:
    """One walk through every page, and the door at which the first browsers wait for it."""

    def __init__(self) -> None:
        self._over = asyncio.Event()

    async def walk(self, app: ASGIApp) -> None:
        """Open every page once; a failure is told in one line and keeps nobody out."""
        started = time.monotonic()
        try:
            async with asyncio.timeout(LONGEST_WAIT_SECONDS):
                pages = await PageSession(app).walk()
            log.info("warm-up: %d pages in %.1f s", pages, time.monotonic() - started)
        except TimeoutError:
            log.warning("warm-up: not done within %g s; the first visitor will wait a little", LONGEST_WAIT_SECONDS)
        except Exception as error:
            log.warning("warm-up: %s: %s; the first visitor will wait a little", type(error).__name__, error)
        finally:
            settle()
            self._over.set()

    async def wait(self) -> None:
        """Return when the walk is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), LONGEST_WAIT_SECONDS)


class PageSession:
    """A browser without a screen: speaks the pages' own protocol with the application, inside the process."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()

    async def walk(self) -> int:
        """Run the first page, then each page it links to; returns how many there were."""
        scope: Scope = {
            "type": "websocket",
            "path": "/_stcore/stream",
            "raw_path": b"/_stcore/stream",
            "query_string": b"",
            "root_path": "",
            "scheme": "ws",
            "headers": [(b"host", b"localhost")],
            "client": ("127.0.0.1", 0),
            "server": ("127.0.0.1", 0),
            "subprotocols": [],
            WARM_UP: True,
        }
        await self._to_app.put({"type": "websocket.connect"})
        connection = asyncio.ensure_future(self._app(scope, self._to_app.get, self._from_app.put))
        try:
            names = await self._run("")
            for name in names:
                await self._run(name)
        finally:
            await self._to_app.put({"type": "websocket.disconnect", "code": 1000})
            await connection
        return len(names) + 1

    async def _run(self, page: str) -> list[str]:
        """Run one page to its end; returns the names of the other pages it links to."""
        wish = BackMsg()
        wish.rerun_script.page_name = page
        await self._to_app.put({"type": "websocket.receive", "bytes": wish.SerializeToString()})
        names: list[str] = []
        while True:
            message = await self._from_app.get()
            if message["type"] == "websocket.close":
                raise ConnectionError(f"the pages closed the session: {message.get('reason') or message.get('code')}")
            told = ForwardMsg.FromString(message.get("bytes") or b"")
            if told.WhichOneof("type") == "navigation":
                names = [page.url_pathname for page in told.navigation.app_pages if not page.is_default]
            elif told.WhichOneof("type") == "script_finished":
                return names


def settle() -> None:
    """Take what stands now (modules, warm caches) out of the garbage collector's sight for good.

    Streamlit collects garbage after each page run, looking at every object of the process: 45 ms of an otherwise empty
    page, in which no other page gets on (measured).
    """
    gc.collect()
    gc.freeze()


class Door:
    """ASGI middleware: a browser's page session waits until the warm-up is over; every other request passes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, in time."""
        if scope["type"] == "websocket" and not scope.get(WARM_UP) and (warm_up := app.state.get("warm_up")):
            await warm_up.wait()
        await self._app(scope, receive, send)


def open_reader() -> Engine:
    """The engine of the data routes, in the role that can only read."""
    return reader_engine(pool_size=THREADS)


def settings() -> ApiSettings:
    """The API's settings; one that cannot be used ends the start with its one line."""
    try:
        return read_settings()
    except ApiConfigurationError as error:
        raise SystemExit(str(error)) from None


@asynccontextmanager
async def lifespan(application: st.App) -> AsyncIterator[dict[str, object]]:
    """Begin the warm-up as the process begins to serve."""
    sys.setswitchinterval(TURN_SECONDS)
    warm_up = WarmUp()
    walk = asyncio.create_task(warm_up.walk(application))
    yield {"warm_up": warm_up}
    walk.cancel()
    reading.close()


async def to_first_page(request: Request) -> RedirectResponse:
    """Streamlit knows the first page only as "/": a link that names it is shown the way, with what it asks for."""
    return RedirectResponse(str(request.url.replace(path="/", scheme="", netloc="")))


reading = Reading(open_reader)
app = st.App(
    Path(__file__).with_name("app.py"),
    routes=[*routes(reading, settings()), Route("/overview", to_first_page)],
    lifespan=lifespan,
    middleware=[Middleware(Door)],
)
