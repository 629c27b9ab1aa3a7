"""server.py as it is started, in a fresh process, around a small app of a test's own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from websockets.sync.client import connect

from tests.api.serving import Served, until
from tests.ports import free_port

HERE = Path(__file__).resolve().parents[2]

APP = """
import streamlit as st
st.navigation([
    st.Page("pages/first/page.py", title="First", default=True),
    st.Page("pages/second/page.py", title="Second", url_path="second"),
]).run()
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
def server_around(room: Path, **pages: str) -> Iterator[Served]:
    """The real server.py in a fresh process, with these pages instead of ours."""
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
        env={"PYTHONPATH": str(HERE), "PATH": "/usr/bin:/bin", "HOME": str(room)},
        stdout=subprocess.DEVNULL,
    )
    try:
        served = Served(f"http://127.0.0.1:{port}")
        until(lambda: answers(served))
        yield served
    finally:
        process.terminate()
        process.wait(20)


def answers(served: Served) -> bool:
    try:
        return served.get("/health").ok
    except requests.RequestException:
        return False


def page_session(served: Served, seconds: float = 20) -> None:
    """Open a page session as a browser does, and close it. Raises TimeoutError."""
    with connect(served.url.replace("http", "ws") + "/_stcore/stream", open_timeout=seconds):
        pass
