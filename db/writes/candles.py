"""Write candles. Later responses complete them."""

from collections.abc import Sequence

from sqlalchemy import Engine, text

from db.writes.columns import unnested
from domain.candles import Candle

_COLUMNS = {
    "symbol": "text",
    "timeframe": "text",
    "at": "timestamptz",
    "open": "numeric",
    "high": "numeric",
    "low": "numeric",
    "close": "numeric",
    "volume": "numeric",
}


def write_candles(engine: Engine, exchange: str, candles: Sequence[Candle]) -> int:
    """Write candles. Returns how many were new or changed. Updates the candle that was still open before."""
    rows = list({(c.symbol, c.timeframe, c.at): c for c in candles}.values())
    if not rows:
        return 0
    source, parameters = unnested(_COLUMNS, rows)
    with engine.begin() as connection:
        written = connection.execute(
            text(_UPSERT.format(rows=source, names=", ".join(_COLUMNS))), {"exchange": exchange, **parameters}
        )
    return written.rowcount


_UPSERT = """
INSERT INTO candle (exchange, {names})
SELECT :exchange, {names} FROM {rows} AS rows
ON CONFLICT (exchange, symbol, timeframe, at) DO UPDATE SET
    open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume
WHERE (candle.open, candle.high, candle.low, candle.close, candle.volume)
    IS DISTINCT FROM (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume)
"""
