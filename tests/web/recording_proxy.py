"""Whether a process asks anything beyond this machine: a proxy that records, and blocked sockets."""

import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

HERE = Path(__file__).resolve().parents[2]

# Loaded by Python before any other code. It refuses name look-ups and connections beyond this machine.
BLOCKED = """
import sys
def watch(event, args):
    if event == "socket.getaddrinfo" and args[0] not in (None, "localhost", "127.0.0.1", "0.0.0.0", b"127.0.0.1"):
        line = f"look-up of {args[0]}"
    elif event == "socket.connect" and isinstance(args[1], tuple) and args[1][0] not in ("127.0.0.1", "::1"):
        line = f"connection to {args[1][0]}"
    else:
        return
    with open(%r, "a") as file:
        print(line, file=file)
    raise OSError("blocked by the test")
sys.addaudithook(watch)
"""


def blocked_environment(room: Path, proxy: str) -> tuple[Path, dict[str, str]]:
    """The file with what a process asked outside, and the environment that blocks and records it."""
    asked_outside = room / "asked outside"
    asked_outside.touch()
    (room / "blocked").mkdir()
    (room / "blocked" / "sitecustomize.py").write_text(BLOCKED % str(asked_outside))
    variables = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), proxy)
    return asked_outside, {"PYTHONPATH": f"{room / 'blocked'}:{HERE}", "no_proxy": "127.0.0.1,localhost", **variables}


class RecordingProxy:
    """Listens on this machine while the block runs."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))

    @property
    def url(self) -> str:
        """The address for http_proxy."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                line = connection.recv(4096).partition(b"\r\n")[0].decode(errors="replace")
                self.requests.append(line)
                connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
