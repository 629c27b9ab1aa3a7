"""Above capacity the answer is "busy", and a blocked event loop does not silence the health thread."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from sqlalchemy import Connection, text

from api import reader as reader_module
from api.reader import MOST_WAITING, THREADS, Busy, Reader
from api.routes import routes
from api.settings import ApiSettings
from db.engine import reader_engine
from db.outages import DatabaseUnavailable
from db.query_threads import QueryThreads
from tests.api.serving import Served, serving, until
from tests.postgres import Database
from web.pulse import Pulse
from web.settings import WebConfigurationError, read_settings


@pytest.fixture
def reader(database: Database) -> Iterator[Reader]:
    reader = Reader(lambda: reader_engine(database.settings, pool_size=THREADS))
    yield reader
    reader.close()


class Held:
    """Queries that hang until the test lets them go."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.began = 0

    def __call__(self, connection: Connection) -> int:
        self.began += 1
        self.go_on.wait(60)
        return int(connection.execute(text("SELECT 1")).scalar_one())


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.go_on.set()


def test_more_requests_than_the_queue_holds_are_refused_as_busy_and_at_once(reader: Reader, held: Held) -> None:
    async def overload() -> list[Any]:
        asked = [reader.ask(held, 20) for _ in range(THREADS + MOST_WAITING)]
        running = [asyncio.create_task(one) for one in asked]
        while held.began < THREADS:
            await asyncio.sleep(0.01)
        with pytest.raises(Busy, match="busy"):
            await asyncio.wait_for(reader.ask(held, 20), 15)
        held.go_on.set()
        return await asyncio.gather(*running)

    assert asyncio.run(overload()) == [1] * (THREADS + MOST_WAITING)


def test_a_query_that_found_no_thread_in_time_is_busy_and_one_that_hangs_is_an_outage(
    reader: Reader, held: Held
) -> None:
    async def overload() -> None:
        hanging = [asyncio.create_task(reader.ask(held, 1.0)) for _ in range(THREADS)]
        while held.began < THREADS:
            await asyncio.sleep(0.01)
        with pytest.raises(Busy):
            await reader.ask(held, 0.2)
        for outcome in await asyncio.gather(*hanging, return_exceptions=True):
            assert isinstance(outcome, DatabaseUnavailable)
            assert not isinstance(outcome, Busy)
            assert "did not answer within 1 s" in str(outcome)

    asyncio.run(overload())
    assert held.began == THREADS  # the one without a thread was never run


def test_of_two_hundred_requests_at_once_none_hears_that_the_database_is_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each query takes 50 ms, as with a large account, so four threads answer 80 a second."""
    monkeypatch.setattr(reader_module.Reader, "_run", slowed(reader_module.Reader._run))
    reader = Reader(lambda: reader_engine(database.settings, pool_size=THREADS))
    with serving(routes(reader, ApiSettings())) as served, ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: asked(served), range(200)))
    reader.close()
    refused = [answer for answer in answers if answer.status_code == 503]
    assert refused, "the test must overload it"
    assert {answer.headers["Retry-After"] for answer in refused} == {"2"}
    assert {answer.json()["error"].partition(":")[0] for answer in refused} == {"Stillframe is busy"}


def asked(served: Served) -> requests.Response:
    return served.get("/api/fills")


def slowed(run: Any) -> Any:
    def slow(*args: Any) -> Any:
        time.sleep(0.05)
        return run(*args)

    return slow


def test_readiness_says_busy(database: Database, held: Held) -> None:
    reader = Reader(lambda: reader_engine(database.settings, pool_size=THREADS))
    reader._threads = QueryThreads(1, 0, "test")
    with serving(routes(reader, ApiSettings())) as served:
        running = reader._threads.begin(lambda: held.go_on.wait(60))
        answer = served.get("/api/health/ready")
        held.go_on.set()
        running.future.result(60)
    reader.close()
    assert (answer.status_code, answer.json()["status"], answer.headers["Retry-After"]) == (503, "busy", "2")


def test_health_is_answered_while_the_event_loop_is_blocked() -> None:
    """The loop sleeps in a plain call, as it would in a name look-up. The thread answers meanwhile."""
    pulse, blocked, go_on = Pulse(0), threading.Event(), threading.Event()

    async def block() -> None:
        beating = asyncio.create_task(pulse.beat())
        await asyncio.sleep(0)
        blocked.set()
        go_on.wait(60)
        beating.cancel()

    thread = threading.Thread(target=asyncio.run, args=(block(),))
    thread.start()
    try:
        assert blocked.wait(60)
        until(lambda: pulse.standing_seconds() > 0)
        answer = requests.get(f"http://127.0.0.1:{pulse.port}/health", timeout=60)
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")
        assert answer.json()["loop_standing_seconds"] > 0
        pulse._stuck_seconds = 0.0
        stuck = requests.get(f"http://127.0.0.1:{pulse.port}/health", timeout=60)
        assert (stuck.status_code, stuck.json()["status"]) == (503, "stuck")
        assert requests.get(f"http://127.0.0.1:{pulse.port}/orders", timeout=60).status_code == 404
    finally:
        go_on.set()
        thread.join(60)
        pulse.close()


def test_the_health_port_is_checked() -> None:
    assert read_settings({"STILLFRAME_HEALTH_PORT": "8502"}).health_port == 8502
    assert read_settings({}).health_port is None
    for wrong in ("0", "eighty", "70000", "²"):
        with pytest.raises(WebConfigurationError, match="STILLFRAME_HEALTH_PORT"):
            read_settings({"STILLFRAME_HEALTH_PORT": wrong})


def test_a_query_that_is_late_while_others_have_results_means_a_slow_machine_not_an_outage() -> None:
    threads, go_on = QueryThreads(2, 0, "test"), threading.Event()
    late = threads.begin(lambda: go_on.wait(60))
    until(lambda: late.began_at is not None)
    assert not isinstance(late.not_in_time(0.0), Busy)
    threads.begin(lambda: 1).future.result(60)
    until(lambda: isinstance(late.not_in_time(0.0), Busy))
    go_on.set()
    threads.close()
