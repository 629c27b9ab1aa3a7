"""Snapshots are read as what differs from those that the process holds."""

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Connection

from db.reads.snapshots import read_snapshot
from db.writes.clock_repairs import set_aside_future
from domain.orders import Order
from domain.snapshot import Account, Snapshot
from pages.shared.held_snapshots import HeldSnapshots
from tests.factories import NOON, later, order, price
from tests.pages.factories import configured, seen

NO_CONNECTION = cast(Connection, None)


def refreshed(database: Any, account: Account, seconds: float, *orders: Order) -> None:
    seen(database.writer, account, later(seconds), orders=orders, prices=[price("BTC/USD", "100")])


def read(database: Any, held: HeldSnapshots, account: Account, seconds: float) -> Snapshot:
    with database.reader.connect() as connection:
        return held.read(connection, account, later(seconds))


def test_a_snapshot_that_was_read_for_nobody_is_found_by_the_next_run(database: Any) -> None:
    account, held = configured(database.writer), HeldSnapshots()
    refreshed(database, account, 0, order("1"))
    snapshot = read(database, held, account, 0)
    assert held.read(NO_CONNECTION, account, NOON) is snapshot


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
