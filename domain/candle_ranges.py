"""Candle ranges: the time range of a market and timeframe whose closed candles are all stored, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.timeframes import length_of, no_data_after, opened_before

# Most exchanges return 300 candles for one request: a part, and the candle that adjoins what is stored.
CANDLES_A_PART = 299


@dataclass(frozen=True, slots=True)
class CandleRange:
    """Every closed candle that begins in [since, until) is stored, as far as the exchange has it.

    Without a candle at `since`, the market had no trade there. `gap_since` is the end of the candles that were stored
    before the range began anew, while the gap up to `since` is being filled backwards. Rules wait for its closes.
    """

    symbol: str
    timeframe: str
    since: datetime
    until: datetime
    gap_since: datetime | None = None

    @property
    def continuous_until(self) -> datetime:
        """The end of the candles that follow one another from before a gap that is still being filled."""
        return self.until if self.gap_since is None else self.gap_since


@dataclass(frozen=True, slots=True)
class MissingPart:
    """Candles to fetch: those that begin in [since, until). `is_newest` if they follow what is stored."""

    symbol: str
    timeframe: str
    since: datetime
    until: datetime
    is_newest: bool


def newest_part(symbol: str, timeframe: str, stored: CandleRange | None, now: datetime) -> MissingPart | None:
    """The candles that have closed since the stored ones, at most one part. None if there are none.

    It begins with the last stored candle, which may have been unfinished. Without stored candles this is the newest
    part.
    """
    until, length = opened_before(now, timeframe), length_of(timeframe)
    if stored is None:
        return MissingPart(symbol, timeframe, until - CANDLES_A_PART * length, until, is_newest=True)
    if stored.until >= until:
        return None
    since = stored.until - length
    return MissingPart(symbol, timeframe, since, min(until, since + CANDLES_A_PART * length), is_newest=True)


def older_part(stored: CandleRange, before: datetime, span: timedelta, now: datetime) -> MissingPart | None:
    """The newest part before `before`, within `span` before now. None if nothing is missing.

    `before` is the begin of the range, or an earlier moment if a request brought no candle before that.
    """
    first = opened_before(now - span, stored.timeframe)
    if before <= first:
        return None
    since = max(first, before - CANDLES_A_PART * length_of(stored.timeframe))
    return MissingPart(stored.symbol, stored.timeframe, since, before, is_newest=False)


def proven_range(
    stored: CandleRange | None, missing: MissingPart, opened: Sequence[datetime], is_joined: bool, now: datetime
) -> CandleRange | None:
    """The complete range after a response to `missing`. None if the response proves nothing.

    `opened` are the begins of the received candles in [missing.since, missing.until], oldest first. They prove
    themselves and what lies between them. A response that lacks the stored candle beside the part is not `is_joined`:
    it does not prove what lies between. If it is the newest part, a new range begins.
    """
    length = length_of(missing.timeframe)
    received = [at for at in opened if at < missing.until]
    end = missing.until if len(opened) > len(received) else (received[-1] + length if received else missing.since)
    if stored is None or not is_joined:
        return (
            CandleRange(missing.symbol, missing.timeframe, received[0], end) if received and missing.is_newest else None
        )
    if not missing.is_newest:
        return replace(stored, since=received[0]) if received else None
    # A part that ended long ago has no more candles. Otherwise a market without trades would stay there.
    is_past = missing.until < opened_before(now - no_data_after(missing.timeframe), missing.timeframe)
    return replace(stored, until=max(stored.until, missing.until if is_past else end))


def stored_share(complete: CandleRange | None, span: timedelta, now: datetime) -> float:
    """The share of the newest `span` whose closed candles are stored, 0 to 1."""
    if complete is None:
        return 0.0
    length = length_of(complete.timeframe)
    first, last = opened_before(now - span, complete.timeframe), opened_before(now, complete.timeframe)
    stored = min(complete.until, last) - max(complete.since, first)
    return max(0.0, min(1.0, stored / max(last - first, length)))
