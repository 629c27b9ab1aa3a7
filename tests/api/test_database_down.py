"""The database is cut off or frozen: one line with the reason within 2 s, health answers, recovery by itself."""

import concurrent.futures
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url

from api.reading import Reading
from api.routes import routes
from api.settings import ApiSettings
from db.engine import reader_engine
from tests.api.conftest import known, refreshed
from tests.api.serving import Served, serving
from tests.api.wire import Wire, wire_to
from tests.factories import valuation

DATA = ["/api/dashboard/snapshot", "/api/orders/open", "/api/monitoring/summary"]


@pytest.fixture
def wire(database: Any) -> Iterator[Wire]:
    url = make_url(database.url)
    with wire_to("127.0.0.1", url.port or 5432) as wire:
        yield wire


@pytest.fixture
def api(database: Any, wire: Wire) -> Iterator[Served]:
    (account,) = known(database, "main")
    refreshed(database, account, worth=valuation())
    url = make_url(database.url).set(host="127.0.0.1", port=wire.port, query={})
    reading = Reading(lambda: create_engine(url, pool_pre_ping=True))
    with serving(routes(reading, ApiSettings())) as served:
        yield served
    reading.close()


@pytest.mark.parametrize("path", DATA)
def test_a_database_that_is_cut_off_is_told_at_once_and_recovers(api: Served, wire: Wire, path: str) -> None:
    assert api.get(path).status_code == 200
    wire.cut()
    down = api.get(path)
    assert down.elapsed.total_seconds() < 2
    assert (down.status_code, down.json()) == (503, {"error": "the database cannot be reached"})
    wire.mend()
    assert api.get(path).status_code == 200


def test_readiness_says_that_the_database_is_gone(api: Served, wire: Wire) -> None:
    wire.cut()
    ready = api.get("/api/health/ready")
    assert ready.status_code == 503
    assert ready.json()["reasons"] == ["the database cannot be reached"]
    wire.mend()
    assert api.get("/api/health/ready").status_code == 200


@pytest.mark.parametrize("path", [*DATA, "/api/health/ready"])
def test_a_database_that_is_frozen_is_told_within_two_seconds(api: Served, wire: Wire, path: str) -> None:
    """Lesson 26."""
    assert api.get(path).status_code == 200
    wire.silence()
    down = api.get(path)
    assert down.elapsed.total_seconds() < 2
    assert down.status_code == 503
    assert "did not answer within" in down.text
    wire.mend()
    assert api.get(path).status_code == 200


def test_health_answers_at_once_while_the_database_is_frozen_under_many_questions(api: Served, wire: Wire) -> None:
    """Lesson 21."""
    wire.silence()
    with concurrent.futures.ThreadPoolExecutor(12) as clients:
        asked = [clients.submit(api.get, DATA[0]) for _ in range(12)]
        slowest = 0.0
        while not all(future.done() for future in asked):
            began = time.monotonic()
            assert api.get("/api/health").status_code == 200
            slowest = max(slowest, time.monotonic() - began)
    assert slowest < 1  # the database is given up on after longer than that
    assert {future.result().status_code for future in asked} == {503}
    assert max(future.result().elapsed.total_seconds() for future in asked) < 3
    wire.mend()
    assert api.get(DATA[0]).status_code == 200


def test_no_answer_names_the_address_of_the_database(api: Served, wire: Wire) -> None:
    wire.cut()
    for path in (*DATA, "/api/health/ready"):
        assert str(wire.port) not in api.get(path).text


def test_a_database_that_was_not_migrated_says_so(database: Any) -> None:
    url = make_url(database.url).set(database="postgres")
    reading = Reading(lambda: create_engine(url))
    with serving(routes(reading, ApiSettings())) as served:
        assert "not been set up" in served.get(DATA[0]).json()["error"]
        assert "not been set up" in served.get("/api/health/ready").json()["reasons"][0]
    reading.close()


def test_a_database_that_is_set_up_wrongly_is_told_without_its_address(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://me:secret@db.example/x")
    with serving(routes(Reading(reader_engine), ApiSettings())) as served:
        told = [served.get(path) for path in (DATA[0], "/api/health/ready")]
    assert {answer.status_code for answer in told} == {503}
    assert all("see the server's log" in answer.text and "db.example" not in answer.text for answer in told)
    assert "DATABASE_URL" in caplog.text
    assert "secret" not in caplog.text
