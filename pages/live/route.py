"""Route: one stream of server-sent events per browser, shared by its tabs. Behind the same gate as the pages."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from domain.viewers import CREDENTIAL, VIEWER

if TYPE_CHECKING:  # the hub loads with the first stream, as the caches of the pages need a running server
    from pages.live.groups import Subscriber
    from pages.live.hub import Hub

PATH = "/live/stream"
# The names of the threads that work out figures.
THREADS = "live"
MOST_TABS = 60
_LONGEST = 60
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
    (b"x-accel-buffering", b"no"),  # for proxies that would collect a whole answer first
]


def pages_asked_for(request: Request) -> dict[str, str]:
    """The versions that a browser has, by token: `see=<token>.<version>` for each page."""
    texts = request.query_params.getlist("see")[:MOST_TABS]
    pairs = (text[:_LONGEST].partition(".") for text in texts)
    return {token: version for token, _, version in pairs if token}


class LiveStream:
    """The stream as an ASGI application. Its hub begins with the first browser."""

    def __init__(self, open_hub: Callable[[], "Hub"]) -> None:
        self._open_hub = open_hub
        self._hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the browser leaves or its session ends."""
        from pages.live.groups import Subscriber
        from pages.live.hub import TooManySubscribers

        if scope["method"] != "GET":
            await PlainTextResponse("Use GET.\n", 405, {"Allow": "GET"})(scope, receive, send)
            return
        if self._hub is None:
            self._hub = self._open_hub()
        request, state = Request(scope), scope.get("state", {})
        viewer = state.get(VIEWER)
        subscriber = Subscriber(state.get(CREDENTIAL), "" if viewer is None else viewer.name, pages_asked_for(request))
        leaving = asyncio.create_task(_until_left(receive, subscriber))
        try:
            async with aclosing(self._hub.stream(subscriber)) as events:
                await _send_all(events, send)
        except TooManySubscribers:
            busy = PlainTextResponse("Stillframe is busy.\n", 503, {"Retry-After": "10"})
            await busy(scope, receive, send)
        except OSError:
            return  # the browser has left
        finally:
            leaving.cancel()

    def close(self) -> None:
        """End all streams. A server that stops waits for open answers."""
        if self._hub is not None:
            self._hub.close()


async def _send_all(events: AsyncIterator[bytes], send: Send) -> None:
    has_begun = False
    async for event in events:
        if not has_begun:
            has_begun = True
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": event, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_left(receive: Receive, subscriber: "Subscriber") -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    subscriber.end()
