"""Retention: how close together the points of the past stay. A point that stays is one that was observed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.periods import start_of

DAY = timedelta(days=1)
# Curves over months take their points from quarters of a day (db/reads/equity.py).
QUARTER = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Level:
    """All points older than `after` are at least `step` apart, except those that figures rest on."""

    step: timedelta
    after: timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """When rows are deleted and points are thinned out, and the zones whose day starts keep their points."""

    full: timedelta = timedelta(days=7)
    five_minutes: timedelta = timedelta(days=90)
    hourly: timedelta = timedelta(days=730)
    zones: tuple[ZoneInfo, ...] = (ZoneInfo("UTC"),)
    attempts: timedelta = timedelta(days=30)
    audit: timedelta = timedelta(days=730)

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels, the coarsest first. So a long past is thinned out once and not three times."""
        steps = timedelta(days=1), timedelta(hours=1), timedelta(minutes=5)
        after = max(self.full, self.five_minutes, self.hourly), max(self.full, self.five_minutes), self.full
        return tuple(Level(step, age) for step, age in zip(steps, after, strict=True))


def day_starts(since: datetime, until: datetime, zones: Sequence[ZoneInfo]) -> tuple[datetime, ...]:
    """The moments from `since` to `until`, both included, at which a day begins in one of the zones."""
    days = [since.date() + timedelta(days=n) for n in range(-1, (until - since).days + 3)]
    starts = {start_of(day, zone) for day in days for zone in zones}
    return tuple(sorted(start for start in starts if since <= start <= until))


def segments_of(day: datetime, zones: Sequence[ZoneInfo]) -> tuple[datetime, ...]:
    """The begins of the parts of a UTC day whose extremes stay: quarters, cut at the day starts of the zones."""
    quarters = {day + QUARTER * n for n in range(4)}
    return tuple(sorted(quarters | set(day_starts(day, day + DAY - timedelta(microseconds=1), zones))))


def days_between(since: datetime, until: datetime) -> Iterator[datetime]:
    """The begins of the UTC days that lie wholly in [since, until)."""
    day = datetime.combine(since.astimezone(UTC).date(), time(), UTC)
    day = day if day == since else day + DAY
    while day + DAY <= until:
        yield day
        day += DAY
