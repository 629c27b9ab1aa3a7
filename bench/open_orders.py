"""Orders and Overview with 100,000 open orders in one account: processor time of a new refresh, scripts and browser."""

import asyncio
import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bench.pages import script_times
from bench.report import Line, percentile
from bench.visits import alternately, wait_for_first_frame
from db.reads.snapshots import read_snapshot
from db.writes.refresh import write_refresh
from domain.orders import Order
from domain.snapshot import Account, Snapshot
from pages.open_orders.table import OrderTable, table_of
from tests.factories import observation, valuation
from tests.many_orders import answers_with, many_orders
from tests.pages.past import with_past
from tests.postgres import Database
from tests.whole.browser.browsing import chromium
from tests.whole.browser.website import website

ORDERS = 100_000
ROUNDS = 3
EVERY = timedelta(seconds=30)
SCRIPTS = (("all", "tab=all"), ("stops", "tab=stops"))


def open_order_lines(database: Database) -> Iterator[Line]:
    """The lines about very many open orders, each yielded once measured."""
    (account,) = with_past(database.writer, "bench", refresh_seconds=30)
    orders = many_orders(account.name, ORDERS)
    # In the near future, so that the last refresh stays the newest and fresh while the bench runs.
    now = datetime.now(UTC) + timedelta(minutes=10)
    _write(database, account, orders, "100", now - EVERY)
    _write(database, account, _with_a_fill(orders), "100.5", now)
    yield from _reading_lines(database, account, now)
    with website(database.url) as site, website(database.url, "bench/empty.py") as empty:
        floor = percentile(asyncio.run(script_times(empty.url, "")), 0.95)
        for name, query in SCRIPTS:
            took = percentile(asyncio.run(script_times(site.url, "open_orders", query)), 0.95)
            yield Line(f"script of Open orders, {name} of {ORDERS:,} orders, warm, p95", took, floor, 60, "ms",
                       absolute=True, floor_name="empty page")  # fmt: skip
        with chromium() as browser:
            wait_for_first_frame(site, "/open_orders")
            page, nothing = alternately(browser, f"{site.url}/open_orders?tab=all", empty.url)
            name = f"browser: Open orders with {ORDERS:,} orders"
            yield Line(f"{name}, first figures", page.figures, nothing.drawn, 1.35, "ms", floor_name="empty page")
            yield Line(f"{name}, all drawn", page.drawn, nothing.drawn, 1.35, "ms", floor_name="empty page")


def _write(database: Database, account: Account, orders: Sequence[Order], last: str, at: datetime) -> None:
    write_refresh(database.writer, observation(account, at, answers_with(orders, last), valuation("100000")))


def _with_a_fill(orders: Sequence[Order]) -> Sequence[Order]:
    position = next(n for n, order in enumerate(orders) if order.group_id is None and order.trigger_price is None)
    return [*orders[:position], replace(orders[position], filled=Decimal("0.0001")), *orders[position + 1 :]]


def _reading_lines(database: Database, account: Account, now: datetime) -> Iterator[Line]:
    """The processor time of the web process for the first refresh that it reads, and for the next one."""

    def at(moment: datetime, nearby: Snapshot | None = None) -> Snapshot:
        with database.reader.connect() as connection:
            return read_snapshot(connection, account, moment, nearby)

    before = at(now - EVERY)
    table = table_of([before], "USD")

    def follow() -> OrderTable:
        return table_of([at(now, before)], "USD", table.facts)

    floor = _seconds(lambda: sorted(str(n) for n in range(ORDERS)))
    for name, make, limit in (
        ("the first refresh read", lambda: at(now), 3.0),
        ("a new refresh with one changed order, read and listed", follow, 0.6),
    ):
        yield Line(f"processor: {ORDERS:,} orders, {name}", _seconds(make), floor, limit, "s", absolute=True,
                   floor_name="sorting as many numbers as texts")  # fmt: skip


def _seconds(make: Callable[[], object]) -> float:
    """The least processor time of a few rounds. Full collections are rare, as in the web process."""
    times, thresholds = [], gc.get_threshold()
    gc.set_threshold(5_000, 20, 1_000)
    for _ in range(ROUNDS):
        began = time.process_time()
        make()
        times.append(time.process_time() - began)
    gc.set_threshold(*thresholds)
    return min(times)
