"""A year of a hundred accounts: what each query of a page takes, now and in the past, and what thinning out takes.

STILLFRAME_BENCH_SCALE=1 builds all five million order versions. The default is a tenth of them.
"""

import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, event

from api.dashboard import read_dashboard
from api.monitoring import read_monitoring
from api.params import RequestParams, RequestScope, read_scope
from bench.many_accounts_data import ACCOUNTS, VENUES, fill_year
from bench.moving_market import Market, observations
from bench.report import Line, percentile
from bench.statement_buffers import explained_statements, print_buffers
from db.reads.ended_counts import EndingCounts, read_ending_counts
from db.reads.equity import EquityPoint, read_equity
from db.reads.history_filter import HistoryFilter
from db.reads.jobs import read_job_runs
from db.reads.order_history import HistoryRow, read_order_history
from db.reads.rates import read_rates_at
from db.writes.housekeeping import delete_before
from db.writes.refresh import write_refresh
from db.writes.thinning import ThinnedDay, thin_account_day, thin_venue_day
from domain.retention import Retention
from domain.snapshot import Account
from refresher.jobs.breaks import Breaks
from tests.postgres import Database

SCALE = float(os.environ.get("STILLFRAME_BENCH_SCALE", "0.1"))
ROUNDS = 3
QUERY_MS = 20.0
PAGE_ROWS = 100
ALONE = 60  # writes before thinning begins
MINUTE = timedelta(minutes=1)


def many_account_lines(database: Database) -> Iterator[Line]:
    """The lines about a year of many accounts, each yielded once measured."""
    accounts = fill_year(database, SCALE)
    now = datetime.now(UTC).replace(microsecond=0)
    floor = _floor(database.reader)
    for name, at in (("now", None), ("200 days ago", now - timedelta(days=200))):
        for answer, read in _ANSWERS:
            if answer == "monitoring" and at is not None:
                continue
            yield from _lines_of(database, f"{answer} of {ACCOUNTS} accounts, {name}", _asking(read, at), floor)
        yield from _lines_of(database, f"the runs of jobs, {name}", partial(read_job_runs, as_of=at), floor)
    moments = [now - timedelta(days=n) for n in range(365)]
    yield from _lines_of(
        database, "rates of a year by day", lambda c: read_rates_at(c, "venue 0", "BTC", "USD", moments), floor
    )
    yield from _thinning_lines(database, accounts, now)


def _read_ended_page(connection: Connection, scope: RequestScope, *words: str) -> tuple[HistoryRow, ...]:
    """The newest ended orders of all accounts with these words, as History shows them."""
    moments = [(account, scope.moments[account.id]) for account in scope.accounts]
    return read_order_history(connection, moments, HistoryFilter(words=words), PAGE_ROWS).rows


def _search_in_vain(connection: Connection, scope: RequestScope) -> tuple[HistoryRow, ...]:
    return _read_ended_page(connection, scope, "nothing")


def _read_month(connection: Connection, scope: RequestScope) -> tuple[EquityPoint, ...]:
    """The curve of an account over a month."""
    account, at = scope.accounts[0], scope.params.at
    return read_equity(connection, account.id, at - timedelta(days=30), at, 150)


def _count_ended(span: timedelta | None, connection: Connection, scope: RequestScope, **filters: Any) -> EndingCounts:
    """The chips of History for a period that ends at the moment shown."""
    moments = [(account, scope.moments[account.id]) for account in scope.accounts]
    since = None if span is None else scope.params.at - span
    return read_ending_counts(connection, moments, HistoryFilter(since=since, **filters))


_ANSWERS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("the snapshot", read_dashboard),
    ("monitoring", read_monitoring),
    ("a page of ended orders", _read_ended_page),
    ("a search of ended orders in vain", _search_in_vain),
    ("the curve of a month", _read_month),
    ("the ended orders of a day, counted", partial(_count_ended, timedelta(days=1))),
    ("the ended orders of 30 days, counted", partial(_count_ended, timedelta(days=30))),
    ("the ended orders of all time, counted", partial(_count_ended, None)),
    ("the ended orders of a coin, counted", partial(_count_ended, timedelta(days=200), symbols=("BTC/USD",))),
    ("the ended sales, counted", partial(_count_ended, timedelta(days=200), sides=("sell",))),
)


def _asking(read: Callable[..., Any], at: datetime | None) -> Callable[[Any], Any]:
    return lambda connection: read(connection, read_scope(connection, RequestParams((), at, None, datetime.now(UTC))))


