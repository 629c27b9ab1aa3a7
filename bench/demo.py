"""Demo: from `make run` in an empty home to a filled Overview, against the start of an empty Streamlit process."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

from bench.report import Line
from tests.ports import free_port
from tests.postgres import Database

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 120.0


def demo_lines(_: Database) -> Iterator[Line]:
    """The line about the demo's start. It brings its own database."""
    with tempfile.TemporaryDirectory(prefix="stillframe-demo-") as home:
        environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "STILLFRAME_CONFIG")}
        port = free_port()
        nobody = Path(home) / "no-accounts.toml"
        nobody.touch()
        took = _until_ready(
            ["make", "run", f"PORT={port}"],
            environment | {"STILLFRAME_HOME": home, "STILLFRAME_CONFIG": str(nobody)},
            lambda: _is_populated(f"http://127.0.0.1:{port}"),
        )
    port = free_port()
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    floor = _until_ready(
        [sys.executable, "-m", "streamlit", "run", "bench/empty.py", *options],
        dict(os.environ),
        lambda: requests.get(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).ok,
    )
    yield Line("demo: from make run to a populated Overview", took, floor, 20, "s", absolute=True,
               floor_name="empty Streamlit process")  # fmt: skip


def _is_populated(url: str) -> bool:
    """True if the dashboard serves pages and shows the demo's value and holdings."""
    shown = requests.get(f"{url}/api/dashboard/snapshot", timeout=5).json()
    page = requests.get(url, timeout=5)
    fresh = ((shown.get("sources") or {}).get("balances") or {}).get("state") == "fresh"
    return bool(page.ok and fresh and shown.get("net_value") and shown.get("holdings"))


def _until_ready(command: list[str], environment: dict[str, str], is_ready: Callable[[], bool]) -> float:
    """Seconds from starting a command until it is ready. The command is stopped afterwards."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while time.perf_counter() - started < PATIENCE_SECONDS:
            assert process.poll() is None, f"{command[0]} ended at once"
            try:
                if is_ready():
                    return time.perf_counter() - started
            except (requests.RequestException, ValueError):
                pass
            time.sleep(0.05)
        raise TimeoutError(f"{' '.join(command)} was not ready within {PATIENCE_SECONDS:g} s")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
