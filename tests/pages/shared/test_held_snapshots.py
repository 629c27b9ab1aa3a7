"""Snapshots are read as what differs from those that the process holds, other moments side by side."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Connection, text

from db.reads.snapshots import read_snapshot
from db.writes.clock_repairs import set_aside_future
from domain.open_orders import OpenOrders, open_orders_of
from domain.orders import Order
from domain.snapshot import Account, Snapshot
from pages.shared.database import SightChanged
from pages.shared.held_snapshots import Check, HeldSnapshots
from tests.factories import NOON, later, order, price
from tests.pages.factories import configured, seen

NO_CONNECTION = cast(Connection, None)


def refreshed(database: Any, account: Account, seconds: float, *orders: Order) -> None:
    seen(database.writer, account, later(seconds), orders=orders, prices=[price("BTC/USD", "100")])


def sees_all(connection: Connection) -> None:
    """The check of a viewer who may still see what was read."""


def sees_nothing(connection: Connection) -> None:
    raise SightChanged("what you may see has just changed")


def read(database: Any, held: HeldSnapshots, account: Account, seconds: float, check: Check = sees_all) -> Snapshot:
    with database.reader.connect() as connection:
        return held.read(connection, account, later(seconds), check)


@contextmanager
def locked_refreshes(database: Any) -> Iterator[Callable[[int], None]]:
    """Nothing can be read meanwhile. The function waits until so many queries stand in line."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'refresh'::regclass")

    def until(count: int) -> None:
        deadline = time.monotonic() + 60
        while True:
            with database.writer.connect() as connection:
                if connection.execute(waiting).scalar_one() >= count:
                    return
            assert time.monotonic() < deadline, f"never {count} queries at once"

    with database.writer.begin() as connection:
        connection.execute(text("LOCK TABLE refresh IN ACCESS EXCLUSIVE MODE"))
        yield until


def test_a_snapshot_that_was_read_for_nobody_is_found_by_the_next_run(database: Any) -> None:
    account, held = configured(database.writer), HeldSnapshots()
    refreshed(database, account, 0, order("1"))
    snapshot = read(database, held, account, 0)
    assert held.read(NO_CONNECTION, account, NOON, sees_all) is snapshot


def test_orders_of_symbols_without_a_change_stay_the_same_objects(database: Any) -> None:
    account, held = configured(database.writer), HeldSnapshots()
    ether = order("2", symbol="ETH/USD")
    refreshed(database, account, 0, order("1"), ether)
    refreshed(database, account, 30, order("1", amount="5"), ether, order("3"))
    first, second = read(database, held, account, 0), read(database, held, account, 30)
    assert [o.key for o in second.orders] == ["1", "2", "3"]
    assert second.orders[1] is first.orders[1]
    assert second.orders[0] != first.orders[0]


def test_a_refresh_that_was_set_aside_is_not_followed(database: Any) -> None:
    """The clock was ahead for one refresh. Its orders are not among those of the next one."""
    account, held = configured(database.writer), HeldSnapshots()
    refreshed(database, account, 0, order("1"))
    refreshed(database, account, 600, order("2"))
    read(database, held, account, 600)
    set_aside_future(database.writer, account, later(0) + timedelta(seconds=1))
    refreshed(database, account, 30, order("3"))
    snapshot = read(database, held, account, 30)
    assert [o.key for o in snapshot.orders] == ["3"]
    with database.reader.connect() as connection:
        assert snapshot == read_snapshot(connection, account, later(30))


def test_two_moments_of_an_account_are_read_at_once(database: Any) -> None:
    account, held = configured(database.writer), HeldSnapshots()
    days = [day * 86_400 for day in range(2)]
    for seconds in days:
        refreshed(database, account, seconds, order(str(seconds)))
    with ThreadPoolExecutor(2) as threads:
        with locked_refreshes(database) as until_waiting:
            reads = [threads.submit(read, database, held, account, seconds) for seconds in days]
            until_waiting(2)
        assert [[o.key for o in future.result(60).orders] for future in reads] == [["0"], ["86400"]]


def test_one_moment_is_read_once_for_all_who_want_it_meanwhile(database: Any) -> None:
    account, held = configured(database.writer), HeldSnapshots()
    refreshed(database, account, 0, order("1"))
    with ThreadPoolExecutor(5) as threads:
        with locked_refreshes(database) as until_waiting:
            first = threads.submit(read, database, held, account, 0)
            until_waiting(1)
            others = [threads.submit(read, database, held, account, 0) for _ in range(4)]
        assert all(future.result(60) is first.result(60) for future in others)


def test_a_near_moment_waits_for_the_first_read_and_reads_what_differs(database: Any) -> None:
    account, held = configured(database.writer), HeldSnapshots()
    ether = order("2", symbol="ETH/USD")
    refreshed(database, account, 0, order("1"), ether)
    refreshed(database, account, 30, order("3"), ether)
    with ThreadPoolExecutor(2) as threads:
        with locked_refreshes(database) as until_waiting:
            first = threads.submit(read, database, held, account, 0)
            until_waiting(1)
            second = threads.submit(read, database, held, account, 30)
        before, after = ({o.key: o for o in future.result(60).orders} for future in (first, second))
    assert after.keys() == {"2", "3"}
    assert after["2"] is before["2"]


def test_what_was_read_while_its_viewer_lost_sight_reaches_nobody(database: Any) -> None:
    account, held = configured(database.writer), HeldSnapshots()
    refreshed(database, account, 0, order("1"))
    with ThreadPoolExecutor(2) as threads:
        with locked_refreshes(database) as until_waiting:
            ended = threads.submit(read, database, held, account, 0, sees_nothing)
            until_waiting(1)
            other = threads.submit(read, database, held, account, 0)
        with pytest.raises(SightChanged):
            ended.result(60)
        assert [o.key for o in other.result(60).orders] == ["1"]
    assert held.read(NO_CONNECTION, account, NOON, sees_all) is other.result()


def test_no_transaction_is_idle_while_very_many_orders_are_unified(
    database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Postgres ends a connection whose transaction is idle for long, and the snapshot was lost with it."""
    account, held = configured(database.writer), HeldSnapshots()
    refreshed(database, account, 0, order("1"))
    in_transaction: list[bool] = []
    with database.reader.connect() as connection:

        def noted(*arguments: Any) -> OpenOrders:
            in_transaction.append(connection.in_transaction())
            return open_orders_of(*arguments)

        monkeypatch.setattr("db.reads.open_orders.open_orders_of", noted)
        held.read(connection, account, NOON, sees_all)
    assert in_transaction == [False]
