"""The web process: the pages of app.py with the JSON and health routes beside them: `streamlit run server.py`."""

import asyncio
import gc
import logging
import os
import runpy
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from socket import socket
from threading import Thread
from typing import TYPE_CHECKING

import streamlit as st
import uvicorn.config
from google.protobuf.message import DecodeError
from sqlalchemy import Engine
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route
from streamlit import config, file_util
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.pages_manager import PagesManager

from api.reader import THREADS, Reader
from api.routes import routes
from api.settings import ApiConfigurationError, ApiSettings
from api.settings import read_settings as read_api_settings
from db.engine import reader_engine, sign_in_engine
from db.viewing import viewing
from logs.lines import configure_log_lines
from pages.components.live.run_request import RUN_REQUEST
from pages.components.sheet.sheet import serve_apart, sheet_script, sheet_style
from pages.first_frame import files as first_frame
from pages.first_frame.words import TITLES
from pages.live import route as live
from signin.gate import Gate
from signin.identity import Identity
from signin.own_session import OwnSession
from signin.routes import sign_in_routes
from signin.service import SignIn
from signin.settings import SignInConfigurationError, SignInSettings, check_api_token, check_listening
from signin.settings import read_settings as read_sign_in_settings
from signin.store import Store
from web.collecting import Collector, wait_for_calm
from web.figures import FigureThreads
from web.first_sheet import PREFIX, FirstSheet
from web.hosts import KnownHosts
from web.index_page import FrameFiles, IndexPage
from web.install import install_routes
from web.metrics import metrics_routes
from web.own_files import OwnFile
from web.packed_files import PackedFiles
from web.pulse import Pulse
from web.settings import WebConfigurationError, WebSettings, read_settings
from web.timing import Timed

if TYPE_CHECKING:
    from pages.live.hub import Hub

log = logging.getLogger("stillframe.server")

APP = Path(__file__).with_name("app.py")
STATIC_FILES = Path(file_util.get_static_dir())
WARM_UP = "warm-up"
# How long each page of the warm-up, and the collection after it, gives way to pages of viewers.
GIVE_WAY_SECONDS = 2.0
BAD_CONFIGURATION = 2  # the exit code that a supervisor does not answer with another start

# How long a computing page may keep the interpreter before the event loop gets its turn. With eight pages computing,
# health answered within 300 ms (p95) at Python's default of 5 ms and within 34 ms at this. Throughput was the same.
TURN_SECONDS = 0.0005

# Streamlit 1.67 takes a folder pages/ for its old multipage apps until st.navigation has run once. The first deep link
# would get a "Page not found" dialog.
PagesManager.uses_pages_directory = False


def warm_up() -> None:
    """Run every page once outside of a session, so that the first visitor finds modules loaded and caches filled.

    Outside of a session Streamlit's commands draw nothing. A page that fails is logged and stops nothing. Between two
    pages it gives way to viewers: beside it, their pages took twice as long.
    """
    started = time.monotonic()
    # Streamlit logs a warning for each command outside of a session.
    streamlit_log = logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context")
    quiet = (WARM_UP, first_frame.THREADS, live.THREADS)
    streamlit_log.addFilter(lambda record: not str(record.threadName).startswith(quiet))
    pages = runpy.run_path(str(APP))["PAGES"]
    for path, show in pages.items():
        wait_for_calm(GIVE_WAY_SECONDS)
        try:
            with viewing(own_session.token()):
                show()
        except Exception as error:
            log.warning("%s: %s failed: %s: %s", WARM_UP, path, type(error).__name__, error)
    first_frame.PAGES.update(pages)
    wait_for_calm(GIVE_WAY_SECONDS)
    settle()
    log.info("%s: %d pages in %.1f s", WARM_UP, len(pages), time.monotonic() - started)


def settle() -> None:
    """Freeze all objects that exist now (modules, warm caches), so that the garbage collector skips them.

    Looking at every object of the process took 45 ms, and no page ran meanwhile (measured).
    """
    gc.collect()
    gc.freeze()
    Collector().start()


def farewell(path: str) -> bytes:
    """The message that leads an open page to a path."""
    message = ForwardMsg()
    message.auth_redirect.url = path
    serialised: bytes = message.SerializeToString()
    return serialised


def is_click(frame: bytes) -> bool:
    """True if a person did something. Pages also send messages by a timer, and when they have other places."""
    try:
        message = BackMsg.FromString(frame)
    except DecodeError:
        return False
    if message.WhichOneof("type") != "rerun_script" or message.rerun_script.is_auto_rerun:
        return False
    states = message.rerun_script.widget_states.widgets
    return not any(state.id.endswith(RUN_REQUEST) and state.json_trigger_value for state in states)


def own_files() -> FrameFiles:
    """Our files in every page. Components load from there, instead of with the first message of each session."""
    module, style = OwnFile("stillframe", "js", sheet_script()), OwnFile("stillframe", "css", sheet_style())
    serve_apart(module.path, style.path)
    start, frame = OwnFile("start", "js", first_frame.START), OwnFile("first_frame", "js", first_frame.SCRIPT)
    return FrameFiles(start, frame, module, style, first_frame.STYLE)


