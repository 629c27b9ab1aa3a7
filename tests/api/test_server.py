"""server.py as it is started, around a small app of its own: the warm-up, the door, and health under load."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from websockets.sync.client import connect

from tests.api.serving import Served, free_port, until

HERE = Path(__file__).resolve().parents[2]

APP = """
import streamlit as st
st.navigation([
    st.Page("pages/first/page.py", title="First", default=True),
    st.Page("pages/second/page.py", title="Second", url_path="second"),
]).run()
"""
WALKED = "from pathlib import Path; Path({told!r}).open('a').write({name!r})"
WAITING = """
import time
from pathlib import Path
while not Path({go!r}).exists():
    time.sleep(0.01)
"""
COMPUTING = """
import threading
def compute():
    while True:
        sum(n * n for n in range(100_000))
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


def test_every_page_has_run_before_anybody_came(tmp_path: Path) -> None:
    told = tmp_path / "told"
    told.touch()
    pages = {name: WALKED.format(told=str(told), name=name[0]) for name in ("first", "second")}
    with server_around(tmp_path, **pages):
        until(lambda: told.read_text() == "fs")


def test_a_browser_waits_for_the_warm_up_and_health_does_not(tmp_path: Path) -> None:
    go = tmp_path / "go"
    with server_around(tmp_path, first=WAITING.format(go=str(go)), second="") as served:
        with pytest.raises(TimeoutError):
            page_session(served, seconds=0.5)
        assert served.get("/health").ok
        go.touch()
        page_session(served)


def test_a_page_that_fails_keeps_nobody_out(tmp_path: Path) -> None:
    with server_around(tmp_path, first="raise RuntimeError('broken')", second="1 / 0") as served:
        page_session(served)


def test_health_answers_within_50_ms_while_pages_compute(tmp_path: Path) -> None:
    """Lesson 21."""
    with server_around(tmp_path, first=COMPUTING, second="") as served:
        page_session(served)
        with requests.Session() as session:
            times = sorted(session.get(served.url + "/health").elapsed.total_seconds() for _ in range(60))
    assert times[len(times) // 2] < 0.05
    assert times[int(len(times) * 0.9)] < 0.1  # a shared machine has hiccups of its own


def test_a_setting_that_cannot_be_used_ends_the_start_in_one_line(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", str(HERE / "server.py"), "--server.port", str(free_port())],
        cwd=tmp_path,
        env={"STILLFRAME_API_TOKEN": "file:/none", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert "STILLFRAME_API_TOKEN is file:/none, which cannot be read" in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
