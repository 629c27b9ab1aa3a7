"""Gate: stands in front of pages, websocket, static data and API. Nothing is computed for a stranger.

A request that passes carries the viewer in its state, and the credential in a header that only this module can set.
Pages and API read the database with that credential, and Postgres itself decides which rows it may see.
"""

import logging
from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.credentials import token_hash
from db.outages import DatabaseUnavailable
from domain.viewers import CREDENTIAL, VIEWER, Mode, Viewer
from signin.addresses import is_from_proxy, is_secure
from signin.cookies import SESSION, cookie_of, set_session
from signin.html import message_page
from signin.service import SignIn, is_name_of

log = logging.getLogger("stillframe.sign_in")

# The header that carries the credential to pages and API. It is removed from every request that arrives.
CREDENTIAL_HEADER = b"x-stillframe-credential"

# Health tells nothing of accounts. Streamlit's browser code asks for the last two before it connects again.
PUBLIC = frozenset(
    {
        "/health",
        "/ping_fast",
        "/__ping",
        "/api/health",
        "/api/health/ready",
        "/metrics",  # it has a token of its own
        "/sign-in",
        "/sign-in/callback",
        "/signed-out",
        "/_stcore/health",
        "/_stcore/host-config",
    }
)


@dataclass(frozen=True, slots=True)
class Pass:
    """A request that may go on. `is_new` if its session began with it."""

    viewer: Viewer
    credential: str
    is_session: bool = True
    is_new: bool = False


class Gate:
    """Middleware that lets signed-in people pass."""

    def __init__(self, app: ASGIApp, sign_in: SignIn) -> None:
        self._app = app
        self._sign_in = sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != CREDENTIAL_HEADER]
        if not self._sign_in.settings.is_on:
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        try:
            entry = await self._entry(connection)
        except DatabaseUnavailable as error:
            entry = None
            if scope["path"] not in PUBLIC:
                await _refuse(scope, receive, send, _unavailable(connection, error))
                return
        if entry is not None:
            await self._pass(entry, scope, receive, send)
        elif scope["path"] in PUBLIC:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._turn_away(connection, receive, send)
        else:
            await _refuse(scope, receive, send, _stranger(connection))

    async def _entry(self, connection: HTTPConnection) -> Pass | None:
        """The viewer of a request. Raises DatabaseUnavailable."""
        sign_in = self._sign_in
        bearer = bearer_of(connection.headers)
        if bearer is not None and connection.url.path.startswith("/api/"):
            viewer = await sign_in.identity.ask(lambda store: store.viewer_of_token(token_hash(bearer)))
            return None if viewer is None else Pass(viewer, bearer, is_session=False)
        cookie = cookie_of(connection, SESSION, is_secure(connection.scope, sign_in.settings))
        viewer = None if cookie is None else await sign_in.identity.viewer_of_session(token_hash(cookie))
        if sign_in.settings.mode is Mode.PROXY:
            return await self._entry_by_proxy(connection, cookie, viewer)
        return None if viewer is None or cookie is None else Pass(viewer, cookie)

    async def _entry_by_proxy(
        self, connection: HTTPConnection, cookie: str | None, viewer: Viewer | None
    ) -> Pass | None:
        """The user whom the proxy names, in a session of this user. Requests of anyone but the proxy are strangers."""
        settings = self._sign_in.settings
        names = connection.headers.getlist(settings.proxy_header)
        if not is_from_proxy(connection.scope, settings.proxies) or len(names) != 1:
            return None
        if viewer is not None and cookie is not None and is_name_of(viewer, names[0]):
            return Pass(viewer, cookie)
        if not _is_navigation(connection):
            return None
        token = await self._sign_in.begin_for(names[0], connection)
        begun = None if token is None else await self._sign_in.identity.viewer_of_session(token_hash(token))
        return None if begun is None or token is None else Pass(begun, token, is_new=True)

    async def _pass(self, entry: Pass, scope: Scope, receive: Receive, send: Send) -> None:
        scope["headers"] = [*scope["headers"], (CREDENTIAL_HEADER, entry.credential.encode("latin-1", "replace"))]
        scope["state"] = {**scope.get("state", {}), VIEWER: entry.viewer, CREDENTIAL: entry.credential}
        if scope["type"] == "websocket":
            await self._sign_in.watch(token_hash(entry.credential), self._app, scope, receive, send)
            return
        cookie = entry.credential if entry.is_new else None
        secure = is_secure(scope, self._sign_in.settings)

        async def send_private(message: Message) -> None:
            if message["type"] == "http.response.start":
                _make_private(message, scope["path"])
                if cookie is not None:
                    _add_cookie(message, cookie, secure)
            await send(message)

        await self._app(scope, receive, send_private)

    async def _turn_away(self, connection: HTTPConnection, receive: Receive, send: Send) -> None:
        """Refuse a websocket. A page whose session has ended meanwhile is led to the form first."""
        secure = is_secure(connection.scope, self._sign_in.settings)
        protocols = connection.headers.get("sec-websocket-protocol", "").split(",")
        if cookie_of(connection, SESSION, secure) is None or protocols[0].strip() != "streamlit":
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "streamlit"})
        await send({"type": "websocket.send", "bytes": self._sign_in.farewell("/sign-in")})
        await send({"type": "websocket.close", "code": 4401, "reason": "the session has ended"})


def bearer_of(headers: Headers) -> str | None:
    """The bearer token of a request."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


async def _refuse(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1013, "reason": ""})
    else:
        await response(scope, receive, send)


def _is_navigation(connection: HTTPConnection) -> bool:
    """True if a person opens a page, rather than a page loading its files."""
    mode = connection.headers.get("sec-fetch-mode")
    accepts_html = "text/html" in connection.headers.get("accept", "")
    return connection.scope.get("method") in ("GET", "HEAD") and (mode == "navigate" if mode else accepts_html)


def _stranger(connection: HTTPConnection) -> Response:
    path = connection.url.path
    headers = {"Cache-Control": "private, no-store"}
    if path.startswith("/api/") or path == "/api":
        line = "sign in, or send the header 'Authorization: Bearer <token>' (python -m refresher token add)"
        challenge = {"WWW-Authenticate": 'Bearer realm="stillframe"'}
        return JSONResponse({"error": line}, 401, {**headers, **challenge})
    if not _is_navigation(connection):
        return PlainTextResponse("Sign in first.\n", 401, headers)
    query = connection.url.query
    following = quote(f"{path}?{query}" if query else path, safe="")
    return RedirectResponse(f"/sign-in?following={following}" if following != "%2F" else "/sign-in", 303, headers)


def _unavailable(connection: HTTPConnection, error: DatabaseUnavailable) -> Response:
    log.warning("a session could not be checked: %s", error)
    if connection.url.path.startswith("/api/"):
        response: Response = JSONResponse({"error": str(error)}, 503)
    else:
        words = f"Your session cannot be checked: {error}. Reload this page in a moment."
        response = message_page("The database cannot be reached", words, status=503)
    response.headers["Retry-After"] = "2"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _make_private(message: Message, path: str) -> None:
    """Keep data out of every cache. Streamlit's own files, named by their content, stay in the browser's."""
    headers = MutableHeaders(scope=message)
    is_program = path.startswith("/static/") and "immutable" in headers.get("cache-control", "")
    headers["Cache-Control"] = "private, max-age=31536000, immutable" if is_program else "private, no-store"


def _add_cookie(message: Message, token: str, secure: bool) -> None:
    carrier = Response()
    set_session(carrier, token, secure)
    MutableHeaders(scope=message).append("set-cookie", carrier.headers["set-cookie"])
