"""The past of an account: how its orders ended, its fills and transfers, asked at their own pace."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.testing import capture_logs

from db.writes.candles import write_candles
from domain.candles import Candle
from domain.endings import EndedOrder, Ending
from domain.sources import Source, SourceKind
from exchanges.connection import retries
from exchanges.connection.errors import Temporary
from exchanges.cryptocom import history as cryptocom_past
from exchanges.cryptocom.history import CALLS
from refresher.jobs.recording import JobResult
from refresher.past import ended_orders as gone
from refresher.past import fill_parts
from refresher.past.books import Books
from tests.exchanges.payload_server import Reply, Request
from tests.exchanges.wire_payloads import deposit_row, journal_row, order_row, trigger_row
from tests.postgres import Database
from tests.refresher.conftest import WatchedPast, past_of, settings_for, watched_accounts
from tests.refresher.past_exchange import (
    ADVANCED_DETAIL,
    ADVANCED_HISTORY,
    DEPOSITS,
    DETAIL,
    JOURNAL,
    ORDER_HISTORY,
    TRADES,
    Past,
    exchange_with_past,
)
from tests.refresher.scripted_exchange import ORDERS, TRIGGERS

pytestmark = pytest.mark.usefixtures("unpaced")
LIMIT, STOP = order_row()["order_id"], trigger_row()["order_id"]


def ago(**values: float) -> datetime:
    return datetime.now(UTC) - timedelta(**values)


@pytest.fixture
def past(monkeypatch: pytest.MonkeyPatch) -> Iterator[Past]:
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(retries, "RATE_LIMIT_PAUSE", 0.02)
    with exchange_with_past() as past:
        yield past


@pytest.fixture
def main(database: Database, past: Past) -> Iterator[WatchedPast]:
    (watched,) = watched_accounts(database, settings_for(past.server.url, "main"))
    watched.refresh()
    yield past_of(watched)
    watched.job.served.release()


def leave(main: WatchedPast, past: Past, *paths: str) -> None:
    """These lists are empty at the next refresh."""
    for path in paths:
        past.server.lists(path)
    main.refresh()


def carried(main: WatchedPast) -> set[Source]:
    """The sources of the refreshes that did not answer."""
    states = main.watched.snapshot().sources
    return {source for source in main.watched.account.sources if states[source].carried}


CASES: dict[str, tuple[Any, dict[str, tuple[str, str]]]] = {
    "filled": (lambda past: past.trade("t1", ago(seconds=1)), {LIMIT: ("filled", "fills")}),
    "filled, by the list": (lambda past: past.ended(ago(seconds=1)), {LIMIT: ("filled", "order_history")}),
    "cancelled": (
        lambda past: past.ended(ago(seconds=1), status="CANCELED", cumulative_quantity="0"),
        {LIMIT: ("cancelled", "order_history")},
    ),
    "expired": (
        lambda past: past.ended(ago(seconds=1), status="EXPIRED", cumulative_quantity="0"),
        {LIMIT: ("expired", "order_history")},
    ),
    "only the detail knows": (
        lambda past: past.ended(ago(seconds=1), DETAIL, status="CANCELED", cumulative_quantity="0"),
        {LIMIT: ("cancelled", "order_detail")},
    ),
    "triggered": (
        lambda past: past.ended(
            ago(seconds=1), ADVANCED_HISTORY, order_id=STOP, order_type="STOP_LOSS", exchange_order_id="77"
        ),
        {STOP: ("triggered", "order_history")},
    ),
    "triggered, says the detail": (
        lambda past: past.ended(
            ago(seconds=1), ADVANCED_DETAIL, order_id=STOP, order_type="STOP_LOSS", exchange_order_id="77"
        ),
        {STOP: ("triggered", "order_detail")},
    ),
    "nobody knows": (lambda past: None, {}),
}


@pytest.mark.parametrize(("happens", "expected"), CASES.values(), ids=CASES)
def test_a_gone_order_is_resolved_as_soon_as_the_exchange_answers(
    main: WatchedPast, past: Past, happens: Any, expected: dict[str, tuple[str, str]]
) -> None:
    happens(past)
    leave(main, past, ORDERS, TRIGGERS)
    assert main.watched.job.changed
    assert main.look_back().succeeded
    assert main.outcomes() == expected


def test_what_fills_tell_outweighs_what_the_list_said_and_nothing_is_asked_twice(main: WatchedPast, past: Past) -> None:
    past.ended(ago(seconds=1))
    past.trade("t1", ago(seconds=1))
    leave(main, past, ORDERS)
    main.look_back()
    assert main.outcomes() == {LIMIT: ("filled", "fills")}
    asked = past.server.asked(ORDER_HISTORY)
    main.look_back()
    assert past.server.asked(ORDER_HISTORY) == asked


@pytest.mark.parametrize("path", [DETAIL, ORDER_HISTORY])
def test_fills_that_are_told_later_outweigh_what_was_known_by_less(main: WatchedPast, past: Past, path: str) -> None:
    """An order that is known already is not asked for again, and yet it gets its average price."""
    past.ended(ago(seconds=1), path=path, avg_price="0")
    leave(main, past, ORDERS)
    main.look_back()
    by = "order_detail" if path == DETAIL else "order_history"
    assert main.outcomes() == {LIMIT: ("filled", by)}
    asked = past.server.asked(path)
    past.trade("t1", ago(seconds=1))
    main.look_back()
    assert main.outcomes() == {LIMIT: ("filled", "fills")}
    assert main.read("SELECT average_price IS NULL FROM order_outcome") == [(False,)]
    assert past.server.asked(path) == asked


def test_an_order_of_another_market_under_the_same_id_is_another(main: WatchedPast, past: Past) -> None:
    """Exchanges count the orders of each market by themselves."""
    leave(main, past, ORDERS)
    mine = EndedOrder(LIMIT, order_row()["instrument_name"], Ending.CANCELLED)
    another = EndedOrder(LIMIT, "ANOTHER_USD", Ending.FILLED)
    assert main.history.gone.resolve_by([mine, another]) == 1
    assert main.outcomes() == {LIMIT: ("cancelled", "order_history")}


def test_an_order_that_nobody_knows_is_asked_for_ever_more_rarely(main: WatchedPast, past: Past) -> None:
    """And it is never taken for cancelled."""
    leave(main, past, ORDERS)
    for _ in range(5):
        assert main.look_back().succeeded
    assert main.outcomes() == {}
    assert past.server.asked(DETAIL) == 1


def test_many_that_nobody_knows_keep_no_other_from_being_asked_for(
    main: WatchedPast, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has its turn, also those behind as many as are asked for at once, or looked at."""
    monkeypatch.setattr(gone, "MOST_DETAILS", 2)
    monkeypatch.setattr(main.history.gone, "_most", 3)
    past.server.lists(ORDERS, *(order_row(order_id=str(9000 + n), client_oid=f"c{n}") for n in range(8)))
    main.refresh()
    past.ended(ago(seconds=1), path=DETAIL, order_id="9007", status="CANCELED", cumulative_quantity="0")
    leave(main, past, ORDERS)
    for _ in range(6):
        assert main.look_back().succeeded
    assert main.outcomes() == {"9007": ("cancelled", "order_detail")}
    assert past.server.asked(DETAIL) == 9


