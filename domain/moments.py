"""Moments: boundaries of time ranges, so that a chosen moment is included although [since, until) excludes `until`."""

from datetime import UTC, datetime, timedelta

# The resolution of a timestamp, here and in Postgres.
_STEP = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds_of(at: datetime) -> int:
    """Microseconds since 1970, exactly. Many moments are compared and grouped faster as integers."""
    return (at - _EPOCH) // _STEP


def moment_of(microseconds: int) -> datetime:
    """The moment so many microseconds after 1970, in UTC. An integer of numpy counts as an int."""
    return _EPOCH + timedelta(microseconds=int(microseconds))


def just_after(as_of: datetime) -> datetime:
    """The `until` of a range that includes everything up to and including `as_of`."""
    return as_of + _STEP


def just_before(moment: datetime) -> datetime:
    """The `since` of a range (since, as_of] that starts at `moment`, inclusive."""
    return moment - _STEP
