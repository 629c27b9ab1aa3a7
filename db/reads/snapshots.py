"""Read the snapshot of one account at one refresh."""

from datetime import datetime

from sqlalchemy import Connection

from db.reads.prices import read_prices
from db.reads.refreshes import read_refresh
from db.reads.source_states import read_source_states
from db.reads.versions import read_balances, read_orders, read_positions
from domain.order_groups import merge_duplicates
from domain.snapshot import Account, Snapshot


def read_snapshot(connection: Connection, account: Account, taken_at: datetime) -> Snapshot:
    """Everything about an account at the refresh taken exactly at `taken_at`. Raises NoSuchRefresh.

    A snapshot never changes, so it may be cached for ever by (account, taken_at). The exceptions are the next attempt
    and the unreadable rows of its sources: they are current, and included only for the latest refresh.
    """
    refresh, price_id = read_refresh(connection, account.id, taken_at)
    return Snapshot(
        account=account,
        refresh=refresh,
        balances=read_balances(connection, account.id, taken_at),
        positions=read_positions(connection, account.id, taken_at),
        orders=merge_duplicates(read_orders(connection, account, taken_at), refresh.older),
        prices=read_prices(connection, account, taken_at, price_id),
        sources=read_source_states(connection, account, refresh),
    )
