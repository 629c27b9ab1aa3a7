"""Periods: one rule for the events of a time range, and for the refreshes that divide it.

A period [begin, end) contains every event from `begin` on and before `end`. So neighbours share no event and miss none.
A refresh contains the events up to its own moment. A refresh at the very begin of a period would therefore take the
events of that moment into the period before. So the last refresh before a bound divides, at or before `closing_of` it:

    a refresh at 23:59:40, one at 00:00:00 exactly, and funding of 5 at 00:00:00 exactly
    yesterday ends with the refresh of 23:59:40, and the funding is of today, in lists and in Performance

Reads of net values take closing moments: a value at or before it, and events after it up to the next one.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.moments import just_after, just_before

# Periods that end now begin at full minutes, so that viewers share cached answers.
STEP = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def closing_of(bound: datetime) -> datetime:
    """The closing moment of the period that ends at a bound. The period that begins there contains what follows."""
    return just_before(bound)


def opened_after(closing: datetime) -> datetime:
    """The first moment of the period that follows a closing moment."""
    return just_after(closing)


def closes_second(moment: datetime) -> bool:
    """True for the closing moment of a full second, as every chosen bound has it. Refreshes are taken at any other."""
    return opened_after(moment).microsecond == 0


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which a day begins in a zone: its midnight, or the first moment after a skipped one."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_of(closing: datetime, zone: ZoneInfo) -> date:
    """The day in a zone that follows a closing moment."""
    return opened_after(closing).astimezone(zone).date()


def start_of_today(at: datetime, zone: ZoneInfo) -> datetime:
    """When the day of a moment began in a zone."""
    return start_of(at.astimezone(zone).date(), zone)


def days_before(at: datetime, days: int, step: timedelta = STEP) -> datetime:
    """The begin of so many days that end at `at`: the next full `step`, if there is a step."""
    stepped = at + -(at - _EPOCH) % step if step else at
    return stepped - timedelta(days=days)


def closings_between(begin: datetime, end: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The closing moments that divide a time into days of a zone. `begin` and `end` are closing moments too."""
    moments, day = [begin], day_of(begin, zone)
    while (closing := closing_of(start_of(day := day + timedelta(days=1), zone))) < end:
        moments.append(closing)
    return (*moments, end)
