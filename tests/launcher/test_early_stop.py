"""Ctrl-C within the first seconds of `make run` ends it with one line and without a traceback."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from launcher.progress import REMIND_AFTER, StandardOutput
from tests.api.serving import until
from tests.ports import free_port
from tests.postgres import new_home, remove_home

ROOT = Path(__file__).parents[2]


def stopped_when(
    home: Path, is_time: Callable[[subprocess.Popen[str]], object], number: signal.Signals
) -> tuple[int, str]:
    """Exit code and output of a launcher that gets a signal at some time."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("STILLFRAME_", "DATABASE_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "launcher", "--port", str(free_port())],
        cwd=ROOT,
        env=environment | {"STILLFRAME_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    until(lambda: is_time(process))
    process.send_signal(number)
    output, _ = process.communicate(timeout=60)
    return process.returncode, output


def has_loaded(process: subprocess.Popen[str], library: str) -> bool:
    """True once the process has this library in its memory."""
    return library in Path(f"/proc/{process.pid}/maps").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_while_libraries_are_loaded_is_one_line(tmp_path: Path, number: signal.Signals) -> None:
    code, output = stopped_when(tmp_path / "home", lambda process: has_loaded(process, "pydantic_core"), number)
    assert (code, output) == (0, "stillframe: stopped before anything was started\n")


@pytest.mark.slow
def test_a_stop_while_postgres_is_made_leaves_nothing_behind() -> None:
    home = new_home()
    try:
        code, output = stopped_when(home, lambda _: (home / "postgres").exists(), signal.SIGINT)
    finally:
        remove_home(home)
    assert code == 0
    assert "stillframe: stopping\n" in output
    assert output.endswith("stillframe: stopped\n")
    assert not [line for line in output.splitlines() if "FATAL" in line or "Traceback" in line or "could not" in line]


def test_the_address_comes_again_before_it_leaves_a_small_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    output = StandardOutput()
    output.write("before\n" * 100)
    output.remind("stillframe: http://127.0.0.1:8501")
    for _ in range(2 * REMIND_AFTER):
        output.write("web | a line\n")
    lines = capsys.readouterr().out.splitlines()[100:]
    assert [n for n, line in enumerate(lines) if "8501" in line] == [REMIND_AFTER, 2 * REMIND_AFTER + 1]
