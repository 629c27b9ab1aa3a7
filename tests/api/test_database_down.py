"""The database is cut off or frozen: one line with the reason within 2 s, health responds, recovery by itself."""

import concurrent.futures
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url

from api import reader
from api.reader import Reader
from api.routes import routes
from api.settings import ApiSettings
from db.engine import reader_engine
from tests.api.conftest import known, refreshed
from tests.api.serving import Served, serving, until
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
    asked = Reader(lambda: create_engine(url, pool_pre_ping=True))
    with serving(routes(asked, ApiSettings())) as served:
        yield served
    asked.close()


@pytest.mark.parametrize("path", DATA)
def test_an_unreachable_database_is_reported_at_once_and_recovers(api: Served, wire: Wire, path: str) -> None:
    assert api.get(path).status_code == 200
    wire.cut()
    down = api.get(path)
    assert (down.status_code, down.json()) == (503, {"error": "the database cannot be reached"})
    wire.mend()
    until(lambda: api.get(path).status_code == 200)


def test_readiness_says_that_the_database_is_gone(api: Served, wire: Wire) -> None:
    wire.cut()
    ready = api.get("/api/health/ready")
    assert ready.status_code == 503
    assert ready.json()["reasons"] == ["the database cannot be reached"]
    wire.mend()
    until(lambda: api.get("/api/health/ready").status_code == 200)


@pytest.mark.parametrize("path", [*DATA, "/api/health/ready"])
def test_a_frozen_database_is_given_up_before_its_own_time_out(
    api: Served, wire: Wire, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frozen for the whole test. The time-outs of a connection do not apply."""
    assert api.get(path).status_code == 200
    wire.silence()
    monkeypatch.setattr(Reader.ask, "__defaults__", (0.2,))
    down = api.get(path)
    assert down.status_code == 503
    assert "did not answer within 0.2 s" in down.text
    monkeypatch.undo()
    wire.mend()
    until(lambda: api.get(path).status_code == 200)


def test_the_wait_for_a_database_allows_a_response_within_two_seconds() -> None:
    assert reader.PROMPT_SECONDS < 2


def test_health_responds_at_once_while_a_frozen_database_has_many_requests(
    api: Served, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions: list[None] = []
    ask = Reader.ask
    monkeypatch.setattr(ask, "__defaults__", (30.0,))

    async def noted(*args: Any, **named: Any) -> Any:
        questions.append(None)
        return await ask(*args, **named)

    monkeypatch.setattr(Reader, "ask", noted)
    wire.silence()
    with concurrent.futures.ThreadPoolExecutor(12) as clients:
        asked = [clients.submit(api.get, DATA[0]) for _ in range(12)]
        until(lambda: len(questions) == 12)
        for _ in range(10):
            assert api.get("/api/health").status_code == 200
        assert not any(future.done() for future in asked)  # health waited for none of them
        wire.mend()
    assert {future.result().status_code for future in asked} <= {200, 503}
    until(lambda: api.get(DATA[0]).status_code == 200)


def test_no_response_names_the_address_of_the_database(api: Served, wire: Wire) -> None:
    wire.cut()
    for path in (*DATA, "/api/health/ready"):
        assert str(wire.port) not in api.get(path).text


def test_a_database_that_was_not_migrated_says_so(database: Any) -> None:
    url = make_url(database.url).set(database="postgres")
    asked = Reader(lambda: create_engine(url))
    with serving(routes(asked, ApiSettings())) as served:
        assert "not been set up" in served.get(DATA[0]).json()["error"]
        assert "not been set up" in served.get("/api/health/ready").json()["reasons"][0]
    asked.close()


def test_a_wrongly_configured_database_is_reported_without_its_address(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://me:secret@db.example/x")
    with serving(routes(Reader(reader_engine), ApiSettings())) as served:
        told = [served.get(path) for path in (DATA[0], "/api/health/ready")]
    assert {answer.status_code for answer in told} == {503}
    assert all("see the server's log" in answer.text and "db.example" not in answer.text for answer in told)
    assert "DATABASE_URL" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("path", DATA)
def test_a_database_that_was_never_migrated_is_named_with_the_remedy(database: Any, path: str) -> None:
    """As in a home whose first migration was interrupted."""
    url = make_url(database.url).update_query_dict({"options": "-c search_path=nowhere"})
    empty = Reader(lambda: create_engine(url))
    with serving(routes(empty, ApiSettings())) as served:
        answer = served.get(path)
    empty.close()
    assert answer.status_code == 503
    assert answer.json() == {"error": "the database has not been set up yet: start the refresher"}
