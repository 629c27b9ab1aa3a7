"""Read the time range of stored candles."""

from datetime import datetime

from sqlalchemy import Connection, text


def read_candle_span(
    connection: Connection, exchange: str, symbol: str, timeframe: str
) -> tuple[datetime, datetime] | None:
    """The start times of the first and the last candle, None without candles."""
    first, last = connection.execute(
        text("""
            SELECT min(at), max(at)
            FROM candle
            WHERE exchange = :exchange AND symbol = :symbol AND timeframe = :timeframe
        """),
        {"exchange": exchange, "symbol": symbol, "timeframe": timeframe},
    ).one()
    return None if first is None else (first, last)


def read_candle_version(connection: Connection, exchange: str) -> str:
    """A hash of the time ranges of a venue's hourly candles, "" without candles. If it changes, valuations may change.

    Candles are fetched outwards from the stored range without holes, so the ends of the range are enough. The cost is
    one index step per symbol.
    """
    return connection.execute(text(_MARK), {"exchange": exchange}).scalar_one() or ""


_MARK = """
WITH RECURSIVE step AS (
    SELECT (SELECT min(symbol) FROM candle WHERE exchange = :exchange) AS symbol
    UNION ALL
    SELECT (SELECT min(symbol) FROM candle WHERE exchange = :exchange AND symbol > step.symbol)
    FROM step
    WHERE symbol IS NOT NULL
)
SELECT md5(string_agg(concat_ws(' ', step.symbol, extract(epoch FROM span.first), extract(epoch FROM span.last)), ','
                      ORDER BY step.symbol))
FROM step
CROSS JOIN LATERAL (
    SELECT min(at) AS first, max(at) AS last
    FROM candle
    WHERE exchange = :exchange AND symbol = step.symbol AND timeframe = '1h'
) AS span
WHERE step.symbol IS NOT NULL
"""
