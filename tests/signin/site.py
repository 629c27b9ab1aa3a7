"""A small site behind the gate, over real HTTP, on a database of its own: two users and a page that shows who came."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
import uvicorn
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from db.credentials import password_hash
from db.engine import sign_in_engine
from db.writes.sign_in_mode import write_sign_in_mode
from db.writes.viewers import insert_viewer
from domain.viewers import CREDENTIAL, VIEWER
from signin.gate import CREDENTIAL_HEADER, Gate
from signin.identity import Identity
from signin.routes import sign_in_routes
from signin.service import SignIn
from signin.settings import SignInSettings
from signin.store import Store

PASSWORD = "five random words of mine"
NAVIGATION = {"Accept": "text/html"}
STREAM = "/_stcore/stream"


@dataclass(frozen=True)
class Site:
    """The running site, and what a test looks at."""

    url: str
    database: Any
    sign_in: SignIn

    def browser(self) -> requests.Session:
        """A browser without cookies that opens pages."""
        browser = requests.Session()
        browser.headers.update(NAVIGATION)
        browser.trust_env = False
        return browser

    def audit(self) -> list[tuple[str | None, str, str | None]]:
        """Who did what, in order."""
        with self.database.owner.connect() as connection:
            rows = connection.execute(text("SELECT viewer, action, detail FROM audit ORDER BY id"))
            return [(row.viewer, row.action, row.detail) for row in rows]

    def execute(self, statement: str, **params: Any) -> None:
        with self.database.owner.begin() as connection:
            connection.execute(text(statement), params)


@contextmanager
def site_on(
    database: Any,
    settings: SignInSettings,
    port: int = 0,
    more_routes: Callable[[SignIn], Sequence[BaseRoute]] = lambda _: (),
) -> Iterator[Site]:
    """Serve the site with these settings until the block ends. Users: alice with PASSWORD, and bob without one."""
    write_sign_in_mode(database.owner, settings.mode)
    with database.writer.begin() as connection:
        insert_viewer(connection, "alice", False, password_hash(PASSWORD))
        insert_viewer(connection, "bob", False, None)
    store = Store(lambda: sign_in_engine(database.settings), settings)
    sign_in = SignIn(settings, Identity(store))
    routes = [
        *sign_in_routes(sign_in),
        Route("/health", lambda _: PlainTextResponse("ok")),
        Route("/api/who", _who),
        WebSocketRoute(STREAM, _echo),
        *more_routes(sign_in),
        Route("/{path:path}", _who),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(Gate, sign_in=sign_in)])
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", lifespan="off", proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Site(f"http://127.0.0.1:{port}", database, sign_in)
    finally:
        server.should_exit = True
        thread.join(60)
        sign_in.identity.close()


async def _who(request: Request) -> JSONResponse:
    state = request.scope.get("state", {})
    viewer = state.get(VIEWER)
    header = request.headers.get(CREDENTIAL_HEADER.decode())
    return JSONResponse(
        {"viewer": viewer and viewer.name, "header_is_credential": header == state.get(CREDENTIAL), "header": header},
        headers={"Cache-Control": "public, max-age=3600"},
    )


async def _echo(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        while True:
            await websocket.send_bytes(await websocket.receive_bytes())
    except WebSocketDisconnect:
        return


def signed_in(site: Site, name: str = "alice", password: str = PASSWORD, **headers: str) -> requests.Session:
    """A browser after the form was sent."""
    browser = site.browser()
    browser.headers.update({key.replace("_", "-"): value for key, value in headers.items()})
    response = send_form(site, browser, name, password)
    assert response.status_code == 303, response.text
    return browser


def send_form(
    site: Site, browser: requests.Session, name: str, password: str, following: str = "/", **headers: str
) -> requests.Response:
    """Open the form and send it."""
    shown = browser.get(site.url + "/sign-in", params={"following": following}).text
    fields = {"form_token": hidden(shown, "form_token"), "following": hidden(shown, "following")}
    return browser.post(
        site.url + "/sign-in", {**fields, "name": name, "password": password}, headers=headers, allow_redirects=False
    )


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of a form."""
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


def cookie_of(browser: requests.Session) -> str:
    """The session of a browser."""
    return next(str(cookie.value) for cookie in browser.cookies if "stillframe_session" in cookie.name)
