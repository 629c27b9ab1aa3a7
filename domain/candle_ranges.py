"""Candle ranges: the time range of a market and timeframe whose closed candles are all stored, and what is missing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.timeframes import length_of, opened_before

# One request brings about this many candles on every exchange.
CANDLES_A_PART = 300


@dataclass(frozen=True, slots=True)
class CandleRange:
    """Every closed candle that begins in [since, until) is stored, as far as the exchange has it."""

    symbol: str
    timeframe: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class MissingPart:
    """Candles to fetch: those that begin in [since, until). `is_newest` if they follow what is stored."""

    symbol: str
    timeframe: str
    since: datetime
    until: datetime
    is_newest: bool


def newest_part(symbol: str, timeframe: str, known: CandleRange | None, now: datetime) -> MissingPart | None:
    """The candles that have closed since the stored ones, at most one part. None if there are none.

    Without stored candles this is the newest part.
    """
    until, length = opened_before(now, timeframe), length_of(timeframe)
    if known is None:
        return MissingPart(symbol, timeframe, until - CANDLES_A_PART * length, until, is_newest=True)
    if known.until >= until:
        return None
    return MissingPart(symbol, timeframe, known.until, min(until, known.until + CANDLES_A_PART * length), True)


def older_part(known: CandleRange, span: timedelta, now: datetime) -> MissingPart | None:
    """The newest part before the stored candles, within `span` before now. None if nothing is missing."""
    first = opened_before(now - span, known.timeframe)
    if known.since <= first:
        return None
    since = max(first, known.since - CANDLES_A_PART * length_of(known.timeframe))
    return MissingPart(known.symbol, known.timeframe, since, known.since, is_newest=False)


def extended(known: CandleRange | None, part: MissingPart) -> CandleRange:
    """The stored range together with a fetched part that adjoins it."""
    if known is None:
        return CandleRange(part.symbol, part.timeframe, part.since, part.until)
    return CandleRange(part.symbol, part.timeframe, min(known.since, part.since), max(known.until, part.until))


def stored_share(complete: CandleRange | None, span: timedelta, now: datetime) -> float:
    """The share of the newest `span` whose closed candles are stored, 0 to 1."""
    if complete is None:
        return 0.0
    length = length_of(complete.timeframe)
    first, last = opened_before(now - span, complete.timeframe), opened_before(now, complete.timeframe)
    stored = min(complete.until, last) - max(complete.since, first)
    return max(0.0, min(1.0, stored / max(last - first, length)))
