"""Shared by the tests of the web process: server.py in a process that records what it asks outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.api.server_process import HERE, server_around
from tests.api.serving import Served
from tests.web.recording_proxy import RecordingProxy

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


@dataclass(frozen=True)
class Guarded:
    """A server that knows the host stillframe.example and all below lan.example."""

    served: Served
    asked_outside: Path
    proxy: RecordingProxy
    log: Path


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    room = tmp_path_factory.mktemp("room")
    asked_outside = room / "asked outside"
    asked_outside.touch()
    (room / "blocked").mkdir()
    (room / "blocked" / "sitecustomize.py").write_text(BLOCKED % str(asked_outside))
    (room / ".streamlit").symlink_to(HERE / ".streamlit")
    with RecordingProxy() as proxy:
        environment = {
            "PYTHONPATH": f"{room / 'blocked'}:{HERE}",
            "STILLFRAME_HOSTS": "stillframe.example, *.lan.example",
            "STILLFRAME_LOG_FORMAT": "json",
            **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), proxy.url),
        }
        with server_around(room, environment, first="import streamlit as st; st.json({})", second="") as served:
            yield Guarded(served, asked_outside, proxy, room / "server.log")
