"""The history of an account: its fills and transfers, read at their own pace."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.testing import capture_logs

from db.writes.candles import write_candles
from domain.candles import Candle
from domain.sources import Source, SourceKind
from exchanges.connection.errors import Temporary
from exchanges.cryptocom import history as cryptocom_past
from exchanges.cryptocom.history import CALLS
from refresher.jobs.recording import JobResult
from refresher.past import fill_parts
from refresher.past.books import Books
from refresher.present.changes import Changes
from tests.exchanges.payload_server import Reply, Request
from tests.exchanges.wire_payloads import deposit_row, journal_row, order_row, trigger_row
from tests.postgres import Database
from tests.refresher.conftest import WatchedPast, past_of, settings_for, watched_accounts
from tests.refresher.past.moments import ago, leave
from tests.refresher.past_exchange import (
    DEPOSITS,
    JOURNAL,
    ORDER_HISTORY,
    TRADES,
    Past,
)
from tests.refresher.scripted_exchange import ORDERS

pytestmark = pytest.mark.usefixtures("unpaced")
LIMIT, STOP = order_row()["order_id"], trigger_row()["order_id"]


def carried(main: WatchedPast) -> set[Source]:
    """The sources of the refreshes without an answer."""
    states = main.watched.snapshot().sources
    return {source for source in main.watched.account.sources if states[source].carried}


def test_fills_are_kept_once_and_late_ones_are_found(main: WatchedPast, past: Past) -> None:
    past.trade("t1", ago(minutes=30))
    main.look_back()
    past.trade("t2", ago(minutes=5))
    past.trade("t0", ago(minutes=6))
    main.look_back()
    main.look_back()
    assert main.fills() == ["t1", "t0", "t2"]
    assert main.read("SELECT realised, held_after FROM fill_profit ORDER BY at")[-1] == (0, 6)


def test_a_clock_that_was_ahead_hides_no_fill(main: WatchedPast, past: Past) -> None:
    """The history seemed complete up to a time in the future."""
    present = main.history.pages.now
    main.history.pages.now = lambda: present() + timedelta(hours=2)
    main.look_back()
    main.history.pages.now = present
    past.trade("t1", ago(minutes=5))
    main.look_back()
    assert main.fills() == ["t1"]


def test_a_fee_in_a_third_currency_is_valued_at_the_time_and_unknown_without_a_price(
    main: WatchedPast, past: Past
) -> None:
    at = ago(minutes=40)
    candle = Candle("CRO/USD", "1h", at - timedelta(minutes=20), *[Decimal("0.25")] * 4)
    write_candles(main.watched.database.writer, main.watched.account.venue, [candle])
    past.trade("t1", at, fees="-2", fee_instrument_name="CRO")
    past.trade("t2", ago(minutes=5), fees="-2", fee_instrument_name="XYZ")
    past.trade("t3", ago(minutes=4), fees="-2", fee_instrument_name="SOL")
    main.look_back()
    values = main.read("SELECT fee_value FROM fill_profit ORDER BY at")
    assert [value for (value,) in values] == [Decimal("0.5"), None, 180]


def test_one_connection_works_out_a_long_book(
    main: WatchedPast, past: Past, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers that need a second connection while they hold a first wait for one another."""
    monkeypatch.setattr(fill_parts, "FILLS_A_PART", 2)
    for n in range(5):
        past.trade(f"t{n}", ago(minutes=30 - n), fees="-2", fee_instrument_name="SOL" if n % 2 else "CRO")
    main.look_back()
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE book_state SET is_overtaken = true"))
    before = main.read("SELECT * FROM fill_profit ORDER BY at")
    single = create_engine(database.writer.url, pool_size=1, max_overflow=0, pool_timeout=0)
    assert Books(main.watched.account, single).work_out(lambda: True) == 5
    single.dispose()
    assert main.read("SELECT * FROM fill_profit ORDER BY at") == before
    assert main.read("SELECT is_overtaken FROM book_state") == [(False,)]


