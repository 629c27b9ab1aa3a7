"""Health: response time of the health route while pages compute, against the same process at rest."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import requests

from bench.report import Line, percentile
from tests.api.server_process import COMPUTING, page_session, server_around
from tests.api.serving import Served, until
from tests.postgres import Database

QUESTIONS = 200


def health_lines(_: Database) -> Iterator[Line]:
    """The line about health. It needs no database."""
    with tempfile.TemporaryDirectory(prefix="stillframe-health-") as room:
        go, computing_file = Path(room) / "go", Path(room) / "told"
        with server_around(
            Path(room), first=COMPUTING.format(go=str(go), told=str(computing_file)), second=""
        ) as served:
            page_session(served, "second")
            at_rest = _times(served)
            go.touch()
            until(computing_file.exists)
            computing = _times(served)
    yield Line("health while six pages compute, p95", percentile(computing, 0.95), percentile(at_rest, 0.95), 50, "ms",
               absolute=True, floor_name="at rest")  # fmt: skip


def _times(served: Served) -> list[float]:
    with requests.Session() as session:
        answers = [session.get(served.url + "/health", timeout=20) for _ in range(QUESTIONS)]
    return [answer.elapsed.total_seconds() * 1000 for answer in answers]
