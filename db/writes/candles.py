"""Write candles. Later responses complete them."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, text

from db.writes.columns import unnested
from domain.candle_ranges import CandleRange
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
    with engine.begin() as connection:
        return _upsert(connection, exchange, candles)


def write_candle_part(engine: Engine, exchange: str, complete: CandleRange, candles: Sequence[Candle]) -> CandleRange:
    """Write the candles of a part together with the range that is complete with them. Returns the stored range."""
    with engine.begin() as connection:
        _upsert(connection, exchange, candles)
        values = {name: getattr(complete, name) for name in ("symbol", "timeframe", "since", "until")}
        row = connection.execute(text(_RANGE), {"exchange": exchange, **values}).one()
    return CandleRange(*row)


def end_gap(engine: Engine, exchange: str, range_: CandleRange) -> None:
    """Wait no longer for the candles of a gap."""
    row = {"exchange": exchange, "symbol": range_.symbol, "timeframe": range_.timeframe, "gap": range_.gap_since}
    with engine.begin() as connection:
        connection.execute(text(_END_GAP), row)


def _upsert(connection: Connection, exchange: str, candles: Sequence[Candle]) -> int:
    rows = list({(c.symbol, c.timeframe, c.at): c for c in candles}.values())
    if not rows:
        return 0
    source, parameters = unnested(_COLUMNS, rows)
    statement = text(_UPSERT.format(rows=source, names=", ".join(_COLUMNS)))
    return connection.execute(statement, {"exchange": exchange, **parameters}).rowcount


# Two refreshers may write one range at a time, so it only grows. After a gap the newer range stays, and remembers
# where the gap begins until it is filled.
_RANGE = """
INSERT INTO candle_range (exchange, symbol, timeframe, since, until)
VALUES (:exchange, :symbol, :timeframe, :since, :until)
ON CONFLICT (exchange, symbol, timeframe) DO UPDATE SET
    since = CASE WHEN excluded.since > candle_range.until THEN excluded.since
                 WHEN excluded.until < candle_range.since THEN candle_range.since
                 ELSE least(candle_range.since, excluded.since) END,
    until = greatest(candle_range.until, excluded.until),
    gap_since = CASE WHEN excluded.since > candle_range.until THEN coalesce(candle_range.gap_since, candle_range.until)
                     WHEN excluded.until >= candle_range.since AND excluded.since <= candle_range.gap_since THEN NULL
                     ELSE candle_range.gap_since END
RETURNING symbol, timeframe, since, until, gap_since
"""
_END_GAP = """
UPDATE candle_range SET gap_since = NULL
WHERE exchange = :exchange AND symbol = :symbol AND timeframe = :timeframe AND gap_since = :gap
"""
_UPSERT = """
INSERT INTO candle (exchange, {names})
SELECT :exchange, {names} FROM {rows} AS rows
ON CONFLICT (exchange, symbol, timeframe, at) DO UPDATE SET
    open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume
WHERE (candle.open, candle.high, candle.low, candle.close, candle.volume)
    IS DISTINCT FROM (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume)
"""
