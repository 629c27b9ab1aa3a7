"""Period: the time range of a list of history, in the viewer's time zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.periods import STEP, days_before, start_of, start_of_today
from pages.shared.formats import moment_text


class Period(StrEnum):
    """How far back the list looks."""

    TODAY = "Today"
    DAY = "24 h"
    WEEK = "7 d"
    MONTH = "30 d"
    QUARTER = "90 d"
    THIS_MONTH = "This month"
    LAST_MONTH = "Last month"
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
    Period.THIS_MONTH: "this month",
    Period.LAST_MONTH: "last month",
    Period.YEAR_TO_DATE: "this year",
    Period.ALL: "",
    Period.CUSTOM: "in these days",
}
# A period that ends now advances in steps. Between steps the cached rows and the pages stay the same.
ROLLING = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 30, Period.QUARTER: 90}


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
            return Span(start_of_today(at, zone))
        case Period.THIS_MONTH:
            return Span(start_of(_first_of_month(at, zone), zone))
        case Period.LAST_MONTH:
            this = _first_of_month(at, zone)
            return Span(start_of((this - timedelta(days=1)).replace(day=1), zone), start_of(this, zone))
        case Period.YEAR_TO_DATE:
            return Span(start_of(_first_of_month(at, zone).replace(month=1), zone))
        case Period.CUSTOM:
            if first is not None and last is not None and last < first:
                first, last = last, first
            until = None if last is None else start_of(last + timedelta(days=1), zone)
            return Span(None if first is None else start_of(first, zone), until)
    return Span(days_before(at, ROLLING[period]))


def first_value_words(begin: datetime, seen_at: datetime, zone: ZoneInfo) -> str:
    """When the first net value of a period was recorded, if that was more than a minute before its begin, else "".

    Prices that moved in between count in the period.
    """
    return f"its first net value is of {moment_text(seen_at, zone)}" if begin - seen_at > STEP else ""


def _first_of_month(at: datetime, zone: ZoneInfo) -> date:
    """The first day of the month of a moment in a zone."""
    return at.astimezone(zone).date().replace(day=1)
