"""Problems that would keep Stillframe from running are reported in one line each, before anything starts."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from db.embedded.sharing import supervising
from launcher.preflight import NotReady, plan
from tests.ports import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch, tmp_path):
    """An empty environment and directory: no account, no database."""
    for name in list(os.environ):
        if name.startswith("STILLFRAME_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("STILLFRAME_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def problems_of(port: str) -> tuple[str, ...]:
    with pytest.raises(NotReady) as caught:
        plan(port)
    return caught.value.problems


def test_without_any_account_the_demo_is_run():
    planned = plan(str(free_port()))
    assert planned.is_demo
    assert planned.cluster is not None


def test_with_a_demo_url_no_simulator_is_started(monkeypatch):
    monkeypatch.setenv("STILLFRAME_DEMO_URL", "http://127.0.0.1:9")
    assert not plan(str(free_port())).is_demo


def test_with_a_database_url_no_postgres_is_started(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@host/stillframe")
    assert plan(str(free_port())).cluster is None


def test_a_port_in_use_is_reported_with_the_next_one():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert problems_of(str(port)) == (
            f"PORT = {port}: it is in use on 127.0.0.1; stop what uses it, or choose another: make run PORT={port + 1}",
        )


@pytest.mark.parametrize("port", ["web", "0", "65536", "", "-1", "8501.0"])
def test_an_invalid_port_is_reported(port):
    (line,) = problems_of(port)
    assert line.startswith(f"PORT = {port!r}: write a number")


def test_a_home_that_cannot_be_written_is_reported(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("STILLFRAME_HOME", str(tmp_path / "file" / "home"))
    (line,) = problems_of(str(free_port()))
    assert "Choose a directory that can be written" in line


def test_a_home_in_use_is_reported(tmp_path):
    (tmp_path / "home").mkdir()
    with supervising(tmp_path / "home"):
        (line,) = problems_of(str(free_port()))
    assert "another Stillframe runs on it" in line


def test_all_problems_are_reported_at_once(monkeypatch, tmp_path):
    (tmp_path / "stillframe.toml").write_text('[[accounts]]\nname = "main"\n')
    monkeypatch.setenv("DATABASE_URL", "mysql://me:s3cr@host/x")
    told = "\n".join(problems_of("web"))
    assert all(name in told for name in ("PORT", "exchange", "api_key", "DATABASE_URL"))
    assert "s3cr" not in told


def test_the_command_ends_with_one_line_and_no_traceback():
    told = subprocess.run(
        [sys.executable, "-m", "launcher", "--port", "web"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "stillframe: PORT = 'web': write a number from 1 to 65535, as in `make run PORT=8502`\n"


def test_make_names_the_remedy_for_an_old_python_and_for_none(tmp_path):
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n')
    old.chmod(0o755)
    for python, words in ((old, "is Python 3.9.2, and 3.11 or later is needed"), (tmp_path / "none", "was not found")):
        told = subprocess.run(
            ["make", "run", f"PYTHON={python}"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert told.returncode != 0
        line, make = told.stderr.splitlines()
        assert words in line
        assert "make PYTHON=/path/to/python3" in line
        assert make.startswith("make")
