"""Read the closing prices of many markets at once, for small curves."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from domain.timeframes import length_of


def read_candle_closes(
    connection: Connection, venue: str, symbols: Sequence[str], timeframe: str, since: datetime, as_of: datetime
) -> Mapping[str, tuple[float, ...]]:
    """The closes of candles that begin at `since` or later and were closed at `as_of`, by symbol, oldest first."""
    rows = connection.execute(
        text(_CLOSES),
        {"venue": venue, "symbols": list(symbols), "timeframe": timeframe, "since": since,
         "before": as_of - length_of(timeframe)},
    )  # fmt: skip
    return {row.symbol: tuple(map(float, row.closes)) for row in rows}


_CLOSES = """
SELECT symbol, array_agg(close ORDER BY at) AS closes
FROM candle
WHERE exchange = :venue AND symbol = ANY(:symbols) AND timeframe = :timeframe AND at >= :since AND at <= :before
GROUP BY symbol
"""
