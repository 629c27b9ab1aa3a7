"""Which books are behind their fills, which fills come next in one, and what was a currency worth then?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text

from db.past_records import FILL_COLUMNS, fill_from
from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.prices import BRIDGES, Price, Rates
from domain.snapshot import Account

# A price that is older says nothing of a moment; a candle of this length holds it.
PRICE_REACHES = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class BookBehind:
    """A book that does not count all its fills. `state` None: it has to be worked out from its start."""

    symbol: str
    state: Mapping[str, Any] | None


def read_books_behind(connection: Connection, account_id: int, method: CostMethod) -> tuple[BookBehind, ...]:
    """The books with fills that are not counted yet, or that were counted by another method."""
    rows = connection.execute(text(_BEHIND), {"account_id": account_id, "method": str(method)})
    return tuple(BookBehind(symbol, state) for symbol, state in rows)


def read_book_fills(
    connection: Connection, account: Account, symbol: str, after: tuple[datetime, str] | None, limit: int
) -> tuple[Fill, ...]:
    """The next fills of a book behind the moment and key of its last, in the book's order; payloads left out."""
    at, key = after or (None, "")
    rows = connection.execute(
        text(_FILLS), {"account_id": account.id, "symbol": symbol, "at": at, "key": key, "limit": limit}
    )
    return tuple(fill_from(row, account.name, account.exchange) for row in rows)


def read_rates_at(connection: Connection, exchange: str, base: str, quote: str, at: datetime) -> Rates:
    """What is known of two currencies and those that may join them at a moment: prices of the hour before, and where
    there is none, how the hour's candle opened."""
    currencies = dict.fromkeys((base, quote, *BRIDGES))
    pairs = {f"{one}/{other}": (one, other) for one in currencies for other in currencies if one != other}
    scope = {"exchange": exchange, "symbols": list(pairs), "at": at, "since": at - PRICE_REACHES}
    opened: dict[str, Decimal] = {row.symbol: row.price for row in connection.execute(text(_CANDLES), scope)}
    traded: dict[str, Decimal] = {row.symbol: row.price for row in connection.execute(text(_PRICES), scope)}
    return Rates(Price(symbol, *pairs[symbol], last) for symbol, last in (opened | traded).items())


_EACH = """
(VALUES ('buy'), ('sell')) AS sides (side)
CROSS JOIN (VALUES ('maker'), ('taker'), ('unknown')) AS kinds (liquidity)
CROSS JOIN LATERAL (
    SELECT {columns}
    FROM fill
    WHERE fill.account_id = :account_id AND fill.symbol = {symbol}
      AND fill.side = sides.side AND fill.liquidity = kinds.liquidity {only}
    ORDER BY fill.at {way}, fill.key {way}
    LIMIT {limit}
) AS found
"""

_NEWEST = _EACH.format(columns="fill.at, fill.key", symbol="traded.symbol", only="", way="DESC", limit="1")

_BEHIND = f"""
WITH traded AS (
    SELECT DISTINCT symbol FROM fill_month WHERE account_id = :account_id
)
SELECT traded.symbol, CASE WHEN NOT book.is_overtaken AND book.method = :method THEN book.state END
FROM traded
CROSS JOIN LATERAL (
    SELECT found.at, found.key FROM {_NEWEST} ORDER BY found.at DESC, found.key DESC LIMIT 1
) AS newest
LEFT JOIN book_state AS book ON book.account_id = :account_id AND book.symbol = traded.symbol
WHERE book.symbol IS NULL OR book.is_overtaken OR book.method <> :method
   OR (newest.at, newest.key) > (book.last_at, book.last_key)
ORDER BY traded.symbol
"""  # noqa: S608 - text from code

_COLUMNS = ", ".join("NULL AS raw" if column == "raw" else f"found.{column}" for column in FILL_COLUMNS)

_FILLS = f"""
SELECT {_COLUMNS}
FROM {
    _EACH.format(
        columns="fill.*",
        symbol=":symbol",
        only="AND (fill.at, fill.key) > (coalesce(CAST(:at AS timestamptz), '-infinity'), CAST(:key AS text))",
        way="",
        limit=":limit",
    )
}
ORDER BY found.at, found.key
LIMIT :limit
"""  # noqa: S608 - column names from code

_CANDLES = """
SELECT symbol, open AS price
FROM candle
WHERE exchange = :exchange AND symbol = ANY (:symbols) AND timeframe = '1h' AND at <= :at AND at > :since
"""

_PRICES = """
SELECT DISTINCT ON (symbol) symbol, coalesce(last, mark) AS price
FROM price
WHERE exchange = :exchange AND symbol = ANY (:symbols) AND at <= :at AND at > :since
  AND coalesce(last, mark) IS NOT NULL
ORDER BY symbol, id DESC
"""
