"""Prices: writing those that changed, under ids that freeze what a refresh could see."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, text

from db.locks import lock_price_writes
from db.writes.columns import unnested
from domain.prices import Price

COLUMNS = {
    "symbol": "text",
    "base": "text",
    "quote": "text",
    "last": "numeric",
    "bid": "numeric",
    "ask": "numeric",
    "mark": "numeric",
    "change_24h": "numeric",
    "volume": "numeric",
    "is_active": "boolean",
}


def write_prices(connection: Connection, exchange: str, taken_at: datetime, prices: Iterable[Price]) -> int:
    """Write the prices that differ from the last known ones; the id up to which this refresh sees prices.

    Under a lock on the exchange, so that ids commit in their order: whoever reads up to the id returned here sees
    exactly these prices for these symbols, whatever other accounts of the exchange write later.
    """
    rows = list({price.symbol: price for price in prices}.values())
    lock_price_writes(connection, exchange)
    if rows:
        source, parameters = unnested(COLUMNS, rows)
        connection.execute(
            text(_INSERT.format(seen=source, names=", ".join(COLUMNS))),
            {"exchange": exchange, "at": taken_at, **parameters},
        )
    return int(connection.execute(text(_HIGHEST)).scalar_one())


_INSERT = """
INSERT INTO price (exchange, at, {names})
SELECT :exchange, :at, {names}
FROM {seen} AS seen
WHERE NOT EXISTS (
    SELECT
    FROM (
        SELECT last, bid, ask, mark, change_24h, volume, is_active
        FROM price
        WHERE exchange = :exchange AND symbol = seen.symbol
        ORDER BY id DESC
        LIMIT 1
    ) AS known
    WHERE (known.last, known.bid, known.ask, known.mark, known.change_24h, known.volume, known.is_active)
        IS NOT DISTINCT FROM (seen.last, seen.bid, seen.ask, seen.mark, seen.change_24h, seen.volume, seen.is_active)
)
ORDER BY symbol
"""

# Every committed price of this exchange has at most this id, and every later one a higher id, because of the lock.
_HIGHEST = "SELECT last_value FROM price_id_seq"
