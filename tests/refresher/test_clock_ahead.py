"""After the clock was ahead: the refresher goes on, and only if the exchange's clock confirms ours."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from db.reads.clock_repairs import read_clock_repairs
from db.writes.history_states import write_history_success
from domain.clock_repairs import ClockRepair
from domain.snapshot import Snapshot
from domain.sources import Source
from exchanges.connection.clock import Clock
from exchanges.connection.session import ReadOnlySession
from refresher.present.clock_repair import FutureRefreshes
from tests.exchanges.payload_server import PayloadServer
from tests.exchanges.wire_payloads import order_row
from tests.postgres import Database
from tests.refresher.conftest import Watched, past_of, settings_for, watched_accounts
from tests.refresher.past_exchange import exchange_with_past
from tests.refresher.scripted_exchange import ORDERS

AHEAD = timedelta(hours=2)
HONEST = Clock.moment


class Ahead:
    """Sets the clock of this process ahead or behind, and turns the wait for one interval on or off."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch

    def by(self, offset: timedelta) -> None:
        self._patch.setattr(Clock, "moment", lambda clock: HONEST(clock) + offset)

    def let_an_interval_pass(self, watched: Watched) -> None:
        future: FutureRefreshes = watched.job.served._future
        assert future._refused_since is not None
        future._refused_since -= watched.account.expected.total_seconds()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Ahead:
    return Ahead(monkeypatch)


def content(snapshot: Snapshot) -> Any:
    return (snapshot.balances, snapshot.orders, snapshot.positions, set(snapshot.prices))


def repairs_of(watched: Watched) -> ClockRepair | None:
    with watched.database.reader.connect() as connection:
        return read_clock_repairs(connection, datetime(2000, 1, 1, tzinfo=UTC)).get(watched.account.id)


def test_refreshes_of_the_future_are_set_aside_after_one_interval_and_refreshing_goes_on(
    main: Watched, exchange: PayloadServer, clock: Ahead
) -> None:
    main.refresh()
    honest = main.snapshot()
    clock.by(AHEAD)
    exchange.lists(ORDERS, order_row(order_id="77"))
    main.refresh()
    main.refresh()
    clock.by(timedelta())
    exchange.lists(ORDERS, order_row())
    assert not main.refresh().succeeded
    assert repairs_of(main) is None, "a small difference heals by itself within an interval"
    clock.let_an_interval_pass(main)
    assert main.refresh().succeeded
    repair = repairs_of(main)
    assert repair is not None
    assert repair.refreshes == 2
    assert timedelta(0) < AHEAD - repair.ahead < timedelta(minutes=1)
    now = main.snapshot()
    assert honest.refresh.taken_at < now.refresh.taken_at <= datetime.now(UTC)
    assert content(now) == content(honest)
    assert {state.as_of for source, state in now.sources.items() if source in main.account.sources} == {
        now.refresh.taken_at
    }
    assert main.refresh().succeeded


def test_what_was_first_seen_in_the_future_is_read_again(main: Watched, clock: Ahead) -> None:
    clock.by(AHEAD)
    main.refresh()
    clock.by(timedelta())
    main.refresh()
    clock.let_an_interval_pass(main)
    assert main.refresh().succeeded
    snapshot = main.snapshot()
    assert {b.asset for b in snapshot.balances} == {"SOL", "USD"}
    assert len(snapshot.orders) == 2
    assert set(snapshot.prices) == {"SOL/USD"}
    assert snapshot.sources[Source.PRICES].as_of == snapshot.refresh.taken_at


def test_a_clock_that_is_behind_sets_nothing_aside(main: Watched, clock: Ahead) -> None:
    """A machine without a battery starts in the past. The Date header of the exchange gives the real time."""
    main.refresh()
    before = main.snapshot()
    clock.by(-AHEAD)
    assert not main.refresh().succeeded
    clock.let_an_interval_pass(main)
    assert not main.refresh().succeeded
    assert repairs_of(main) is None
    assert main.snapshot().refresh.taken_at == before.refresh.taken_at


def test_nothing_is_set_aside_while_the_exchange_states_no_time(
    main: Watched, clock: Ahead, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.by(AHEAD)
    main.refresh()
    clock.by(timedelta())
    main.refresh()
    clock.let_an_interval_pass(main)
    monkeypatch.setattr(type(main.job.served.reader), "clock_ahead", None)
    assert not main.refresh().succeeded
    assert repairs_of(main) is None


def test_history_is_read_again_from_the_last_refresh_before_the_clock_was_ahead(
    database: Database, clock: Ahead
) -> None:
    with exchange_with_past() as exchange:
        (main,) = watched_accounts(database, settings_for(exchange.server.url, "main"))
        main.refresh()
        honest = main.snapshot().refresh.taken_at
        clock.by(AHEAD)
        main.refresh()
        past = past_of(main, now=lambda: datetime.now(UTC) + AHEAD)
        past.look_back()
        write_history_success(database.writer, main.account.id, Source.ENDINGS, None, datetime.now(UTC) + AHEAD)
        assert all(until - datetime.now(UTC) > timedelta(hours=1) for _, until, _ in past.read(_READ))
        clock.by(timedelta())
        main.refresh()
        clock.let_an_interval_pass(main)
        assert main.refresh().succeeded
        assert {(until, as_of) for _, until, as_of in past.read(_READ)} == {(honest, honest)}
        assert past.read("SELECT source FROM history_state WHERE known_from IS NULL") == [("endings",)]
        for table in ("history_state", "source_state"):
            failing = f"SELECT source FROM {table} WHERE failing_since IS NOT NULL OR error_at IS NOT NULL"
            assert past.read(failing) == []


def test_the_session_knows_how_far_the_exchange_is_ahead(exchange: PayloadServer, clock: Ahead) -> None:
    clock.by(-AHEAD)
    session = ReadOnlySession(lambda *_: None)
    session.get(exchange.url)
    ahead = session.clock_ahead or timedelta()
    assert abs(ahead - AHEAD) < timedelta(seconds=10)


def test_the_repair_keeps_the_refreshes_that_it_set_aside(main: Watched, clock: Ahead) -> None:
    main.refresh()
    clock.by(AHEAD)
    main.refresh()
    future = main.snapshot().refresh.taken_at
    clock.by(timedelta())
    main.refresh()
    clock.let_an_interval_pass(main)
    main.refresh()
    with main.database.reader.connect() as connection:
        (row,) = connection.execute(text("SELECT rows FROM clock_repair")).scalar_one()
    assert datetime.fromisoformat(row["taken_at"]) == future


_READ = (
    "SELECT source, known_until, as_of FROM history_state WHERE known_until IS NOT NULL AND source NOT LIKE 'endings%'"
)
