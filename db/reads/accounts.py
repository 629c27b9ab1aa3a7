"""Read the accounts."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from domain.cost_method import CostMethod
from domain.snapshot import Account
from domain.sources import Source, SourceKind
from domain.transfers import TransferKind

# Account.venue in SQL.
VENUE = "CASE WHEN origin IS NULL THEN exchange ELSE concat(exchange, ' (', origin, ')') END"


def read_accounts(connection: Connection) -> tuple[Account, ...]:
    """All accounts ever configured, by name. `is_configured` is False for removed ones."""
    return tuple(_account_from(dict(row)) for row in connection.execute(text(_ACCOUNTS)).mappings())


def _account_from(row: Mapping[str, Any]) -> Account:
    return Account(
        **{
            **row,
            "sources": tuple(map(Source, row["sources"])),
            "history": tuple(map(Source, row["history"])),
            "not_readable": frozenset(map(SourceKind, row["not_readable"])),
            "unread_transfers": frozenset(map(TransferKind, row["unread_transfers"])),
            "cost_method": CostMethod(row["cost_method"]),
            "display_currencies": tuple(row["display_currencies"]),
            "least_seconds": tuple((Source(name), seconds) for name, seconds in row["least_seconds"].items()),
        }
    )


_ACCOUNTS = """
SELECT id, name, exchange, sources, refresh_seconds, base_currency, is_demo, is_configured,
       history, history_seconds, not_readable, unread_transfers, cost_method, display_currencies, origin, least_seconds,
       settles, fills_count_from_settlement
FROM account
ORDER BY name
"""
