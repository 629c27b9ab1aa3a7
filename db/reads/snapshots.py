"""Read the snapshots of accounts at their refreshes."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection

from db.reads.open_orders import Nearby, read_open_orders
from db.reads.prices import read_all_prices
from db.reads.refreshes import read_all_refreshes
from db.reads.source_states import read_all_source_states
from db.reads.versions import balances_of, positions_of, read_all_marks
from domain.snapshot import Account, Snapshot

NOTHING_KNOWN: Nearby = {}


def read_snapshot(
    connection: Connection,
    account: Account,
    taken_at: datetime,
    nearby: Snapshot | None = None,
    all_read: Callable[[], None] = lambda: None,
) -> Snapshot:
    """Everything about an account at the refresh taken exactly at `taken_at`. Raises NoSuchRefresh.

    Only orders are read that differ from the snapshot `nearby`, if its moment is near.

    A snapshot never changes, so it may be cached for ever by (account, taken_at). The exceptions are the next attempt
    and the unreadable rows of its sources: they are current, and included only for the latest refresh.
    """
    near = {} if nearby is None else {account.id: nearby}
    return read_snapshots(connection, [(account, taken_at)], near, all_read)[account.id]


def read_snapshots(
    connection: Connection,
    wanted: Collection[tuple[Account, datetime]],
    nearby: Nearby = NOTHING_KNOWN,
    all_read: Callable[[], None] = lambda: None,
) -> Mapping[int, Snapshot]:
    """The snapshots of accounts, each at a refresh of its own: one query for each kind of row. Raises NoSuchRefresh.

    `all_read` is called after the last query. Unifying very many orders takes seconds from then on.
    """
    if not wanted:
        return {}
    places = [(account.id, taken_at) for account, taken_at in wanted]
    refreshes = read_all_refreshes(connection, places)
    marks = read_all_marks(connection, places)
    balances, positions = balances_of(connection, places, marks), positions_of(connection, places, marks)
    prices = read_all_prices(connection, [(account, at, refreshes[account.id][1]) for account, at in wanted])
    of_accounts = [(account, refreshes[account.id][0]) for account, _ in wanted]
    states = read_all_source_states(connection, of_accounts)
    # Orders come last: very many take seconds to unify, and a transaction may not be idle for long between two queries.
    orders = read_open_orders(connection, of_accounts, nearby, all_read)
    return {
        account.id: Snapshot(
            account=account,
            refresh=refreshes[account.id][0],
            balances=balances[account.id],
            positions=positions[account.id],
            orders=orders[account.id].unified(),
            prices=prices[account.id],
            sources=states[account.id],
            open_orders=orders[account.id],
        )
        for account, _ in wanted
    }
