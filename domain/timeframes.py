"""Timeframes: the lengths of candles, as exchanges name them (1m, 15m, 1h, 4h, 1d)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

LENGTHS = {
    "1m": timedelta(minutes=1),
    "5m": timedelta(minutes=5),
    "15m": timedelta(minutes=15),
    "30m": timedelta(minutes=30),
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
}
# A late candle is not an outage: exchanges publish a candle seconds to minutes after its close.
_GRACE = timedelta(minutes=5)


def length_of(timeframe: str) -> timedelta:
    """The length of a candle. Raises KeyError for a timeframe outside LENGTHS."""
    return LENGTHS[timeframe]


def shortest_of(timeframes: Iterable[str]) -> str:
    """The timeframe with the shortest candles."""
    return min(timeframes, key=length_of)


def no_data_after(timeframe: str) -> timedelta:
    """The age of the newest closed candle beyond which a market has no data: two candles and five minutes."""
    return 2 * length_of(timeframe) + _GRACE


def opened_before(moment: datetime, timeframe: str) -> datetime:
    """The opening of the candle that contains a moment. Days begin at midnight UTC."""
    length = length_of(timeframe)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // length * length
