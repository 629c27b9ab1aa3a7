"""Serving routes over real HTTP for tests, on a free port of this machine."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

ELSEWHERE = "203.0.113.9"


@dataclass(frozen=True)
class Served:
    """A running server. `get` sends a request as a client on this machine."""

    url: str

    def get(self, path: str, headers: Mapping[str, str] | None = None, **params: Any) -> requests.Response:
        return requests.get(self.url + path, params=params, headers=headers, timeout=60)


@contextmanager
def serving(routes: Sequence[BaseRoute], client: str | None = None) -> Iterator[Served]:
    """Serve routes until the block ends. Every request has the address `client`."""
    app: ASGIApp = Starlette(routes=list(routes))
    if client is not None:
        app = _from_address(app, client)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Served(f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join(60)


def _from_address(app: ASGIApp, client: str) -> ASGIApp:
    async def moved(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "client": (client, 50000)}, receive, send)

    return moved


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for a condition. Fails if it never comes."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
