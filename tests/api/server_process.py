"""server.py in a fresh process, with a small app of the test."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tests.api.serving import Served, until
from tests.ports import free_port

HERE = Path(__file__).resolve().parents[2]

APP = """
import runpy
import streamlit as st

def first():
    runpy.run_path("pages/first/page.py")

def second():
    runpy.run_path("pages/second/page.py")

PAGES = {"first": first, "second": second}

if __name__ == "__main__":
    st.navigation([st.Page(show, url_path=path) for path, show in PAGES.items()]).run()
"""
# Six threads that compute from the moment {go!r} exists, and tell of it in {told!r}.
COMPUTING = """
import threading
import time
from pathlib import Path
def compute():
    while not Path({go!r}).exists():
        time.sleep(0.01)
    while True:
        sum(n * n for n in range(100_000))
        Path({told!r}).touch()
for _ in range(6):
    threading.Thread(target=compute, daemon=True).start()
"""


@contextmanager
def server_around(room: Path, environment: Mapping[str, str] | None = None, **pages: str) -> Iterator[Served]:
    """The real server.py in a fresh process, with the given pages. Its standard error goes to server.log."""
    (room / "server.py").symlink_to(HERE / "server.py")
    (room / "app.py").write_text(APP)
    for name, script in pages.items():
        (room / "pages" / name).mkdir(parents=True)
        (room / "pages" / name / "page.py").write_text(script)
    port = free_port()
    options = {"server.port": port, "server.address": "127.0.0.1", "server.headless": "true"}
    flags = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(room / "server.py"), *flags],
        cwd=room,
        env={"PYTHONPATH": str(HERE), "PATH": "/usr/bin:/bin", "HOME": str(room), **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=(room / "server.log").open("wb"),
    )
    try:
        served = Served(f"http://127.0.0.1:{port}")
        until(lambda: answers(served))
        yield served
    finally:
        process.terminate()
        process.wait(60)


def answers(served: Served) -> bool:
    try:
        return served.get("/health").ok
    except requests.RequestException:
        return False


def page_session(served: Served, page: str = "") -> list[str]:
    """Run one page in a session of its own, as a browser does. Returns the kinds of messages that the browser gets."""
    rerun = BackMsg()
    rerun.rerun_script.page_name = page
    kinds: list[str] = []
    with connect(served.url.replace("http", "ws") + "/_stcore/stream") as socket:
        socket.send(rerun.SerializeToString())
        while "script_finished" not in kinds:
            message = ForwardMsg.FromString(socket.recv(timeout=60, decode=False))
            kinds.append(message.WhichOneof("type") or "")
    return kinds
