"""Read stored candles and their time ranges."""

import sys
from array import array
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from domain.candle_ranges import CandleRange
from domain.candles import Candle, CandleColumns
from domain.timeframes import length_of


def read_candles(
    connection: Connection, venue: str, symbol: str, timeframe: str, since: datetime, as_of: datetime
) -> tuple[Candle, ...]:
    """The candles that begin at `since` or later and were closed at `as_of`, oldest first. An open one is left out."""
    rows = connection.execute(
        text(_CANDLES),
        {"venue": venue, "symbol": symbol, "timeframe": timeframe, "since": since,
         "before": as_of - length_of(timeframe)},
    )  # fmt: skip
    return tuple(Candle(symbol, timeframe, *row) for row in rows)


_CANDLES = """
SELECT at, open, high, low, close, volume
FROM candle
WHERE exchange = :venue AND symbol = :symbol AND timeframe = :timeframe AND at >= :since AND at <= :before
ORDER BY at
"""


def read_candle_columns(
    connection: Connection, venue: str, symbols: Collection[str], timeframe: str, since: datetime, as_of: datetime
) -> dict[str, CandleColumns]:
    """The candles of many markets that begin at `since` or later and were closed at `as_of`, by symbol."""
    rows = connection.execute(
        text(_COLUMNS),
        {"venue": venue, "symbols": list(symbols), "timeframe": timeframe, "since": since,
         "before": as_of - length_of(timeframe)},
    )  # fmt: skip
    return {row[0]: CandleColumns(row[0], timeframe, *map(_floats, row[1:])) for row in rows}


def _floats(packed: memoryview) -> Sequence[float]:
    """The numbers of a column that Postgres packed, highest byte first. Text would take ten times as long to read."""
    column = array("d")
    column.frombytes(packed)
    if sys.byteorder == "little":
        column.byteswap()
    return column


_COLUMNS = """
SELECT symbol,
       string_agg(float8send(CAST(extract(epoch FROM at) AS double precision)), '' ORDER BY at),
       string_agg(float8send(CAST(open AS double precision)), '' ORDER BY at),
       string_agg(float8send(CAST(high AS double precision)), '' ORDER BY at),
       string_agg(float8send(CAST(low AS double precision)), '' ORDER BY at),
       string_agg(float8send(CAST(close AS double precision)), '' ORDER BY at),
       string_agg(float8send(coalesce(CAST(volume AS double precision), 'NaN')), '' ORDER BY at)
FROM candle
WHERE exchange = :venue AND symbol = ANY(:symbols) AND timeframe = :timeframe AND at >= :since AND at <= :before
GROUP BY symbol
"""


def read_candle_ranges(connection: Connection, venue: str) -> dict[tuple[str, str], CandleRange]:
    """The complete range of each market and timeframe of a venue, by symbol and timeframe."""
    rows = connection.execute(
        text("SELECT symbol, timeframe, since, until, gap_since FROM candle_range WHERE exchange = :venue"),
        {"venue": venue},
    )
    return {(row.symbol, row.timeframe): CandleRange(*row) for row in rows}


def read_range_version(connection: Connection, venue: str) -> str:
    """A hash of the complete ranges of a venue. It changes with every stored candle that closed. "" without any."""
    statement = text("""
        SELECT md5(string_agg(concat_ws(' ', symbol, timeframe, extract(epoch FROM since), extract(epoch FROM until)),
                              ',' ORDER BY symbol, timeframe))
        FROM candle_range
        WHERE exchange = :venue
    """)
    return connection.execute(statement, {"venue": venue}).scalar_one() or ""


def read_candle_symbols(connection: Connection, venues: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The venues and symbols with stored candles, in order."""
    rows = connection.execute(
        text("SELECT DISTINCT exchange, symbol FROM candle_range WHERE exchange = ANY(:venues) ORDER BY 1, 2"),
        {"venues": list(venues)},
    )
    return tuple((row.exchange, row.symbol) for row in rows)


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
