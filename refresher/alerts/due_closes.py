"""Due closes: the closes of a market that a rule was not evaluated at yet, or the silence of a market without news."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from analysis.market_store import BASES, closes_between
from domain.timeframes import length_of, no_data_after, opened_before, shortest_of
from refresher.alerts.venues import Ranges

# After a longer outage older closes are left out: a month of quarters of an hour.
MOST_CLOSES = 3000


@dataclass(frozen=True, slots=True)
class Closes:
    """The due closes, oldest first, all of them later than `after`.

    A market without news for too long `is_silent`. Then nothing is evaluated, and its closes are due once their candles
    arrive.
    """

    after: datetime
    moments: tuple[datetime, ...] = ()
    is_silent: bool = False


def due_closes(
    timeframes: Collection[str], symbol: str, ranges: Ranges, last: datetime | None, now: datetime
) -> Closes:
    """The closes after `last` at which every candle of a rule is stored. None: it was never evaluated.

    At noon a candle of 15 minutes and one of an hour close. The rule waits for both, as a trial on the past reads both.
    Closes after a gap wait until it is filled, so that each is evaluated once, in order, with all candles before it.
    """
    stored = [(name, ranges.get((symbol, BASES.get(name, name)))) for name in timeframes]
    untils = frozenset((name, item.continuous_until) for name, item in stored if item is not None)
    if len(untils) < len(stored):
        return Closes(last or _newest_before(now, shortest_of(timeframes)), is_silent=True)
    return _due_closes(untils, last, now)


@lru_cache(maxsize=1000)  # thousands of markets have the same candles
def _due_closes(untils: frozenset[tuple[str, datetime]], last: datetime | None, now: datetime) -> Closes:
    """The closes by the timeframes of a rule, each with the end of its stored candles."""
    shortest, personal = min(untils, key=lambda item: length_of(item[0]))
    length = length_of(shortest)
    bases = [(length_of(BASES.get(name, name)), until) for name, until in untils]
    complete = min(until + length for length, until in bases) - timedelta(microseconds=1)
    until = min(complete, personal)
    is_silent = now - until > no_data_after(shortest)
    if last is None:
        last = _newest_before(now, shortest) if is_silent else until - length
    moments = tuple(closes_between(max(last, until - MOST_CLOSES * length), until, shortest))
    return Closes(last, moments, is_silent and not moments)


def _newest_before(now: datetime, timeframe: str) -> datetime:
    """The close before the newest one, so that a rule begins at the newest close also if that is stored later."""
    return opened_before(now, timeframe) - length_of(timeframe)
