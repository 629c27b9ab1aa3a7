"""The web process as users get it: `streamlit run server.py` against a database, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.api.serving import until
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Website:
    """A running web process."""

    url: str

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> requests.Response:
        return requests.get(self.url + path, headers=headers, timeout=60)


@contextmanager
def website(
    database_url: str, script: str = "server.py", environment: Mapping[str, str] | None = None, port: int | None = None
) -> Iterator[Website]:
    """A fresh web process on this database until the block ends. The block begins with its first response.

    `port` None: a free one.
    """
    port = port or free_port()
    site = Website(f"http://127.0.0.1:{port}")
    options = {"server.port": port, "server.address": "127.0.0.1", "server.headless": "true"}
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", script]
        + [part for name, value in options.items() for part in (f"--{name}", str(value))],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url, **(environment or {})},
    )
    try:
        until(lambda: process.poll() is not None or answers(site.url))
        assert process.poll() is None, "the web process ended at once"
        yield site
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(url: str) -> bool:
    try:
        return requests.get(url + "/_stcore/health", timeout=60).ok
    except requests.RequestException:
        return False
