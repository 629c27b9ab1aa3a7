"""server.py with a small app: the warm-up, links, and health under load."""

import subprocess
import sys
from pathlib import Path
from typing import Any

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


@pytest.mark.slow
def test_every_page_has_run_before_the_first_visitor(tmp_path: Path) -> None:
    told = tmp_path / "told"
    told.touch()
    pages: dict[str, Any] = {name: WALKED.format(told=str(told), name=name[0]) for name in ("first", "second")}
    with server_around(tmp_path, **pages):
        until(lambda: told.read_text() == "fs")


@pytest.mark.slow
def test_a_link_to_any_page_works_as_the_very_first_request(tmp_path: Path) -> None:
    with server_around(tmp_path, first="", second="import streamlit as st; st.json({})") as served:
        kinds = page_session(served, "second")
        assert "page_not_found" not in kinds
        assert kinds.count("delta") == 1


@pytest.mark.slow
def test_no_request_waits_for_the_warm_up(tmp_path: Path) -> None:
    go, told = tmp_path / "go", tmp_path / "told"
    waiting = f"from pathlib import Path; Path({str(told)!r}).touch()" + WAITING.format(go=str(go))
    with server_around(tmp_path, first=waiting, second="import streamlit as st; st.json({})") as served:
        until(told.exists)
        assert "delta" in page_session(served, "second")
        assert served.get("/health").ok


@pytest.mark.slow
def test_a_page_that_fails_in_the_warm_up_does_not_stop_the_others(tmp_path: Path) -> None:
    told = tmp_path / "told"
    second = f"from pathlib import Path; Path({str(told)!r}).touch()"
    with server_around(tmp_path, first="raise RuntimeError('broken')", second=second) as served:
        until(told.exists)
        assert "script_finished" in page_session(served)


def test_health_answers_while_pages_compute(tmp_path: Path) -> None:
    """`make bench` measures the response time."""
    go, told = tmp_path / "go", tmp_path / "told"
    with server_around(tmp_path, first=COMPUTING.format(go=str(go), told=str(told)), second="") as served:
        go.touch()
        until(told.exists)
        for _ in range(20):
            told.unlink(missing_ok=True)
            assert requests.get(served.url + "/health", timeout=60).ok
            until(told.exists)  # the pages were computing during all requests


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
    assert "STILLFRAME_API_TOKEN: there is no file /none" in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
