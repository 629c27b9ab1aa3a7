"""server.py as it is started, around a small app of its own: the warm-up, the door, and health under load."""

import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.api.server_process import COMPUTING, HERE, page_session, server_around
from tests.api.serving import until
from tests.ports import free_port

WALKED = "from pathlib import Path; Path({told!r}).open('a').write({name!r})"
WAITING = """
import time
from pathlib import Path
while not Path({go!r}).exists():
    time.sleep(0.01)
"""


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


def test_health_answers_while_pages_compute(tmp_path: Path) -> None:
    """Lesson 21. How soon it answers is a line of `make bench`."""
    go, told = tmp_path / "go", tmp_path / "told"
    with server_around(tmp_path, first=COMPUTING.format(go=str(go), told=str(told)), second="") as served:
        page_session(served)
        go.touch()
        until(told.exists)
        for _ in range(20):
            told.unlink(missing_ok=True)
            assert requests.get(served.url + "/health", timeout=5).ok
            until(told.exists)  # the pages computed all the while


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
