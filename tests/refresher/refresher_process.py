"""The refresher as a process: started as by a user, watched through its output, ended by real signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0

ACCOUNT = """
[[accounts]]
name = "{name}"
exchange = "cryptocom"
api_key = "env:{key}"
api_secret = "env:TEST_API_SECRET"
base_url = "{url}"
refresh_seconds = {seconds}
"""


def configured(folder: Path, url: str, *names: str, seconds: int = 5, more: str = "") -> dict[str, str]:
    """Write a configuration of these accounts at `url`, each with its own key. Returns the environment for the
    refresher.
    """
    file = folder / "stillframe.toml"
    chosen = names or ("main",)
    variables = {name: "TEST_API_KEY" + "_" * number for number, name in enumerate(dict.fromkeys(chosen))}
    accounts = [ACCOUNT.format(name=name, key=variables[name], url=url, seconds=seconds) for name in chosen]
    file.write_text(more + "".join(accounts))
    return {variable: f"key of {name}" for name, variable in variables.items()} | {
        "STILLFRAME_CONFIG": str(file),
        "STILLFRAME_HOME": str(folder / "home"),
        "TEST_API_KEY": "demo",
        "TEST_API_SECRET": "demo-secret",
    }


@dataclass
class Refresher:
    """A running refresher."""

    process: subprocess.Popen[str]
    log: Path

    def lines(self) -> str:
        """All of its output so far."""
        return self.log.read_text()

    def wait_for(self, words: str, times: int = 1) -> None:
        """Wait until its output contains these words this many times."""
        until(lambda: self.lines().count(words) >= times, lambda: f"{words!r} not in:\n{self.lines()}")

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal. Returns its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def refresher(
    environment: Mapping[str, str], database_url: str | None, log: Path, arguments: Sequence[str] = ()
) -> Iterator[Refresher]:
    """A refresher that runs no longer than the block."""
    with log.open("w") as written:
        process = _started(environment, database_url, arguments, written)
        try:
            yield Refresher(process, log)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(PATIENCE_SECONDS)


def run_refresher(
    environment: Mapping[str, str], database_url: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "refresher", *arguments],
        cwd=ROOT,
        env=_environment(environment, database_url),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def until(
    condition: Callable[[], object],
    otherwise: Callable[[], str] = lambda: "it never happened",
    seconds: float = PATIENCE_SECONDS,
) -> None:
    """Wait for a condition, up to a time that only a fault exceeds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.05)


def _started(
    environment: Mapping[str, str], database_url: str | None, arguments: Sequence[str], log: IO[str]
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "refresher", *arguments],
        cwd=ROOT,
        env=_environment(environment, database_url),
        stdout=log,
        stderr=log,
        text=True,
    )


def _environment(given: Mapping[str, str], database_url: str | None) -> dict[str, str]:
    """The environment of a refresher. Without a `database_url` it uses the embedded Postgres of its home."""
    hidden = ("STILLFRAME_", "DATABASE_URL")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    database = {} if database_url is None else {"DATABASE_URL": database_url}
    return inherited | database | dict(given)