def _lines_of(database: Database, name: str, read: Callable[[Any], Any], floor: float) -> Iterator[Line]:
    totals: list[float] = []
    rounds: list[list[tuple[str, float]]] = []
    with _statements(database.reader) as statements:
        for _ in range(ROUNDS + 1):
            statements.clear()
            began = time.perf_counter()
            with database.reader.connect() as connection:
                read(connection)
            totals.append((time.perf_counter() - began) * 1000)
            rounds.append(list(statements))
    took = [ms for _, ms in rounds[-1]]
    yield Line(f"{name}: {len(took)} queries, each, p95", percentile(took, 0.95), floor, QUERY_MS, "ms",
               absolute=True, floor_name="SELECT 1")  # fmt: skip
    # Each query at its best round, so that the line is about the query and not about the machine.
    best = [min(ms for _, ms in query) for query in zip(*rounds[1:], strict=True)]
    yield Line(f"{name}: its slowest query", max(best), floor, QUERY_MS, "ms", absolute=True, floor_name="SELECT 1")
    if os.environ.get("STILLFRAME_BENCH_QUERIES"):
        _print_slowest(rounds[-1], min(totals[1:]))
        with explained_statements(database.reader) as explained, database.reader.connect() as connection:
            read(connection)
        print_buffers(explained)


def _print_slowest(statements: Sequence[tuple[str, float]], total: float) -> None:
    slowest: dict[str, list[float]] = defaultdict(list)
    for words, ms in statements:
        slowest[" ".join(words.split())[:110]].append(ms)
    for words, times in sorted(slowest.items(), key=lambda item: -sum(item[1]))[:5]:
        print(f"     {sum(times):8.1f} ms in {len(times):4}, most {max(times):6.1f}: {words}")
    print(f"     {total:8.1f} ms in all")


@contextmanager
def _statements(engine: Engine) -> Iterator[list[tuple[str, float]]]:
    """Each statement and its milliseconds until the rows arrive."""
    times: list[tuple[str, float]] = []
    began: list[float] = []

    def before(*_: object) -> None:
        began.append(time.perf_counter())

    def after(_: object, __: object, statement: str, *___: object) -> None:
        times.append((statement, (time.perf_counter() - began[-1]) * 1000))

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield times
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)


def _floor(engine: Engine) -> float:
    with engine.connect() as connection:
        times = []
        for _ in range(50):
            began = time.perf_counter()
            connection.exec_driver_sql("SELECT 1")
            times.append((time.perf_counter() - began) * 1000)
    return percentile(times, 0.5)


def _thinning_lines(database: Database, accounts: list[Account], now: datetime) -> Iterator[Line]:
    """Thin out the newest full day of all accounts, while one of them is written every 50 ms."""
    day = (now - timedelta(days=3)).replace(hour=0, minute=0, second=0, microsecond=0)
    thinned = ThinnedDay(day, timedelta(minutes=5), Retention().zones)
    alone: list[float] = []
    waits: list[float] = []
    is_over = threading.Event()
    _write_along(database, accounts[1], now, alone, threading.Event(), ALONE)
    writer = threading.Thread(target=_write_along, args=(database, accounts[0], now, waits, is_over))
    writer.start()
    breaks = Breaks()
    began = time.perf_counter()
    for account in accounts:
        thin_account_day(database.writer, account, thinned)
        breaks.take()
    for venue in VENUES:
        thin_venue_day(database.writer, venue, day)
        breaks.take()
    took = time.perf_counter() - began
    began = time.perf_counter()
    deleted = delete_before(database.writer, now - timedelta(days=29), lambda: True)["job_run"]
    deleting = time.perf_counter() - began
    is_over.set()
    writer.join()
    yield Line(f"thinning out a day of {ACCOUNTS} accounts", took, 1, 30, "s", absolute=True, floor_name="a second")
    yield Line(f"deleting {deleted} runs of jobs", deleting, 1, 30, "s", absolute=True, floor_name="a second")
    longer = max(0.0, max(waits) - max(alone))
    yield Line(f"what the longest of {len(waits)} writes waited", longer, max(alone), 100, "ms", absolute=True,
               floor_name="the longest write alone")  # fmt: skip


def _write_along(
    database: Database,
    account: Account,
    now: datetime,
    waits: list[float],
    is_over: threading.Event,
    most: int = 10**6,
) -> None:
    """Write refreshes of one account, until thinning is over."""
    for observation in observations(account, Market(Random(1)), now + MINUTE, most):
        began = time.perf_counter()
        write_refresh(database.writer, observation)
        waits.append((time.perf_counter() - began) * 1000)
        if is_over.wait(0.05):
            break
