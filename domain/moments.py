"""Moments: boundaries of time ranges, so that a chosen moment is included although [since, until) excludes `until`."""

from datetime import datetime, timedelta

# The resolution of a timestamp, here and in Postgres.
_STEP = timedelta(microseconds=1)


def just_after(as_of: datetime) -> datetime:
    """The `until` of a range that includes everything up to and including `as_of`."""
    return as_of + _STEP


def just_before(moment: datetime) -> datetime:
    """The `since` of a range (since, as_of] that starts at `moment`, inclusive."""
    return moment - _STEP