def open_reader() -> Engine:
    """The engine of the data routes, in the role that can only read."""
    return reader_engine(pool_size=THREADS)


def settings() -> tuple[ApiSettings, WebSettings, SignInSettings]:
    """The settings of API, web process and sign-in. Invalid ones end the start, with one line each."""
    try:
        every = read_api_settings(), read_settings(), read_sign_in_settings()
        check_listening(every[2], config.get_option("server.address"))
        check_api_token(every[2], os.environ)
    except (ApiConfigurationError, WebConfigurationError, SignInConfigurationError) as error:
        sys.stderr.write("".join(f"stillframe: {line}\n" for line in str(error).splitlines()))
        raise SystemExit(BAD_CONFIGURATION) from None
    return every


def tokens(api: ApiSettings, web: WebSettings) -> list[tuple[str, ...]]:
    """The secrets that no log line may show."""
    secrets = (api.secret, web.metrics_token)
    return [(secret.text(),) for secret in secrets if secret is not None]


def middleware(web: WebSettings, sign_in: SignIn) -> list[Middleware]:
    """Every request passes these in this order, websockets too, before pages, API and static files."""
    return [
        Middleware(Timed),
        Middleware(KnownHosts, hosts=web.hosts),
        Middleware(Gate, sign_in=sign_in),
        Middleware(
            IndexPage,
            folder=STATIC_FILES,
            titles=TITLES,
            render=first_frame.render_frame,
            files=FILES,
            threads=FigureThreads(first_frame.THREADS, first_frame.COOKIE),
        ),
        Middleware(PackedFiles, folder=STATIC_FILES),
    ]


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Start the warm-up when the process begins to serve. It runs in the background."""
    sys.setswitchinterval(TURN_SECONDS)
    Thread(target=warm_up, name=WARM_UP, daemon=True).start()
    async with watched_loop():
        yield
    reader.close()
    sign_in.identity.close()


@asynccontextmanager
async def watched_loop() -> AsyncIterator[None]:
    """Answer for the event loop on the health port, if one is set."""
    if web_settings.health_port is None:
        yield
        return
    try:
        pulse = Pulse(web_settings.health_port)
    except OSError as error:
        raise SystemExit(
            f"STILLFRAME_HEALTH_PORT {web_settings.health_port} cannot be used: {error.strerror}"
        ) from None
    beating = asyncio.create_task(pulse.beat())
    try:
        yield
    finally:
        beating.cancel()
        pulse.close()


def open_hub() -> "Hub":
    """The hub of the stream. Its modules load with the first stream: the caches of pages need a running server."""
    from pages.live.hub import Hub
    from pages.live.recipes import OPEN_PAGES

    return Hub(OPEN_PAGES, sign_in.live_credentials, own_session.token)


def end_streams_first(stream: live.LiveStream) -> None:
    """Let the server end the streams when it stops. It waits for open answers, and a stream has no end of its own."""
    shut_down = uvicorn.Server.shutdown

    async def shutdown(self: uvicorn.Server, sockets: list[socket] | None = None) -> None:
        stream.close()
        await shut_down(self, sockets)

    uvicorn.Server.shutdown = shutdown  # type: ignore[method-assign]


async def to_first_page(request: Request) -> RedirectResponse:
    """Redirect "/overview" to "/" with its query: Streamlit serves the first page only there."""
    return RedirectResponse(str(request.url.replace(path="/", scheme="", netloc="")))


# uvicorn believes X-Forwarded-For and -Proto of every client on this machine. Only the proxies of our setting count.
uvicorn.config.ProxyHeadersMiddleware = lambda app, trusted_hosts: app  # type: ignore[assignment,misc,attr-defined]

FILES = own_files()
api_settings, web_settings, sign_in_settings = settings()
configure_log_lines(web_settings.log_format, web_settings.log_level, tokens(api_settings, web_settings))
reader = Reader(open_reader)
store = Store(sign_in_engine, sign_in_settings)
own_session = OwnSession(store, sign_in_settings)
sign_in = SignIn(sign_in_settings, Identity(store), farewell, is_click)
stream = live.LiveStream(open_hub)
end_streams_first(stream)
sheet_threads = FigureThreads(f"{first_frame.THREADS}-sheet", first_frame.COOKIE)
first_sheet = FirstSheet(TITLES, first_frame.render_sheet, sheet_threads)
app = st.App(
    APP,
    routes=[
        *sign_in_routes(sign_in),
        *metrics_routes(web_settings),
        *install_routes(),
        *routes(reader, api_settings, own_session.token),
        Route(live.PATH, stream),
        Route("/overview", to_first_page),
        Route(f"{PREFIX}/{{path:path}}", first_sheet),
    ],
    middleware=middleware(web_settings, sign_in),
    lifespan=lifespan,
)
