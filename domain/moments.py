"""Moments: a chosen moment counts, and the end of a range [since, until) does not."""

from datetime import datetime, timedelta

# Moments are told apart to the microsecond, here and in Postgres.
_STEP = timedelta(microseconds=1)


def just_after(as_of: datetime) -> datetime:
    """The `until` of a range that holds everything up to and including `as_of`."""
    return as_of + _STEP


def just_before(moment: datetime) -> datetime:
    """The `since` of a range (since, as_of] that holds `moment` and nothing before it."""
    return moment - _STEP
