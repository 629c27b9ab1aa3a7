"""What do the books of an account hold, at what cost, and which of them are yet to be worked out?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text

from db.past_records import FILL_COLUMNS, fill_from
from domain.fills import Fill
from domain.markets import MarketType
from domain.snapshot import Account


@dataclass(frozen=True, slots=True)
class HeldBook:
    """What the fills of one book explain at a moment. `cost` is in `quote`, fees included; None is unknown."""

    symbol: str
    base: str | None
    quote: str | None
    market_type: MarketType
    at: datetime  # of the last fill that counts
    quantity: Decimal  # negative for a short
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class DueBook:
    """A book that is behind its fills. Without `after` it is to be worked out from its start."""

    symbol: str
    after: tuple[datetime, str] | None  # time and key of the last fill that its state counts
    state: Mapping[str, Any] | None


def read_books(connection: Connection, account_id: int, as_of: datetime) -> tuple[HeldBook, ...]:
    """What each book held at a moment, by symbol, as far as it is worked out; each is one step down an index."""
    rows = connection.execute(text(_BOOKS), {"account_id": account_id, "as_of": as_of})
    return tuple(
        HeldBook(symbol, base, quote, MarketType(market_type), at, quantity, cost)
        for symbol, base, quote, market_type, at, quantity, cost in rows
    )


def read_unprofited(connection: Connection, account_id: int) -> tuple[DueBook, ...]:
    """The books to be worked out, by symbol: behind their fills, overtaken by an earlier one, or of another method."""
    rows = connection.execute(text(_DUE), {"account_id": account_id})
    return tuple(
        DueBook(symbol, None, None) if from_start else DueBook(symbol, (last_at, last_key), state)
        for symbol, from_start, last_at, last_key, state in rows
    )


def read_book_fills(
    connection: Connection,
    account: Account,
    symbol: str,
    after: tuple[datetime, str] | None = None,
    most: int | None = None,
) -> tuple[Fill, ...]:
    """The first fills of one book after a place, all or at `most` so many, without payloads.

    In the order in which a book takes them: who wants the next part asks for what is after the last of this one.
    """
    at, key = after or (None, None)
    beyond = "" if after is None else " AND (at, key) > (:at, :key)"
    scope = {"account_id": account.id, "symbol": symbol, "at": at, "key": key, "most": most}
    rows = connection.execute(text(_FILLS.format(beyond=beyond)), scope)
    return tuple(fill_from(row, account.name, account.exchange) for row in rows)


_BOOKS = """
WITH RECURSIVE step AS (
    SELECT (SELECT min(symbol) FROM fill_profit WHERE account_id = :account_id) AS symbol
    UNION ALL
    SELECT (SELECT min(symbol) FROM fill_profit WHERE account_id = :account_id AND symbol > step.symbol)
    FROM step
    WHERE symbol IS NOT NULL
)
SELECT step.symbol, fill.base, fill.quote, fill.market_type, last.at, last.held_after, last.cost_after
FROM step
CROSS JOIN LATERAL (
    SELECT key, at, held_after, cost_after
    FROM fill_profit
    WHERE account_id = :account_id AND symbol = step.symbol AND at <= :as_of
    ORDER BY at DESC, key DESC
    LIMIT 1
) AS last
JOIN fill ON fill.account_id = :account_id AND fill.key = last.key
ORDER BY step.symbol
"""

_ANY = "side IN ('buy', 'sell') AND liquidity IN ('maker', 'taker', 'unknown')"

_DUE = f"""
WITH RECURSIVE step AS (
    SELECT (SELECT min(symbol) FROM fill WHERE account_id = :account_id) AS symbol
    UNION ALL
    SELECT (SELECT min(symbol) FROM fill WHERE account_id = :account_id AND symbol > step.symbol)
    FROM step
    WHERE symbol IS NOT NULL
), due AS (
    SELECT step.symbol, book.symbol IS NULL OR book.is_overtaken OR book.method <> account.cost_method AS from_start,
           book.last_at, book.last_key, book.state
    FROM step
    JOIN account ON account.id = :account_id
    LEFT JOIN book_state AS book ON book.account_id = :account_id AND book.symbol = step.symbol
    WHERE step.symbol IS NOT NULL
)
SELECT symbol, from_start, last_at, last_key, state
FROM due
WHERE from_start OR EXISTS (
    SELECT FROM fill
    WHERE fill.account_id = :account_id AND fill.symbol = due.symbol AND {_ANY}
      AND (fill.at, fill.key) > (due.last_at, due.last_key)
)
ORDER BY symbol
"""  # noqa: S608 - words from code

# One ordered branch for each part that the index leads with, merged: no sorting of a long past.
_BRANCH = """
(SELECT * FROM fill
 WHERE account_id = :account_id AND symbol = :symbol AND side = '{side}' AND liquidity = '{liquidity}'{{beyond}}
 ORDER BY at, key)
"""

_FILLS = (
    f"SELECT {', '.join(c if c != 'raw' else 'NULL AS raw' for c in FILL_COLUMNS)} FROM ("  # noqa: S608
    + " UNION ALL ".join(
        _BRANCH.format(side=side, liquidity=liquidity)
        for side in ("buy", "sell")
        for liquidity in ("maker", "taker", "unknown")
    )
    + ") AS fill ORDER BY at, key LIMIT :most"
)
