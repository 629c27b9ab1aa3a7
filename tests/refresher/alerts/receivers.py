"""Receivers of messages: HTTP servers that answer as Telegram and Discord, and an SMTP server."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "123456:AAbbccddeeffgghh"
CHAT = "-1001"


@dataclass
class TelegramServer:
    """Takes messages. `script` are the next answers: a status and what else the body says. Else each is taken."""

    url: str = ""
    texts: list[str] = field(default_factory=list)
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    script: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    hangs: threading.Event = field(default_factory=threading.Event)  # while set, no answer comes

    def answer(self, path: str, fields: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.requests.append((path, fields))
        if self.script:
            return self.script.pop(0)
        self.texts.append(fields["text"])
        return 200, {"ok": True, "result": {"message_id": len(self.texts)}}


@contextmanager
def telegram_server() -> Iterator[TelegramServer]:
    """A server on a free port of this machine."""
    state = TelegramServer()
    with _http(state):
        yield state


@dataclass
class DiscordServer:
    """Takes messages of up to 2,000 characters, as Discord (discord.com/developers: content of a webhook)."""

    url: str = ""
    texts: list[str] = field(default_factory=list)
    refused: int = 0
    hangs: threading.Event = field(default_factory=threading.Event)

    def answer(self, path: str, fields: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if len(fields["content"]) > 2000:
            self.refused += 1
            return 400, {"content": ["Must be 2000 or fewer in length."]}
        self.texts.append(fields["content"])
        return 200, {}


@contextmanager
def discord_server() -> Iterator[DiscordServer]:
    """A server on a free port of this machine."""
    state = DiscordServer()
    with _http(state):
        yield state


@contextmanager
def _http(state: TelegramServer | DiscordServer) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, content = state.answer(self.path, json.loads(body))
            while state.hangs.is_set() and not stopped.wait(0.01):
                pass
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *args: object) -> None:
            pass

    stopped = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    with _serving(server, stopped):
        yield


@dataclass
class SmtpServer:
    """Takes mails. `refuses` counts how many it refuses first."""

    port: int = 0
    mails: list[Message] = field(default_factory=list)
    refuses: int = 0


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    """A server on a free port of this machine, without encryption."""
    state = SmtpServer()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 test")
            while line := self.rfile.readline().strip().upper():
                if line.startswith(b"QUIT"):
                    self._say("221 bye")
                    return
                if line.startswith(b"MAIL") and state.refuses:
                    state.refuses -= 1
                    self._say("451 try later")
                elif line == b"DATA":
                    self._data()
                else:
                    self._say("250 ok")

        def _data(self) -> None:
            self._say("354 go on")
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            state.mails.append(message_from_bytes(b"".join(lines)))
            self._say("250 taken")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.port = server.server_address[1]
    with _serving(server, threading.Event()):
        yield state


@contextmanager
def _serving(server: socketserver.BaseServer, stopped: threading.Event) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
