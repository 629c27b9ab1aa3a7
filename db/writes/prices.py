"""Write changed prices, and when each was last seen. Their ids fix which prices a refresh could see."""

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

    Prices that did not change are confirmed: each is known from its `at` to its `confirmed_at`.

    A lock on the exchange makes ids commit in order. A read up to the returned id sees exactly these prices for these
    symbols, whatever other accounts of the exchange write later.
    """
    rows = list({price.symbol: price for price in prices}.values())
    lock_price_writes(connection, exchange)
    if rows:
        source, parameters = unnested(COLUMNS, rows)
        scope = {"exchange": exchange, "at": taken_at, **parameters}
        connection.execute(text(_CONFIRM.format(rows=source)), scope)
        connection.execute(text(_INSERT.format(rows=source, names=", ".join(COLUMNS))), scope)
    return int(connection.execute(text(_HIGHEST)).scalar_one())


# The latest stored price of a symbol, and whether it is the one that was seen now.
_LATEST = """
    SELECT id, (last, bid, ask, mark, change_24h, volume, is_active)
        IS NOT DISTINCT FROM (
            staged.last, staged.bid, staged.ask, staged.mark, staged.change_24h, staged.volume, staged.is_active
        ) AS is_same
    FROM price
    WHERE exchange = :exchange AND symbol = staged.symbol
    ORDER BY id DESC
    LIMIT 1
"""

# No index has this column, so that the row keeps its place in them. An account that was slow confirms nothing earlier.
_CONFIRM = f"""
UPDATE price
SET confirmed_at = :at
FROM {{rows}} AS staged
CROSS JOIN LATERAL ({_LATEST}) AS latest
WHERE price.exchange = :exchange AND price.symbol = staged.symbol AND price.id = latest.id AND latest.is_same
  AND coalesce(price.confirmed_at, price.at) < :at
"""  # noqa: S608 - SQL from code

_INSERT = f"""
INSERT INTO price (exchange, at, confirmed_at, {{names}})
SELECT :exchange, :at, :at, {{names}}
FROM {{rows}} AS staged
WHERE NOT EXISTS (SELECT FROM ({_LATEST}) AS latest WHERE latest.is_same)
ORDER BY symbol
"""  # noqa: S608 - SQL from code

# Because of the lock, all committed prices of this exchange have at most this id, and later ones a higher id.
_HIGHEST = "SELECT last_value FROM price_id_seq"
