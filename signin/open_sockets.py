"""Open sockets: the websockets of each session, so that they end with it."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable

from starlette.types import Message, Receive, Send

# Close codes from 4000 on belong to the application.
SESSION_ENDED = 4401


class Socket:
    """One websocket of a session. Sends nothing after the session has ended."""

    def __init__(self, receive: Receive, send: Send, is_activity: Callable[[bytes], bool]) -> None:
        self._receive = receive
        self._send = send
        self._is_activity = is_activity
        self._is_open = False
        self._has_ended = False
        self._turn = asyncio.Lock()
        self.was_active = False

    async def receive(self) -> Message:
        """The next message of the browser."""
        message = await self._receive()
        if message["type"] == "websocket.receive" and self._is_activity(message.get("bytes") or b""):
            self.was_active = True
        return message

    async def send(self, message: Message) -> None:
        """Send a message of the application, unless the session has ended."""
        async with self._turn:
            if self._has_ended:
                return
            self._is_open = self._is_open or message["type"] == "websocket.accept"
            await self._send(message)

    async def end(self, farewell: bytes) -> None:
        """Send a last message and close. The application then receives the disconnect."""
        async with self._turn:
            if self._has_ended:
                return
            self._has_ended = True
            if self._is_open:
                await self._send({"type": "websocket.send", "bytes": farewell})
            await self._send({"type": "websocket.close", "code": SESSION_ENDED, "reason": "the session has ended"})


class OpenSockets:
    """All open websockets of this process by the hash of their session."""

    def __init__(self) -> None:
        self._sockets: dict[bytes, set[Socket]] = defaultdict(set)

    def add(self, session: bytes, socket: Socket) -> None:
        """Remember a socket from its handshake on."""
        self._sockets[session].add(socket)

    def remove(self, session: bytes, socket: Socket) -> None:
        """Forget a socket that has closed."""
        self._sockets[session].discard(socket)
        if not self._sockets[session]:
            del self._sockets[session]

    def sessions(self) -> frozenset[bytes]:
        """The sessions with an open socket."""
        return frozenset(self._sockets)

    def take_active(self) -> frozenset[bytes]:
        """The sessions whose user did something since the last call."""
        active = set()
        for session, sockets in self._sockets.items():
            if any(socket.was_active for socket in sockets):
                active.add(session)
            for socket in sockets:
                socket.was_active = False
        return frozenset(active)

    async def end(self, sessions: Iterable[bytes], farewell: bytes) -> None:
        """End every socket of these sessions."""
        ending = [socket for session in sessions for socket in self._sockets.get(session, ())]
        await asyncio.gather(*(socket.end(farewell) for socket in ending), return_exceptions=True)
