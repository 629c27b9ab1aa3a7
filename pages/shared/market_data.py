"""Market data of the pages: prices, and candles of a market, cached until the next one closes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from db.reads.candles import read_candles
from domain.candles import Candle
from domain.prices import Price
from domain.snapshot import Snapshot
from domain.timeframes import length_of, opened_before
from pages.shared.caches import cache_resource
from pages.shared.loaders import ask
from pages.shared.market_figures import range_version

# A candle is stored within two minutes of its close. Until then the newest one is asked for again.
_STORED_AFTER = timedelta(minutes=2)


def price_of(snapshots: Iterable[Snapshot], market: tuple[str, str]) -> Price | None:
    """The newest price of a market among the accounts of its venue."""
    venue, symbol = market
    return next((s.prices[symbol] for s in snapshots if s.account.venue == venue and symbol in s.prices), None)


def load_candles(venue: str, symbol: str, timeframe: str, count: int, as_of: datetime) -> tuple[Candle, ...]:
    """The last `count` candles of a market that had closed at a moment. Raises DatabaseUnavailable."""
    closed_at = opened_before(as_of, timeframe)
    since = closed_at - count * length_of(timeframe)
    if as_of - closed_at < _STORED_AFTER:
        return _newest_candles(venue, symbol, timeframe, since, closed_at)
    return _settled_candles(venue, symbol, timeframe, since, closed_at, range_version(venue))


# Older candles may arrive at any time. The version changes with each.
@cache_resource(max_entries=200, ttl=600)
def _settled_candles(
    venue: str, symbol: str, timeframe: str, since: datetime, as_of: datetime, version: str
) -> tuple[Candle, ...]:
    return ask(lambda connection: read_candles(connection, venue, symbol, timeframe, since, as_of))


@cache_resource(max_entries=50, ttl=5)
def _newest_candles(venue: str, symbol: str, timeframe: str, since: datetime, as_of: datetime) -> tuple[Candle, ...]:
    return ask(lambda connection: read_candles(connection, venue, symbol, timeframe, since, as_of))
