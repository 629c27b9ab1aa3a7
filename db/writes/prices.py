"""Write changed prices. Their ids fix which prices a refresh could see."""

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
    """Write the prices that differ from the latest stored ones. Returns the highest price id visible to this refresh.

    A lock on the exchange makes ids commit in order. A read up to the returned id sees exactly these prices for these
    symbols, whatever other accounts of the exchange write later.
    """
    rows = list({price.symbol: price for price in prices}.values())
    lock_price_writes(connection, exchange)
    if rows:
        source, parameters = unnested(COLUMNS, rows)
        connection.execute(
            text(_INSERT.format(rows=source, names=", ".join(COLUMNS))),
            {"exchange": exchange, "at": taken_at, **parameters},
        )
    return int(connection.execute(text(_HIGHEST)).scalar_one())


_INSERT = """
INSERT INTO price (exchange, at, {names})
SELECT :exchange, :at, {names}
FROM {rows} AS staged
WHERE NOT EXISTS (
    SELECT
    FROM (
        SELECT last, bid, ask, mark, change_24h, volume, is_active
        FROM price
        WHERE exchange = :exchange AND symbol = staged.symbol
        ORDER BY id DESC
        LIMIT 1
    ) AS latest
    WHERE (latest.last, latest.bid, latest.ask, latest.mark, latest.change_24h, latest.volume, latest.is_active)
        IS NOT DISTINCT FROM (
            staged.last, staged.bid, staged.ask, staged.mark, staged.change_24h, staged.volume, staged.is_active
        )
)
ORDER BY symbol
"""

# Because of the lock, all committed prices of this exchange have at most this id, and later ones a higher id.
_HIGHEST = "SELECT last_value FROM price_id_seq"
