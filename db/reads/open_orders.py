"""Read the open orders of accounts: all of them, or the changes since a snapshot in memory."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from db.reads.versions import orders_of
from db.records import ORDER_COLUMNS, order_from
from domain.open_orders import OpenOrders, OrderKey, open_orders_of
from domain.orders import Order
from domain.snapshot import Account, Refresh, Snapshot

# Between moments farther apart so many orders come and go that reading all open ones is quicker.
NEAR = timedelta(hours=6)
Nearby = Mapping[int, Snapshot]  # a known snapshot of each account, of any moment


def read_open_orders(
    connection: Connection,
    places: Collection[tuple[Account, Refresh]],
    nearby: Nearby,
    all_read: Callable[[], None] = lambda: None,
) -> Mapping[int, OpenOrders]:
    """The open orders of each account at its refresh. `all_read` is called before very many are unified."""
    followed: dict[int, OpenOrders] = {}
    for account, refresh in places:
        before = nearby.get(account.id)
        if before is not None and (orders := _followed(connection, account, refresh, before)) is not None:
            followed[account.id] = orders
    others = [(account, refresh) for account, refresh in places if account.id not in followed]
    listed = orders_of(connection, [(account, refresh.taken_at) for account, refresh in others]) if others else {}
    all_read()
    return followed | {account.id: open_orders_of(listed[account.id], refresh.older) for account, refresh in others}


def _followed(connection: Connection, account: Account, refresh: Refresh, before: Snapshot) -> OpenOrders | None:
    """The open orders from those of another refresh. None if that is far, or was set aside or thinned out since.

    Orders name their account. So those of an account that was renamed since are read anew.
    """
    known_at, at, orders_before = before.refresh.taken_at, refresh.taken_at, before.open_orders
    if orders_before is None or abs(at - known_at) > NEAR or before.account.name != account.name:
        return None
    scope: dict[str, object] = {"account_id": account.id, "known_at": known_at}
    if connection.execute(text(_IS_STORED), scope).first() is None:
        return None
    began, ended = _between(connection, account, min(at, known_at), max(at, known_at))
    if at < known_at:
        began, ended = ended, began
    gone: dict[str, list[OrderKey]] = {}
    for order in ended:
        gone.setdefault(order.symbol, []).append((order.source, order.key))
    return orders_before.followed_by(gone, began, refresh.older)


def _between(
    connection: Connection, account: Account, earlier: datetime, later: datetime
) -> tuple[list[Order], list[Order]]:
    """The versions of `later` that had not begun at `earlier`, and those of `earlier` that had ended by `later`."""
    scope: dict[str, object] = {"account_id": account.id, "earlier": earlier, "later": later}
    began, ended = [
        [order_from(row, account.name, account.exchange) for row in connection.execute(text(statement), scope)]
        for statement in (_BEGAN, _ENDED)
    ]
    return began, ended


_COLUMNS = ", ".join("NULL AS raw" if column == "raw" else column for column in ORDER_COLUMNS)

_IS_STORED = "SELECT 1 FROM refresh WHERE account_id = :account_id AND taken_at = :known_at"

_BEGAN = f"""
SELECT {_COLUMNS}
FROM order_version
WHERE account_id = :account_id AND valid_from > :earlier AND valid_from <= :later AND valid_to > :later
"""  # noqa: S608 - column names from code

_ENDED = f"""
SELECT {_COLUMNS}
FROM order_version
WHERE account_id = :account_id AND valid_to > :earlier AND valid_to <= :later AND valid_to <> 'infinity'
  AND valid_from <= :earlier
"""  # noqa: S608 - column names from code
