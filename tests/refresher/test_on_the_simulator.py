"""Refreshing the simulated exchange: a market in motion, its faults, its past."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from db.reads.candles import read_candle_span
from db.reads.equity import read_equity
from db.writes.refresh import write_refresh
from domain.sources import FailureKind, Source, SourceKind, Success
from domain.valuation import ValueOrigin
from exchanges.connection import retries
from refresher.__main__ import main as command_line
from tests.factories import observation, price
from tests.pages.past import with_past
from tests.postgres import Database
from tests.refresher.conftest import Watched, settings_for, watched_accounts
from tests.refresher.refresher_process import configured, run_refresher
from tests.simulator.exchange_process import Simulator

pytestmark = pytest.mark.usefixtures("own_process_state")
PRIVATE = (
    "private/user-balance",
    "private/get-positions",
    "private/get-open-orders",
    "private/advanced/get-open-orders",
)


@pytest.fixture
def demo(database: Database, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.02)
    (watched,) = watched_accounts(database, settings_for(simulator.url, "main", key=simulator.api_key))
    yield watched
    watched.release()


def test_a_real_account_is_whole_and_its_stated_value_agrees_with_the_computed_one(demo: Watched) -> None:
    assert demo.refresh().succeeded
    snapshot = demo.snapshot()
    value = snapshot.refresh.valuation
    assert value is not None
    assert value.origin is ValueOrigin.STATED
    assert value.difference is not None
    assert value.net_value
    assert abs(value.difference) < value.net_value / 100
    assert len({o.symbol for o in snapshot.orders}) >= 8
    assert {o.source for o in snapshot.orders} == {Source.ORDERS, Source.TRIGGERS}
    assert snapshot.positions
    priced = {price.base for price in snapshot.prices.values()}
    assert {b.asset for b in snapshot.balances if b.market_value} - priced <= {"USD"}


def test_triggers_fail_while_orders_succeed_and_their_stops_stay(demo: Watched, simulator: Simulator) -> None:
    demo.refresh()
    before = demo.snapshot()
    stops = {o.key for o in before.orders if o.source is Source.TRIGGERS}
    simulator.fault("private/advanced/get-open-orders", "http_500")
    assert demo.refresh().succeeded
    snapshot = demo.snapshot()
    assert {o.key for o in snapshot.orders if o.source is Source.TRIGGERS} == stops
    assert snapshot.sources[Source.TRIGGERS].as_of == before.refresh.taken_at
    assert not snapshot.sources[Source.ORDERS].carried


@pytest.mark.parametrize("kind", ["malformed", "half_body", "html", "error_payload", "null_fields"])
def test_garbage_from_every_method_loses_nothing(demo: Watched, simulator: Simulator, kind: str) -> None:
    demo.refresh()
    before = demo.snapshot()
    simulator.fault("*", kind)
    demo.refresh()
    snapshot = demo.snapshot()
    assert snapshot.sources[Source.BALANCES].carried
    assert snapshot.balances == before.balances
    assert snapshot.refresh.valuation == before.refresh.valuation


def test_a_rate_limit_is_reported_and_obeyed(demo: Watched, simulator: Simulator) -> None:
    simulator.fault("private/get-open-orders", "rate_limit")
    demo.refresh()
    state = demo.snapshot().sources[Source.ORDERS]
    assert state.error_kind is FailureKind.TEMPORARY
    assert simulator.calls()["private/get-open-orders"] <= 3


def test_a_wrong_key_causes_few_requests_over_many_refreshes(database: Database, simulator: Simulator) -> None:
    (watched,) = watched_accounts(
        database, settings_for(simulator.url, "main", key=simulator.api_key, secret="not-the-secret")
    )
    results = [watched.refresh() for _ in range(15)]
    assert not any(result.succeeded for result in results)
    calls = simulator.calls()
    assert sum(calls.get(method, 0) for method in PRIVATE) <= 4
    assert watched.snapshot().sources[Source.BALANCES].error_kind is FailureKind.PERMANENT


def test_a_hanging_method_delays_no_other(database: Database, simulator: Simulator) -> None:
    (watched,) = watched_accounts(
        database, settings_for(simulator.url, "main", key=simulator.api_key, budgets={SourceKind.TRIGGERS: 0.5})
    )
    simulator.fault("private/advanced/get-open-orders", "timeout")
    assert watched.refresh().succeeded
    carried = {s: str(state.error) for s, state in watched.snapshot().sources.items() if state.carried}
    assert list(carried) == [Source.TRIGGERS]
    assert "no response" in carried[Source.TRIGGERS]


def test_only_reading_calls_reach_the_simulator(demo: Watched, simulator: Simulator) -> None:
    demo.refresh()
    assert not [method for method in simulator.calls() if "create" in method or "cancel" in method or "with" in method]


@pytest.mark.slow
def test_backfill_fetches_what_is_missing_and_only_that(
    demo: Watched, simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo.refresh()
    demo.release()
    for name, value in configured(tmp_path, simulator.url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", demo.database.url)
    since = datetime.now(UTC) - timedelta(days=2)
    arguments = ["--backfill", "--since", since.strftime("%Y-%m-%d")]
    assert command_line(arguments) == 0
    account = demo.account
    with demo.database.reader.connect() as connection:
        span = read_candle_span(connection, account.venue, "BTC/USD", "1h")
        before = connection.execute(text("SELECT count(*) FROM candle")).scalar_one()
        points = read_equity(connection, account.id, since, datetime.now(UTC), 10)
    assert span is not None
    assert span[0] - since < timedelta(hours=25)
    assert any(point.stated_before for point in points)
    simulator.control("DELETE", "calls")
    assert command_line(arguments) == 0
    with demo.database.reader.connect() as connection:
        again = connection.execute(text("SELECT count(*) FROM candle")).scalar_one()
        symbols = connection.execute(text("SELECT count(DISTINCT symbol) FROM candle")).scalar_one()
    assert again - before <= 2 * symbols
    assert simulator.calls()["public/get-candlestick"] <= symbols + 1


@pytest.mark.slow
def test_the_demo_is_seeded_with_its_past_once(
    database: Database, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "none.toml").touch()
    monkeypatch.setenv("STILLFRAME_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("STILLFRAME_DEMO_URL", simulator.url)
    monkeypatch.setenv("DATABASE_URL", database.url)
    assert command_line(["--seed-demo"]) == 0
    with database.reader.connect() as connection:
        rows = connection.execute(text("SELECT taken_at, is_demo FROM refresh JOIN account ON id = account_id")).all()
    assert len(rows) > 50
    assert all(is_demo for _, is_demo in rows)
    with database.reader.connect() as connection:
        counted = dict(map(tuple, connection.execute(text(_PAST))))
        unresolved = connection.execute(text(_GONE)).scalar_one()
    books = simulator.control("GET", "books")
    assert 0 < counted["fill"] == counted["fill_profit"] <= books["trades"]
    assert counted["transfer"] >= books["transfers"]
    assert counted["order_outcome"] > 10
    assert unresolved == 0
    assert command_line(["--seed-demo"]) == 0
    with database.reader.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM refresh")).scalar_one() == len(rows)
    _another_demonstration(database)
    assert command_line(["--seed-demo"]) == 0
    with database.reader.connect() as connection:
        assert connection.execute(text(_OF_DEMO)).scalars().all() == sorted(at for at, _ in rows)
        assert connection.execute(text("SELECT name FROM account ORDER BY name")).scalars().all() == ["demo", "mine"]
        assert connection.execute(text("SELECT count(*) FROM priced_symbol WHERE symbol = 'OLD/USD'")).scalar_one() == 1


def _another_demonstration(database: Database) -> None:
    """As if the demo known were another one: it begins later. A person's own account is beside it."""
    (real,) = with_past(database.writer, "mine")
    prices = {Source.PRICES: Success((price("OLD/USD", "1"),))}
    write_refresh(database.writer, observation(real, datetime.now(UTC), prices))
    with database.writer.begin() as connection:
        connection.execute(text("UPDATE history_state SET known_from = known_from + interval '1 minute'"))


@pytest.mark.slow
def test_only_the_demo_can_be_seeded(database: Database, simulator: Simulator, tmp_path: Path) -> None:
    ended = run_refresher(configured(tmp_path, simulator.url), database.url, "--seed-demo")
    assert ended.returncode == 2
    assert "only the demonstration account" in ended.stderr


_PAST = " UNION ALL ".join(
    f"SELECT '{table}', count(*) FROM {table}" for table in ("fill", "fill_profit", "transfer", "order_outcome")
)
_OF_DEMO = "SELECT taken_at FROM refresh JOIN account ON id = account_id WHERE is_demo ORDER BY taken_at"
_GONE = """
SELECT count(*) FROM (
    SELECT source, key FROM order_version GROUP BY source, key HAVING max(valid_to) <> 'infinity'
    EXCEPT SELECT source, key FROM order_outcome
) AS unresolved
"""
