"""Charts: the ranges of curves. Curves, candles and bars are drawn by pages/components/chart."""

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Range(StrEnum):
    """The time range of a chart."""

    DAY = "1D"
    WEEK = "1W"
    MONTH = "1M"
    QUARTER = "3M"
    YEAR_TO_DATE = "YTD"
    YEAR = "1Y"
    ALL = "All"


_SPANS = {
    Range.DAY: timedelta(days=1),
    Range.WEEK: timedelta(days=7),
    Range.MONTH: timedelta(days=30),
    Range.QUARTER: timedelta(days=91),
    Range.YEAR: timedelta(days=365),
}


def since_of(chosen: Range, at: datetime, first_at: datetime, zone: ZoneInfo) -> datetime:
    """The start of a range that ends at `at`. All begins at the first known moment."""
    if chosen is Range.ALL:
        return first_at
    if chosen is Range.YEAR_TO_DATE:
        return at.astimezone(zone).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return at - _SPANS[chosen]
