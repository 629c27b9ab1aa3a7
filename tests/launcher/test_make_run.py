"""The demo as `make run` starts it: filled, kept alive through kills, stopped cleanly."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from db.embedded import Cluster, State
from tests.ports import free_port
from tests.postgres import new_home, remove_home

ROOT = Path(__file__).parents[2]
# For a loaded machine with two cores. The goal on an idle one is 20 s.
START_SECONDS = 150


class Demo:
    """A running launcher and what it printed."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("STILLFRAME_", "DATABASE_"))}
        environment |= {"STILLFRAME_HOME": str(home), "STILLFRAME_CONFIG": str(_no_accounts(home))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "launcher", "--port", str(self.port)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def said(self, words: str) -> int:
        return sum(words in line for line in self.lines)

    def json(self, path: str) -> Any:
        answer = requests.get(f"{self.url}{path}", timeout=60)
        return answer.json() if answer.status_code == 200 else None

    def child(self, words: str) -> psutil.Process:
        for process in psutil.Process(self.process.pid).children(recursive=True):
            if words in " ".join(process.cmdline()):
                return process
        raise LookupError(words)


def _no_accounts(home: Path) -> Path:
    configuration = home / "stillframe.toml"
    configuration.write_text('base_currency = "USD"\n')
    return configuration


@pytest.fixture
def home() -> Iterator[Path]:
    home = new_home()
    try:
        yield home
    finally:
        remove_home(home)


@pytest.fixture
def demo(home: Path) -> Iterator[Demo]:
    with starting(home) as demo:
        until(lambda: has_started(demo), demo, START_SECONDS)
        yield demo


@contextmanager
def starting(home: Path) -> Iterator[Demo]:
    demo = Demo(home)
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.process.terminate()
            demo.process.wait(60)


def has_started(demo: Demo) -> bool:
    assert demo.process.poll() is None, "".join(demo.lines)
    return demo.said("Stillframe shows a DEMO") > 0


def until(condition: Callable[[], object], demo: Demo, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain; it said:\n" + "".join(demo.lines)
        time.sleep(0.1)


def refreshes(demo: Demo) -> str | None:
    """When the demo account was last refreshed, as the API says."""
    try:
        snapshot = demo.json("/api/dashboard/snapshot")
    except requests.RequestException:
        return None
    return snapshot and str(re.findall(r'"as_of": ?"[^"]+"', json.dumps(snapshot))[:1])


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_the_demo_is_populated_survives_kills_and_stops_cleanly(demo):
    """One story, because each step takes a while."""
    _is_populated(demo)
    _names_its_address_once(demo)
    _refuses_a_second_one(demo)
    _postgres_comes_back(demo)
    _the_refresher_comes_back(demo)
    _everything_stops(demo)


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_a_demo_that_starts_again_shows_its_last_figures_until_the_new_ones_and_is_ready_no_earlier(home: Path) -> None:
    with starting(home) as first:
        until(lambda: has_started(first) and _all_seen(readiness(first)), first, START_SECONDS)
    with starting(home) as second:
        accounts: list[dict[str, Any]] = []

        def looked() -> bool:
            is_ready = has_started(second)  # asked first: the answers below are of a later moment
            accounts[:] = readiness(second)
            snapshot = answer_of(second, "/api/dashboard/snapshot")
            assert snapshot is None or snapshot["balances"], "a page would be empty now"
            return is_ready and bool(accounts)

        until(looked, second, START_SECONDS)
        assert _all_seen(accounts), accounts


def _all_seen(accounts: list[dict[str, Any]]) -> bool:
    """True once each source of each account has answered."""
    return bool(accounts) and all(source["as_of"] for account in accounts for source in account["sources"].values())


def readiness(demo: Demo) -> list[dict[str, Any]]:
    """The accounts with the states of their sources once the data is ready."""
    answer = answer_of(demo, "/api/health/ready")
    return [] if answer is None else answer["accounts"]


def answer_of(demo: Demo, path: str) -> Any:
    """The answer. None without one, for example while the web process starts."""
    try:
        return demo.json(path)
    except requests.RequestException:
        return None


def _is_populated(demo: Demo) -> None:
    snapshot = demo.json("/api/dashboard/snapshot")
    assert len(snapshot["balances"]) > 5
    assert snapshot["net_value"]
    assert demo.json("/api/orders/open")["orders"]


def _names_its_address_once(demo: Demo) -> None:
    assert demo.said(f"on {demo.url}") == 1


def _refuses_a_second_one(demo: Demo) -> None:
    environment = {**os.environ, "STILLFRAME_HOME": str(demo.home)}
    second = subprocess.run(
        [sys.executable, "-m", "launcher", "--port", str(demo.port)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 2
    assert [line.split(" = ")[0] for line in second.stderr.splitlines()] == [
        "stillframe: PORT",
        "stillframe: STILLFRAME_HOME",
    ]


def _postgres_comes_back(demo: Demo) -> None:
    killed = Cluster(demo.home).pid()
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert requests.get(f"{demo.url}/health", timeout=60).status_code == 200
    until(lambda: demo.said("Postgres was killed or crashed: started again"), demo)
    before = refreshes(demo)
    until(lambda: refreshes(demo) not in (None, before), demo)


def _the_refresher_comes_back(demo: Demo) -> None:
    demo.child("-m refresher").kill()
    until(lambda: demo.said("stillframe: refresher was killed (SIGKILL): starting it again in 1 s") == 1, demo)
    before = refreshes(demo)
    until(lambda: refreshes(demo) not in (None, before), demo)


def _everything_stops(demo: Demo) -> None:
    children = psutil.Process(demo.process.pid).children(recursive=True)
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(60) == 0
    assert [child for child in children if child.is_running()] == []
    assert Cluster(demo.home).state() is State.STOPPED
    assert not any("Traceback" in line for line in demo.lines)
