"""How far do the candles of a symbol reach?"""

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
