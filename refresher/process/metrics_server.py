"""The port on which Prometheus reads the refresher's metrics. Closed unless `metrics_port` is set."""

import hmac
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Gauge, generate_latest

from db.load import LoadCollector
from db.secret_files import SecretText
from domain.version import VERSION
from logs.lines import log
from refresher.configuration.settings import ConfigurationError, MetricsSettings
from refresher.process.metrics import SOURCE_AGES

LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


def serve_metrics(settings: MetricsSettings) -> ThreadingHTTPServer | None:
    """Serve /metrics in a thread of its own. None if no port is set. Raises ConfigurationError for a port in use."""
    if settings.port is None:
        return None
    try:
        server = ThreadingHTTPServer((settings.address, settings.port), _handler(settings.token))
    except OSError as error:
        where = f"metrics_port = {settings.port} on {settings.address}"
        raise ConfigurationError((f"{where}: cannot be used ({error.strerror}); choose another port",)) from None
    Gauge("stillframe_build_info", "The version of this process.", ["version"]).labels(VERSION).set(1)
    REGISTRY.register(LoadCollector())
    REGISTRY.register(SOURCE_AGES)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    log().info("metrics", address=settings.address, port=server.server_port)
    return server


def _handler(token: SecretText | None) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """GET /metrics, and 404 for everything else."""

        server_version = "stillframe"
        sys_version = ""
        timeout = 10

        def do_GET(self) -> None:
            """Answer one request."""
            if self.path.partition("?")[0] != "/metrics":
                self._answer(404, b"there is only /metrics\n")
            elif not self._has_access():
                self._answer(
                    403 if token is None else 401, b"send 'Authorization: Bearer <STILLFRAME_METRICS_TOKEN>'\n"
                )
            else:
                self._answer(200, generate_latest(REGISTRY), CONTENT_TYPE_LATEST)

        def _has_access(self) -> bool:
            if token is None:
                # A site elsewhere may point its own name at this machine.
                return (self.headers.get("Host") or "").rpartition(":")[0] in LOCAL_NAMES
            scheme, _, shown = (self.headers.get("Authorization") or "").partition(" ")
            return scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), token.text().encode())

        def _answer(self, status: int, body: bytes, type_: str = "text/plain; charset=utf-8") -> None:
            self.send_response(status)
            self.send_header("Content-Type", type_)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the library
            """No line for a scrape."""

    return Handler