def test_lists_that_take_long_leave_time_for_single_orders(
    main: WatchedPast, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand orders cancelled in one moment, and a list that tells a hundred of them each second."""
    main.look_back()  # executions are known: what is left to ask is how orders ended
    monkeypatch.setattr(gone, "LISTS_FOR", timedelta(0))
    monkeypatch.setattr(cryptocom_past, "LONGEST", timedelta(minutes=1))
    past.ended(ago(seconds=1), path=DETAIL, status="CANCELED", cumulative_quantity="0")
    leave(main, past, ORDERS)
    main.look_back()
    assert past.server.asked(ORDER_HISTORY) == 1
    assert main.outcomes() == {LIMIT: ("cancelled", "order_detail")}


def test_while_orders_of_one_list_are_asked_for_gently_those_of_another_are_not(main: WatchedPast, past: Past) -> None:
    past.ended(ago(seconds=1), path=DETAIL, status="CANCELED", cumulative_quantity="0")
    past.server.says(ADVANCED_DETAIL, {"code": 50001, "message": "INTERNAL"}, status=500)
    stops = [trigger_row(order_id=str(9000 + n), client_oid=f"c{n}") for n in range(6)]
    past.server.lists(TRIGGERS, *stops)
    main.refresh()
    leave(main, past, ORDERS)
    leave(main, past, TRIGGERS)
    assert not main.look_back().succeeded
    assert main.outcomes() == {LIMIT: ("cancelled", "order_detail")}


@pytest.mark.parametrize(
    ("fails", "told", "known"), [(DETAIL, ADVANCED_DETAIL, STOP), (ADVANCED_DETAIL, DETAIL, LIMIT)]
)
def test_an_order_that_cannot_be_told_of_keeps_no_other_from_being_asked_for(
    main: WatchedPast, past: Past, fails: str, told: str, known: str
) -> None:
    past.ended(ago(seconds=1), path=told, order_id=known, status="CANCELED", cumulative_quantity="0")
    past.server.says(fails, {"code": 0, "result": {"order_id": 17}})
    leave(main, past, ORDERS, TRIGGERS)
    assert not main.look_back().succeeded
    assert main.outcomes() == {known: ("cancelled", "order_detail")}
    assert set(main.failing()) == {"endings"}


def test_while_a_list_is_refused_nobody_is_asked_for_at_each_run(main: WatchedPast, past: Past) -> None:
    past.server.says(ORDER_HISTORY, {"code": 40101, "message": "UNAUTHORIZED"}, status=401)
    leave(main, past, ORDERS)
    for _ in range(4):
        main.look_back()
    assert (past.server.asked(ORDER_HISTORY), past.server.asked(DETAIL)) == (1, 1)
    assert main.outcomes() == {}


def test_an_order_is_asked_for_where_the_list_is_refused(main: WatchedPast, past: Past) -> None:
    past.server.says(ORDER_HISTORY, {"code": 40101, "message": "UNAUTHORIZED"}, status=401)
    past.ended(ago(seconds=1), path=DETAIL, status="CANCELED", cumulative_quantity="0")
    leave(main, past, ORDERS)
    assert not main.look_back().succeeded
    assert main.outcomes() == {LIMIT: ("cancelled", "order_detail")}
    assert set(main.failing()) == {"endings"}


def test_an_order_that_came_back_and_left_again_has_the_later_ending(main: WatchedPast, past: Past) -> None:
    past.ended(ago(seconds=1), status="CANCELED", cumulative_quantity="0")
    leave(main, past, ORDERS)
    main.look_back()
    past.server.lists(ORDERS, order_row())
    main.refresh()
    past.rows[ORDER_HISTORY].clear()
    past.ended(ago(seconds=0))
    leave(main, past, ORDERS)
    main.look_back()
    assert main.outcomes() == {LIMIT: ("filled", "order_history")}


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
    """What passed for known lay in the future."""
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
    """Workers that each want a second connection while they hold a first wait for one another."""
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
    """As any outage it is told once, and the job tries again at its own pace."""

    def no_connection(_goes_on: object) -> int:
        raise PoolTimeout("no connection came free")

    monkeypatch.setattr(main.history.books, "work_out", no_connection)
    with capture_logs() as logs:
        results = [main.look_back() for _ in range(2)]
    assert results == [JobResult(False, "the database does not answer")] * 2
    assert [line["log_level"] for line in logs] == ["warning"]


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


def test_a_failing_history_is_told_and_touches_no_refresh(main: WatchedPast, past: Past) -> None:
    """The orders stay gone, the lists stay fresh, the other parts of the past go on."""
    past.trade("t1", ago(seconds=1), order_id="another")
    past.server.says(ORDER_HISTORY, {"code": 50001, "message": "INTERNAL"}, status=500)
    leave(main, past, ORDERS)
    with capture_logs() as lines:
        results = [main.look_back() for _ in range(3)]
    assert not any(result.succeeded for result in results)
    assert set(main.failing()) == {"endings"}
    assert main.outcomes() == {}
    assert main.fills() == ["t1"]
    assert len([line for line in lines if line["log_level"] == "warning"]) == 1
    assert main.refresh().succeeded
    assert not carried(main)


def test_calls_that_cannot_be_told_are_recorded_and_the_rest_goes_on(
    main: WatchedPast, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Markets that cannot be loaded: which symbols to ask for is unknown, how orders ended and what moved is not."""

    def calls(kind: SourceKind, wanted: Any) -> tuple[Source, ...]:
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
    """A key without the permission for it is asked gently, and the refreshes go on."""
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
        past.server.released.wait(30)

    past.server.answers[f"/exchange/v1/{TRADES}"] = hang
    looking = threading.Thread(target=main.history.run)
    looking.start()
    assert reached.wait(10)
    assert main.refresh().succeeded
    assert looking.is_alive()
    past.server.released.set()
    looking.join(10)


def test_only_who_serves_an_account_asks_for_its_past(main: WatchedPast, past: Past, database: Database) -> None:
    (standby,) = watched_accounts(database, settings_for(past.server.url, "main"))
    assert standby.job.run() is None
    assert past_of(standby).history.run() is None
    main.watched.job.served.release()
    assert main.history.run() is None
    assert past.server.asked(TRADES) == 0
    assert standby.job.run() is not None
    assert past_of(standby).history.run() is not None
    standby.job.served.release()


def test_a_lease_that_broke_is_not_held(main: WatchedPast, past: Past) -> None:
    """The thread that refreshes has not noticed yet; the one for the past asks Postgres."""
    with main.watched.database.owner.connect() as connection:
        ended = connection.exec_driver_sql(_END_THE_HOLDER).scalar_one()
    assert ended
    assert main.watched.job.served.is_ours
    assert main.history.run() is None


def test_a_run_that_is_hurried_ends_after_its_page_and_the_next_goes_on_from_there(
    main: WatchedPast, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What went just now is not kept waiting by a long past."""
    monkeypatch.setattr(cryptocom_past, "MOST_ROWS", 4)
    past.most = 4
    keys = [f"t{number:02}" for number in range(40)]
    for number, key in enumerate(keys):
        past.trade(key, ago(days=6) + timedelta(hours=3 * number))

    def hurried(request: Request) -> Reply:
        main.history.hurry()
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
    """An exchange that is asked for each symbol by itself, and an order that just went."""
    symbols = tuple(Source.of(SourceKind.FILLS, symbol) for symbol in ("A", "B", "C"))
    told = {SourceKind.FILLS: symbols, SourceKind.TRANSFERS: ()}
    monkeypatch.setattr(main.watched.job.served.reader.history, "calls", lambda kind, _: told.get(kind, CALLS[kind]))

    def hurried(request: Request) -> Reply:
        main.history.hurry()
        return past.window(request)

    past.server.answers[f"/exchange/v1/{TRADES}"] = hurried
    known = []
    for _ in range(3):
        main.look_back()
        known.append(
            [s for (s,) in main.read("SELECT source FROM history_state WHERE source LIKE 'fills%' ORDER BY 1")]
        )
    assert known == [["fills:A"], ["fills:A", "fills:B"], ["fills:A", "fills:B", "fills:C"]]


# Waits until the backend is gone; other databases of the server are other tests'.
_END_THE_HOLDER = """
SELECT pg_terminate_backend(pid, 10000)
FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE locktype = 'advisory' AND classid = 72003 AND datname = current_database()
"""
