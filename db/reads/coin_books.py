"""Read how far the coin books of an account are worked out, and what they need beside its own events."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from db.history_records import TRANSFER_COLUMNS, transfer_from
from domain.coin_books import DATED
from domain.cost_method import CostMethod
from domain.transfers import Transfer


@dataclass(frozen=True, slots=True)
class CoinBooksState:
    """How far coin books are worked out. See the table coin_books_state."""

    currency: str
    method: CostMethod
    counted_at: datetime | None
    overtaken_at: datetime | None
    changes: int
    taken: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of all coin books after every event up to a moment (None: before the first)."""

    at: datetime | None
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MovedLots:
    """The lots that a withdrawal took out, as JSON rows of domain.coin_lots."""

    currency: str
    rows: Sequence[Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account of the same owner, by id and base currency."""

    id: int
    base_currency: str


def read_coin_books_state(connection: Connection, account_id: int) -> CoinBooksState | None:
    """The state of the coin books of an account. None before the first work."""
    row = connection.execute(text(_STATE), {"account_id": account_id}).one_or_none()
    if row is None:
        return None
    currency, method, *rest = row
    return CoinBooksState(currency, CostMethod(method), *rest)


def read_checkpoint(connection: Connection, account_id: int, before: datetime | None) -> Checkpoint:
    """The last checkpoint, or the last one before a moment."""
    row = connection.execute(text(_CHECKPOINT), {"account_id": account_id, "before": before}).one_or_none()
    return Checkpoint(None, {}) if row is None else Checkpoint(*row)


def has_dated_state(connection: Connection, account_id: int) -> bool:
    """True if the last checkpoint has the days of its costs. True without one."""
    return bool(connection.execute(text(_IS_DATED), {"account_id": account_id, "dated": DATED}).scalar())


def has_events_after(connection: Connection, account_id: int, at: datetime | None) -> bool:
    """True if there is a fill or a transfer after a moment."""
    return bool(connection.execute(text(_HAS_EVENTS), {"account_id": account_id, "at": at}).scalar())


def read_moves(connection: Connection) -> tuple[Sequence[Transfer], Mapping[str, OwnAccount]]:
    """All deposits and withdrawals of all accounts, and those accounts by name. None at all with a single account."""
    transfers: list[Transfer] = []
    accounts: dict[str, OwnAccount] = {}
    for account_id, name, exchange, base_currency, *values in connection.execute(text(_MOVES)):
        accounts[name] = OwnAccount(account_id, base_currency)
        transfers.append(transfer_from((*values, {}), name, exchange))
    return transfers, accounts


def read_moved_lots(
    connection: Connection, withdrawals: Iterable[tuple[int, str]]
) -> Mapping[tuple[int, str], MovedLots]:
    """The lots that these withdrawals took out, by id of the account and key. Those not worked out yet are missing."""
    names = list(withdrawals)
    scope = {"accounts": [account for account, _ in names], "keys": [key for _, key in names]}
    rows = connection.execute(text(_MOVED), scope) if names else ()
    return {(account_id, key): MovedLots(currency, lots) for account_id, key, currency, lots in rows}


_STATE = """
SELECT currency, method, counted_at, overtaken_at, changes, taken
FROM coin_books_state
WHERE account_id = :account_id
"""

_CHECKPOINT = """
SELECT at, state
FROM coin_checkpoint
WHERE account_id = :account_id AND at < coalesce(:before, CAST('infinity' AS timestamptz))
ORDER BY at DESC
LIMIT 1
"""

_IS_DATED = """
SELECT coalesce(bool_and(book ? :dated), true)
FROM (SELECT state FROM coin_checkpoint WHERE account_id = :account_id ORDER BY at DESC LIMIT 1) AS last
CROSS JOIN jsonb_each(last.state) AS each (coin, book)
"""

_HAS_EVENTS = """
SELECT EXISTS (
    SELECT FROM fill WHERE account_id = :account_id AND at > coalesce(:at, CAST('-infinity' AS timestamptz))
) OR EXISTS (
    SELECT FROM transfer WHERE account_id = :account_id AND at > coalesce(:at, CAST('-infinity' AS timestamptz))
)
"""

_MOVES = f"""
SELECT account.id, account.name, account.exchange, account.base_currency,
       {", ".join(f"transfer.{name}" for name in TRANSFER_COLUMNS[:-1])}
FROM transfer
JOIN account ON account.id = transfer.account_id
WHERE transfer.kind IN ('deposit', 'withdrawal') AND (SELECT count(*) FROM account) > 1
ORDER BY transfer.at, transfer.account_id, transfer.key
"""  # noqa: S608 - column names from code

_MOVED = """
SELECT moved.account_id, moved.key, moved.currency, moved.lots
FROM unnest(CAST(:accounts AS integer[]), CAST(:keys AS text[])) AS named (account_id, key)
JOIN moved_lots AS moved ON moved.account_id = named.account_id AND moved.key = named.key
"""