def test_a_pool_without_a_free_connection_is_a_database_that_is_away(
    main: WatchedPast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged once, like any outage, and the job tries again at its own pace."""

    def no_connection(_may_continue: object) -> int:
        raise PoolTimeout("no connection came free")

    monkeypatch.setattr(main.history.books, "work_out", no_connection)
    with capture_logs() as logs:
        results = [main.look_back() for _ in range(2)]
    assert results == [JobResult(False, "the database does not answer")] * 2
    assert [line["log_level"] for line in logs if line["event"] != "job"] == ["warning"]


def test_movements_are_kept_with_sign_and_kind_and_a_pending_one_becomes_done(main: WatchedPast, past: Past) -> None:
    at = int(ago(hours=1).timestamp() * 1000)
    past.rows[DEPOSITS] = [deposit_row(status="0", create_time=at)]
    past.rows[JOURNAL] = [journal_row(event_timestamp_ms=at, event_timestamp_ns=str(at * 1_000_000))]
    main.look_back()
    past.rows[DEPOSITS][0]["status"] = "1"
    for _ in range(5):
        main.look_back()
    moved = main.read("SELECT kind, status, asset, amount FROM transfer ORDER BY kind")
    assert moved == [("deposit", "done", "SOL", Decimal("3.5")), ("funding", "done", "USD", Decimal("-1.25"))]


def test_a_failing_history_is_reported_and_affects_no_refresh(main: WatchedPast, past: Past) -> None:
    """The orders stay gone, the lists stay fresh, the other sources of history continue."""
    past.trade("t1", ago(seconds=1), order_id="another")
    past.server.says(ORDER_HISTORY, {"code": 50001, "message": "INTERNAL"}, status=500)
    leave(main, past, ORDERS)
    with capture_logs() as lines:
        results = [main.look_back() for _ in range(3)]
    assert not any(result.succeeded for result in results)
    assert set(main.failing()) == {"endings"}
    assert main.outcomes() == {}
    assert main.fills() == ["t1"]
    assert len([line for line in lines if line["log_level"] == "warning" and line["event"] != "job"]) == 1
    assert main.refresh().succeeded
    assert not carried(main)


def test_a_failure_to_list_calls_is_recorded_and_other_kinds_continue(
    main: WatchedPast, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Markets that cannot be loaded: the symbols for fills are unknown, ended orders and transfers still work."""

    def calls(kind: SourceKind, scope: Any) -> tuple[Source, ...]:
        if kind is SourceKind.FILLS and fails:
            raise Temporary("no markets")
        return (Source.of(kind, "BTC_USDT"),) if kind is SourceKind.FILLS else CALLS[kind]

    monkeypatch.setattr(main.watched.job.served.reader.history, "calls", calls)
    past.ended(ago(seconds=1))
    leave(main, past, ORDERS)
    fails = True
    assert not main.look_back().succeeded
    assert main.failing() == {"fills": "no markets"}
    assert main.outcomes() == {LIMIT: ("filled", "order_history")}
    assert past.server.asked(JOURNAL) > 0
    fails = False
    assert main.look_back().succeeded
    assert main.failing() == {}
    assert main.read("SELECT source FROM history_state WHERE source LIKE 'fills%'") == [("fills:BTC_USDT",)]


def test_a_refused_history_opens_no_circuit_of_a_refresh(main: WatchedPast, past: Past) -> None:
    """A key without this permission is tried rarely, and the refreshes continue."""
    for path in (TRADES, JOURNAL, DEPOSITS, "private/get-withdrawal-history"):
        past.server.says(path, {"code": 40101, "message": "UNAUTHORIZED"}, status=401)
    for _ in range(12):
        main.look_back()
    assert past.server.asked(TRADES) == 1
    assert main.refresh().succeeded
    assert not carried(main)


def test_an_exchange_that_asks_for_a_pause_gets_one(main: WatchedPast, past: Past) -> None:
    refusal = {"code": 42901, "message": "RATE_LIMIT"}
    past.server.says(TRADES, refusal, status=429, headers={"Retry-After": "600"})
    for _ in range(6):
        main.look_back()
    assert past.server.asked(TRADES) == 1
    assert "pause" in main.failing()["fills"]
    assert main.refresh().succeeded


def test_a_hanging_history_delays_no_refresh(main: WatchedPast, past: Past) -> None:
    reached = threading.Event()

    def hang(_: Any) -> Any:
        reached.set()
        past.server.released.wait(60)

    past.server.answers[f"/exchange/v1/{TRADES}"] = hang
    looking = threading.Thread(target=main.history.run)
    looking.start()
    assert reached.wait(60)
    assert main.refresh().succeeded
    assert looking.is_alive()
    past.server.released.set()
    looking.join(60)


def test_only_the_refresher_that_serves_an_account_reads_its_history(
    main: WatchedPast, past: Past, database: Database
) -> None:
    (standby,) = watched_accounts(database, settings_for(past.server.url, "main"))
    assert standby.job.run() is None
    assert past_of(standby).history.run() is None
    main.watched.release()
    assert main.history.run() is None
    assert past.server.asked(TRADES) == 0
    assert standby.take()
    assert standby.job.run() is not None
    assert past_of(standby).history.run() is not None
    standby.release()


def test_a_lease_that_another_refresher_took_is_not_held(main: WatchedPast, past: Past, database: Database) -> None:
    """The heartbeat has not noticed yet. The history thread asks Postgres."""
    with main.watched.database.owner.connect() as connection:
        ended = connection.exec_driver_sql(_END_THE_HOLDER).scalar_one()
    assert ended
    (thief,) = watched_accounts(database, settings_for(past.server.url, "main"))
    assert thief.job.served.is_ours
    assert main.watched.job.served.is_ours
    assert main.history.run() is None
    thief.release()


def test_a_run_that_is_hurried_ends_after_its_page_and_the_next_goes_on_from_there(
    main: WatchedPast, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recent order does not wait for a long history."""
    monkeypatch.setattr(cryptocom_past, "MOST_ROWS", 4)
    past.page_size = 4
    keys = [f"t{number:02}" for number in range(40)]
    for number, key in enumerate(keys):
        past.trade(key, ago(days=6) + timedelta(hours=3 * number))

    def hurried(request: Request) -> Reply:
        main.history.hurry(Changes())
        return past.window(request)

    past.server.answers[f"/exchange/v1/{TRADES}"] = hurried
    main.look_back()
    assert main.fills() == keys[: len(main.fills())] != keys
    past.server.answers[f"/exchange/v1/{TRADES}"] = past.window
    main.look_back()
    assert main.fills() == keys


def test_a_run_that_is_hurried_leaves_the_other_calls_to_the_next_runs(
    main: WatchedPast, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exchange with one call per symbol, and an order that has just left."""
    symbols = tuple(Source.of(SourceKind.FILLS, symbol) for symbol in ("A", "B", "C"))
    calls_by_kind = {SourceKind.FILLS: symbols, SourceKind.TRANSFERS: ()}
    monkeypatch.setattr(
        main.watched.job.served.reader.history, "calls", lambda kind, _: calls_by_kind.get(kind, CALLS[kind])
    )

    def hurried(request: Request) -> Reply:
        main.history.hurry(Changes())
        return past.window(request)

    past.server.answers[f"/exchange/v1/{TRADES}"] = hurried
    read_so_far = []
    for _ in range(3):
        main.look_back()
        read_so_far.append(
            [s for (s,) in main.read("SELECT source FROM history_state WHERE source LIKE 'fills%' ORDER BY 1")]
        )
    assert read_so_far == [["fills:A"], ["fills:A", "fills:B"], ["fills:A", "fills:B", "fills:C"]]


# Waits until the backend is gone. Other databases of the server belong to other tests.
_END_THE_HOLDER = """
SELECT pg_terminate_backend(pid, 10000)
FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE locktype = 'advisory' AND classid = 72006 AND datname = current_database()
"""
