"""A relay between the refresher and the simulated exchange. It passes responses on, or spoils them in a chosen way."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import requests

PREFIX = "/exchange/v1/"
NO_LINGER = struct.pack("ii", 1, 0)  # closing then sends a reset


@dataclass(frozen=True, slots=True)
class Answer:
    """The real response of the exchange."""

    status: int
    body: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Exchange:
    """One request in the relay: the connection to the refresher, and the way to the real exchange."""

    handler: BaseHTTPRequestHandler
    forward: Callable[[], Answer]
    released: threading.Event

    def send(self, status: int, body: str, headers: Mapping[str, str] | None = None, *, seconds: float = 0.0) -> None:
        """Send a response, or a byte each `seconds`."""
        sent = body.encode()
        self.handler.send_response_only(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.handler.send_header(name, value)
        self.handler.send_header("Content-Length", str(len(sent)))
        self.handler.end_headers()
        self.write(sent, seconds)

    def write(self, sent: bytes, seconds: float = 0.0) -> None:
        """Write bytes at once, or one each `seconds` until the test releases them."""
        if not seconds:
            self.handler.wfile.write(sent)
            return
        for byte in sent:
            self.handler.wfile.write(bytes([byte]))
            if self.released.wait(seconds):
                return


Spoil = Callable[[Exchange], None]


def pass_on(exchange: Exchange) -> None:
    """The response as it is."""
    answer = exchange.forward()
    exchange.send(answer.status, answer.body, answer.headers)


def says(status: int, body: str, **headers: str) -> Spoil:
    """Another response instead."""
    return lambda exchange: exchange.send(status, body, headers)


def changes(change: Callable[[str], str]) -> Spoil:
    """The response with a changed body."""

    def spoil(exchange: Exchange) -> None:
        answer = exchange.forward()
        exchange.send(answer.status, change(answer.body), answer.headers)

    return spoil


def changes_rows(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Spoil:
    """The response with changed rows."""

    def changed(body: str) -> str:
        payload = json.loads(body)
        rows = payload["result"]["data"]
        for row in rows:
            row.update(change(row))
            for inner in row.get("position_balances", ()):
                inner.update(change(inner))
        return json.dumps(payload)

    return changes(changed)


def hang(exchange: Exchange) -> None:
    """No response until the test releases it."""
    exchange.released.wait(120)


def drip(exchange: Exchange) -> None:
    """A byte every now and then."""
    answer = exchange.forward()
    exchange.send(answer.status, answer.body, seconds=0.3)


def slow_header(exchange: Exchange) -> None:
    """A header that does not end."""
    exchange.handler.send_response_only(200)
    exchange.handler.flush_headers()
    exchange.write(b"X-Long: " + b"x" * 600, 0.3)


def cut(exchange: Exchange) -> None:
    """Half of the body, then the end of the connection."""
    answer = exchange.forward()
    sent = answer.body.encode()
    exchange.handler.send_response_only(200)
    exchange.handler.send_header("Content-Length", str(len(sent)))
    exchange.handler.end_headers()
    exchange.write(sent[: len(sent) // 2])


def reset(exchange: Exchange) -> None:
    """A reset connection."""
    exchange.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)


def tls_alert(exchange: Exchange) -> None:
    """The alert of a TLS server that refuses, in place of HTTP."""
    exchange.write(b"\x15\x03\x03\x00\x02\x02\x28")


@dataclass
class Relay:
    """A running relay. `spoiled` holds what happens to a path ("*": to all)."""

    target: str
    url: str = ""
    spoiled: dict[str, Spoil] = field(default_factory=dict)
    released: threading.Event = field(default_factory=threading.Event)
    paths: list[str] = field(default_factory=list)

    @contextmanager
    def spoiling(self, spoil: Spoil, *paths: str) -> Iterator[None]:
        """Spoil the responses of these paths, or of all, inside the block."""
        self.released.clear()
        self.spoiled = dict.fromkeys(paths or ("*",), spoil)
        try:
            yield
        finally:
            self.spoiled = {}
            self.released.set()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = urlsplit(handler.path).path.removeprefix(PREFIX)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        spoil = self.spoiled.get(path, self.spoiled.get("*", pass_on))
        self.paths.append(path)
        handler.close_connection = spoil is not pass_on

        def forward() -> Answer:
            response = requests.request(
                handler.command,
                self.target + handler.path,
                data=body,
                headers={"Content-Type": handler.headers.get("Content-Type", "application/json")},
                timeout=20,
            )
            return Answer(response.status_code, response.text, {"Date": response.headers.get("Date", "")})

        spoil(Exchange(handler, forward, self.released))


@contextmanager
def relay_to(target: str) -> Iterator[Relay]:
    """A relay on a free port of this machine."""
    relay = Relay(target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            with suppress(OSError):  # the refresher gave up, or the exchange is down
                relay.answer(self)
                return
            self.close_connection = True

        do_GET = do_POST = handle_any  # noqa: N815 - the library names them

        def log_message(self, *_: Any) -> None:
            """Tests speak for themselves."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    relay.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield relay
    finally:
        relay.released.set()
        server.shutdown()
        server.server_close()
