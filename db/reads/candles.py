"""How far do the candles of a symbol, and of a venue, reach?"""

from datetime import datetime

from sqlalchemy import Connection, text


def read_candle_span(
    connection: Connection, exchange: str, symbol: str, timeframe: str
) -> tuple[datetime, datetime] | None:
    """The beginnings of the first and the last candle; None when there is none."""
    first, last = connection.execute(
        text("""
            SELECT min(at), max(at)
            FROM candle
            WHERE exchange = :exchange AND symbol = :symbol AND timeframe = :timeframe
        """),
        {"exchange": exchange, "symbol": symbol, "timeframe": timeframe},
    ).one()
    return None if first is None else (first, last)


def read_candle_mark(connection: Connection, exchange: str) -> str:
    """How far the hourly candles of a venue reach, in a word: with another one, moments may be valued otherwise.

    Candles are fetched from what is known outwards and leave no hole, so that their ends tell it all; each is a step
    down the index. "" where there are none.
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
