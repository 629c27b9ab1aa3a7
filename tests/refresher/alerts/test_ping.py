"""The dead man's ping: a watchdog hears from the refresher each minute while rules are evaluated."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from refresher.configuration.alert_settings import AlertSettings
from refresher.jobs.alerts import AlertsJob, ping
from refresher.process.database_watch import DatabaseWatch
from tests.factories import NOON, later
from tests.postgres import Database
from tests.refresher.alerts.stage import Stage

PATH = "/ping/secret-of-the-watchdog"


@dataclass
class Watchdog:
    url: str = ""
    status: int = 200
    requests: list[str] = field(default_factory=list)


@contextmanager
def watchdog() -> Iterator[Watchdog]:
    """A server that counts the requests."""
    state = Watchdog()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.requests.append(self.path)
            self.send_response(state.status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}{PATH}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def job_of(stage: Stage, url: str, clock: list[datetime], *, is_ours: bool = True) -> AlertsJob:
    served: Any = SimpleNamespace(account=stage.account, is_ours=is_ours)
    settings = AlertSettings(ping_url=SecretStr(url))
    return AlertsJob([served], stage.database.writer, DatabaseWatch(), settings, now=lambda: clock[0])


def test_a_watchdog_is_pinged_each_minute_whatever_it_answers(database: Database) -> None:
    stage, clock = Stage(database), [NOON]
    with watchdog() as dog:
        job = job_of(stage, dog.url, clock)
        for seconds, count in ((0, 1), (59, 1), (60, 2), (125, 3)):
            clock[0] = later(seconds)
            job.run()
            assert len(dog.requests) == count
            dog.status = 500
    assert set(dog.requests) == {PATH}


def test_no_ping_is_sent_while_rules_cannot_be_evaluated(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(database)
    monkeypatch.setattr("refresher.alerts.evaluator.read_rules", lambda _: 1 / 0)
    with watchdog() as dog:
        result = job_of(stage, dog.url, [NOON]).run()
        assert result is not None
        assert not result.succeeded
        assert job_of(stage, dog.url, [NOON], is_ours=False).run() is None
    assert dog.requests == []


def test_a_watchdog_that_is_gone_stops_nothing_and_its_address_is_in_no_line(
    database: Database,
) -> None:
    with capture_logs() as lines:
        result = job_of(Stage(database), f"http://127.0.0.1:1{PATH}", [NOON]).run()
    assert result is not None
    assert result.succeeded
    assert "the watchdog does not answer" in str(lines)
    assert PATH not in str(lines)


@pytest.mark.parametrize(
    "url", [f"http://{'a' * 70}.com{PATH}", f"http://[::1{PATH}", f"file://{PATH}", f"http://.a{PATH}"]
)
def test_an_address_that_cannot_be_requested_is_a_line_without_it(url: str) -> None:
    with capture_logs() as lines:
        assert ping(SecretStr(url)) is False
    assert "the watchdog does not answer" in str(lines)
    assert PATH not in str(lines)
