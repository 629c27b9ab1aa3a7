"""SignIn: begins, watches and ends sessions. Gate and routes share it."""

import asyncio
import logging
from collections.abc import Callable
from operator import methodcaller

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from db.credentials import CredentialRefused, checked_name, new_token, token_hash
from db.outages import DatabaseUnavailable
from domain.viewers import Viewer
from signin.addresses import client_address
from signin.identity import Identity
from signin.open_sockets import OpenSockets, Socket
from signin.settings import SignInSettings

log = logging.getLogger("stillframe.sign_in")

# An open page whose session ended elsewhere is closed within this time.
LOOK_SECONDS = 1.0


def is_name_of(viewer: Viewer, name: str) -> bool:
    """True if a name from outside is the name of this viewer."""
    try:
        return checked_name(name) == viewer.name
    except CredentialRefused:
        return False


class SignIn:
    """`farewell` makes the message that leads an open page to a path. `is_activity` tells clicks from timers."""

    def __init__(
        self,
        settings: SignInSettings,
        identity: Identity,
        farewell: Callable[[str], bytes] = str.encode,
        is_activity: Callable[[bytes], bool] = bool,
    ) -> None:
        self.settings = settings
        self.identity = identity
        self.farewell = farewell
        self._is_activity = is_activity
        self._sockets = OpenSockets()
        self._watching: asyncio.Task[None] | None = None

    async def begin_for(self, name: str, connection: HTTPConnection) -> str | None:
        """Begin a session for the user whom a proxy or provider names. Returns its token, None for a stranger.

        Raises DatabaseUnavailable.
        """
        try:
            stored = checked_name(name)
        except CredentialRefused:
            return None
        if not await self.identity.ask(lambda store: store.has_viewer(stored)):
            log.warning("%r may not sign in: there is no such user (python -m refresher user add)", stored)
            return None
        return await self.begin(stored, connection)

    async def begin(self, name: str, connection: HTTPConnection) -> str:
        """Begin a session of this user. Returns its token, which is always a new one. Raises DatabaseUnavailable."""
        token = new_token()
        address = client_address(connection.scope, self.settings.proxies)
        await self.identity.ask(lambda store: store.begin_session(token_hash(token), name, address))
        log.info("%s signed in", name)
        return token

    async def note_stranger(self, name: str, connection: HTTPConnection) -> None:
        """Write the audit row of somebody whom the provider knows and Stillframe does not."""
        address = client_address(connection.scope, self.settings.proxies)
        await self.identity.ask(lambda store: store.note_stranger(name, address))

    async def end(self, token: str, connection: HTTPConnection, leads_to: str) -> None:
        """End a session, and every page that is open in it. Raises DatabaseUnavailable."""
        session = token_hash(token)
        address = client_address(connection.scope, self.settings.proxies)
        await self.identity.ask(lambda store: store.end_session(session, address))
        self.identity.forget(session)
        await self._sockets.end([session], self.farewell(leads_to))

    async def watch(self, session: bytes, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a websocket until it closes or its session ends."""
        socket = Socket(receive, send, self._is_activity)
        self._sockets.add(session, socket)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._look_after_sockets())
        try:
            await app(scope, socket.receive, socket.send)
        finally:
            self._sockets.remove(session, socket)

    async def live_credentials(self, credentials: frozenset[str]) -> frozenset[str]:
        """Those of these session tokens whose sessions have not ended. All of them while the database is away."""
        by_hash = {token_hash(credential): credential for credential in credentials}
        try:
            live = await self.identity.ask(methodcaller("live_sessions", frozenset(by_hash), frozenset()))
        except DatabaseUnavailable:
            return credentials  # a session cannot be revoked while the database is away
        return frozenset(by_hash[session] for session in live)

    async def _look_after_sockets(self) -> None:
        """While a socket is open: end those whose session has ended, and extend sessions that are in use."""
        while open_sessions := self._sockets.sessions():
            active = self._sockets.take_active()
            try:
                live = await self.identity.ask(methodcaller("live_sessions", open_sessions, active))
            except DatabaseUnavailable:
                live = open_sessions  # a session cannot be revoked while the database is away
            ended = open_sessions - live
            for session in ended:
                self.identity.forget(session)
            await self._sockets.end(ended, self.farewell("/sign-in"))
            await asyncio.sleep(LOOK_SECONDS)
