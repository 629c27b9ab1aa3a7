"""An HTTP server that answers with payloads written for a test, and remembers every request that reached it."""

import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """One request as it arrived."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    body: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """A scripted response.

    `cut` closes the connection after half of the body. `drips` sends the body byte by byte, with this many seconds
    between bytes, and `head_drips` sends a header that does not end.
    """

    body: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    drips: float = 0.0
    head_drips: float = 0.0


Answer = Reply | Callable[[Request], Reply]


@dataclass
class PayloadServer:
    """Responses by path. Other paths get the fallback, a 404 with Crypto.com's code for it."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    fallback: Answer = Reply(json.dumps({"code": 40401}), 404)
    requests: list[Request] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def says(self, path: str, payload: Any, **reply: Any) -> None:
        """Answer a Crypto.com path ("private/user-balance") with a payload, as JSON unless it is text already."""
        body = payload if isinstance(payload, str) else json.dumps(payload)
        self.answers[f"/exchange/v1/{path}"] = Reply(body, **reply)

    def lists(self, path: str, *rows: Any) -> None:
        """Answer a Crypto.com path with these rows."""
        self.says(path, {"id": 1, "method": path, "code": 0, "result": {"data": list(rows)}})

    def hangs(self, path: str) -> None:
        """Accept, and never answer (until the test is over)."""

        def never(_: Request) -> Reply:
            self.released.wait(120)
            return Reply("{}")

        self.answers[f"/exchange/v1/{path}"] = never

    def asked(self, path: str) -> int:
        """How often a Crypto.com path was asked for."""
        return sum(request.path == f"/exchange/v1/{path}" for request in self.requests)

    def answer(self, request: Request) -> Reply:
        """The scripted answer."""
        self.requests.append(request)
        answer = self.answers.get(request.path, self.fallback)
        return answer if isinstance(answer, Reply) else answer(request)


@contextmanager
def serving() -> Iterator[PayloadServer]:
    """A server on a free port of this machine for as long as the block lasts."""
    payloads = PayloadServer()
    server = _Server(("127.0.0.1", 0), _handler(payloads))
    payloads.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield payloads
    finally:
        payloads.released.set()
        server.end()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    has_ended = False

    def serve(self) -> None:
        """Serve until `end`. `serve_forever` looks at its end at intervals, which thousands of tests would wait for."""
        while not self.has_ended:
            self.handle_request()

    def end(self) -> None:
        """Wake `serve` by a connection that asks for nothing."""
        self.has_ended = True
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.server_port)).close()

    def process_request(self, request: Any, client_address: Any) -> None:
        if self.has_ended:
            self.shutdown_request(request)
        else:
            super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away, as one whose patience ended does, is no error of the server's."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler(payloads: PayloadServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            request = Request(
                self.command, parts.path, parse_qs(parts.query, keep_blank_values=True), body, dict(self.headers)
            )
            reply = payloads.answer(request)
            sent = reply.body.encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent)))
            if reply.head_drips:
                self.flush_headers()
                self.drip(b"X-Long: " + b"x" * 600, reply.head_drips)
            self.end_headers()
            if reply.drips:
                self.drip(sent, reply.drips)
            else:
                self.wfile.write(sent[: len(sent) // 2] if reply.cut else sent)
            self.close_connection = reply.cut

        def drip(self, sent: bytes, seconds: float) -> None:
            with suppress(OSError):
                for byte in sent:
                    self.wfile.write(bytes([byte]))
                    if payloads.released.wait(seconds):
                        return

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any  # noqa: N815  the library names them

        def log_message(self, *_: Any) -> None:
            """Tests speak for themselves."""

    return Handler
