"""Read the open P&L of an account at one refresh, without its orders."""

from datetime import datetime

from sqlalchemy import Connection

from db.reads.costs_in import read_costs_in
from db.reads.wallets import read_wallets
from domain.open_pnl import OpenPnl, open_pnl_by_books
from domain.snapshot import Account


def read_open_pnl(
    connection: Connection, account: Account, taken_at: datetime, currency: str, *, knows_costs: bool
) -> OpenPnl:
    """The open P&L in a currency. Without known fills it is that of positions alone. Raises NoSuchRefresh."""
    snapshot = read_wallets(connection, account, [taken_at])[taken_at]
    books = read_costs_in(connection, account, taken_at, currency) if knows_costs else None
    return open_pnl_by_books(snapshot, books, currency)
