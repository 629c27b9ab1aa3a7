"""The pulse: /health answered by a thread with a listener of its own, so that a blocked event loop cannot silence it.

The thread knows how long ago the event loop last turned. A loop that stands still for long makes the process unwell,
because nothing but a restart ends that.
"""

import asyncio
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

BEAT_SECONDS = 0.5
# A page or a lookup may block the loop for a few seconds. A loop that stands for this long is stuck.
STUCK_SECONDS = 60.0
_PATHS = ("/health", "/ping_fast", "/__ping")


class Pulse:
    """The listener on a port of this machine. `beat` runs in the event loop that it watches."""

    def __init__(self, port: int, stuck_seconds: float = STUCK_SECONDS) -> None:
        self._stuck_seconds = stuck_seconds
        self._beat_at = time.monotonic()
        self._server = _Listener(("127.0.0.1", port), _handler(self))
        self.port: int = self._server.server_address[1]
        Thread(target=self._server.serve_forever, args=(BEAT_SECONDS,), name="pulse", daemon=True).start()

    async def beat(self) -> None:
        """Note that the event loop turns, for as long as it does."""
        while True:
            self._beat_at = time.monotonic()
            await asyncio.sleep(BEAT_SECONDS)

    def standing_seconds(self) -> float:
        """How long the event loop has stood still."""
        return max(0.0, time.monotonic() - self._beat_at - BEAT_SECONDS)

    def response(self) -> tuple[int, bytes]:
        """The status and body of a health response."""
        seconds = self.standing_seconds()
        status = "stuck" if seconds > self._stuck_seconds else "ok"
        body = json.dumps({"status": status, "loop_standing_seconds": round(seconds, 3)})
        return (503 if status == "stuck" else 200), body.encode()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def _handler(pulse: Pulse) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 5  # a client that sends nothing keeps no thread

        def do_GET(self) -> None:
            is_known = self.path.partition("?")[0] in _PATHS
            status, body = pulse.response() if is_known else (404, b"{}")
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """No line for each request."""

    return Handler
