"""Period: the time range of a list of history, in the viewer's time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Period(StrEnum):
    """How far back the list looks."""

    TODAY = "Today"
    DAY = "24 h"
    WEEK = "7 d"
    MONTH = "30 d"
    QUARTER = "90 d"
    YEAR_TO_DATE = "YTD"
    ALL = "All"
    CUSTOM = "Custom"


# After a number, as in "4 in 24 h".
PERIOD_WORDS = {
    Period.TODAY: "today",
    Period.DAY: "in 24 h",
    Period.WEEK: "in 7 d",
    Period.MONTH: "in 30 d",
    Period.QUARTER: "in 90 d",
    Period.YEAR_TO_DATE: "this year",
    Period.ALL: "",
    Period.CUSTOM: "in these days",
}
_SPANS = {
    Period.DAY: timedelta(days=1),
    Period.WEEK: timedelta(days=7),
    Period.MONTH: timedelta(days=30),
    Period.QUARTER: timedelta(days=90),
}
# A period that ends now advances in steps. Between steps the cached rows and the pages stay the same.
STEP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A time range [since, until). None is open."""

    since: datetime | None = None
    until: datetime | None = None


def span_of(period: Period, at: datetime, zone: ZoneInfo, first: date | None = None, last: date | None = None) -> Span:
    """The range of a period that ends at `at`. A custom period has whole days of `zone`, both included."""
    match period:
        case Period.ALL:
            return Span()
        case Period.TODAY:
            return Span(_midnight(at.astimezone(zone).date(), zone))
        case Period.YEAR_TO_DATE:
            return Span(_midnight(at.astimezone(zone).date().replace(month=1, day=1), zone))
        case Period.CUSTOM:
            if first is not None and last is not None and last < first:
                first, last = last, first
            until = None if last is None else _midnight(last + timedelta(days=1), zone)
            return Span(None if first is None else _midnight(first, zone), until)
    stepped = at - timedelta(seconds=at.timestamp() % STEP.total_seconds())
    return Span(stepped - _SPANS[period])


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
