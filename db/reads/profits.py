"""Read the books of an account: quantity, cost, and which books are due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text

from db.history_records import FILL_COLUMNS, fill_from
from domain.fills import Fill
from domain.markets import MarketType
from domain.profit import in_order
from domain.snapshot import Account


@dataclass(frozen=True, slots=True)
class HeldBook:
    """Quantity and cost explained by the fills of one book. `cost` is in `quote` with fees, None if unknown."""

    symbol: str
    base: str | None
    quote: str | None
    market_type: MarketType
    at: datetime  # time of the last fill that counts
    quantity: Decimal  # negative for a short
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class DueBook:
    """A book behind its fills. `after` None: work it out from its start."""

    symbol: str
    after: tuple[datetime, str] | None  # time and key of the last fill in its state
    state: Mapping[str, Any] | None


def read_books(connection: Connection, account_id: int, as_of: datetime) -> tuple[HeldBook, ...]:
    """The state of each book at a moment, by symbol, as far as it is worked out. One index step per book."""
    rows = connection.execute(text(_BOOKS), {"account_id": account_id, "as_of": as_of})
    return tuple(
        HeldBook(symbol, base, quote, MarketType(market_type), at, quantity, cost)
        for symbol, base, quote, market_type, at, quantity, cost in rows
    )


def read_hedged(connection: Connection, account_id: int, *, by_orders: bool = True) -> frozenset[str]:
    """Symbols in hedge mode: with a long and a short position at the same time, or with orders that name a side.

    `by_orders` False: ignore orders, for exchanges whose orders name a side without hedge mode.

    Past positions count too, because fills are of the past. Only open orders count. Once hedged, a symbol stays hedged.
    """
    return frozenset(connection.execute(text(_HEDGED), {"account_id": account_id, "by_orders": by_orders}).scalars())


def read_due_books(
    connection: Connection, account_id: int, hedged: Iterable[str] = frozenset(), candles: str = ""
) -> tuple[DueBook, ...]:
    """The books to be worked out, by symbol: behind their fills, overtaken, or with another cost method.

    Books also start again if their symbol is `hedged` but was worked out as one position, or if they have fees in a
    third currency and the version of the candles differs from `candles` (read_candle_version).
    """
    rows = connection.execute(text(_DUE), {"account_id": account_id, "hedged": list(hedged), "candles": candles})
    return tuple(
        DueBook(symbol, None, None) if from_start else DueBook(symbol, (last_at, last_key), state)
        for symbol, from_start, last_at, last_key, state in rows
    )


def read_book_fills(
    connection: Connection,
    account: Account,
    symbol: str,
    after: tuple[datetime, str] | None = None,
    limit: int | None = None,
) -> tuple[Fill, ...]:
    """The fills of one book after the time of `after`, about `limit`, without payloads, in the order of Book.apply.

    A page never ends within a moment. For the next one pass the last row as `after`.
    """
    beyond = "" if after is None else " AND at > :at"
    scope = {
        "account_id": account.id,
        "symbol": symbol,
        "at": None if after is None else after[0],
        "limit": _ALL if limit is None else limit,
    }
    rows = connection.execute(text(_FILLS.format(beyond=beyond)), scope)
    return tuple(in_order(fill_from(row, account.name, account.exchange) for row in rows))


_ALL = 1_000_000_000


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
    ORDER BY at DESC, length(key) DESC, key DESC
    LIMIT 1
) AS last
JOIN fill ON fill.account_id = :account_id AND fill.key = last.key
ORDER BY step.symbol
"""

_HEDGED = """
WITH held AS (
    SELECT symbol, side, valid_from, valid_to
    FROM position_version
    WHERE account_id = :account_id AND symbol IN (
        SELECT symbol FROM position_version WHERE account_id = :account_id GROUP BY symbol HAVING min(side) <> max(side)
    )
)
SELECT symbol
FROM held AS long
WHERE side = 'long' AND EXISTS (
    SELECT FROM held AS short
    WHERE short.symbol = long.symbol AND short.side = 'short'
      AND short.valid_from < long.valid_to AND long.valid_from < short.valid_to
)
UNION
SELECT symbol
FROM order_version
WHERE account_id = :account_id AND valid_to = 'infinity' AND position_side IS NOT NULL AND :by_orders
UNION
SELECT symbol
FROM book_state
WHERE account_id = :account_id AND CAST(state->>'is_hedged' AS boolean)
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
    SELECT step.symbol, book.symbol IS NULL OR book.is_overtaken OR book.method <> account.cost_method
               OR step.symbol = ANY(:hedged) AND NOT coalesce(CAST(book.state->>'is_hedged' AS boolean), false)
               OR coalesce(book.state->>'candles', '') <> :candles AND EXISTS (
                   SELECT FROM fill_month AS paid
                   WHERE paid.account_id = :account_id AND paid.symbol = step.symbol
                     AND paid.fee_currency NOT IN ('', paid.quote, split_part(paid.symbol, '/', 1))
               )
               AS from_start,
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
      AND fill.at > due.last_at
)
ORDER BY symbol
"""  # noqa: S608 - words from code

# One ordered branch per combination of leading index columns, merged without a sort.
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
    + ") AS fill ORDER BY at FETCH FIRST :limit ROWS WITH TIES"
)
