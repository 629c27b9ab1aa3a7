"""What do the books of an account hold, at what cost, and which of them are yet to be worked out?"""

from collections.abc import Iterable, Mapping
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


def read_hedged(connection: Connection, account_id: int, *, by_orders: bool = True) -> frozenset[str]:
    """Symbols of which an account holds a long and a short position, or has orders that name one of two (hedge mode).

    `by_orders` False where orders name a position although there is but one.

    What was held once counts as well, for fills tell the past; of orders those that stand. Once known, it stays so.
    """
    return frozenset(connection.execute(text(_HEDGED), {"account_id": account_id, "by_orders": by_orders}).scalars())


def read_unprofited(
    connection: Connection, account_id: int, hedged: Iterable[str] = frozenset(), candles: str = ""
) -> tuple[DueBook, ...]:
    """The books to be worked out, by symbol: behind their fills, overtaken by an earlier one, or of another method.

    So are those that turn out to be `hedged` after they were worked out as if there were one position, and those with
    fees in a third currency that were worked out when other `candles` were known (read_candle_mark).
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
