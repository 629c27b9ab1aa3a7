"""Freshness: how well the last known data of a source still describe the present."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from domain.sources import SourceState

# Expected intervals since the last success. Two allow one slow refresh. Six mean that several were missed in a row.
LATE_AFTER = 2.0
STALE_AFTER = 6.0
# The least age of late data, for short intervals: a delay of a few seconds is no reason for a warning.
LEAST_LATE = timedelta(seconds=15)
# Two machines may differ by this much. A success further in the future has a wrong time and says nothing about now.
MOST_AHEAD = timedelta(seconds=15)


class Freshness(StrEnum):
    """The freshness of a source, from best to worst."""

    FRESH = "fresh"
    LATE = "late"  # the last success is older than expected
    STALE = "stale"  # too old to be shown as the present
    NEVER = "never"  # never read yet
    FAILING = "failing"  # the last attempt failed


_ORDER = list(Freshness)


def freshness_of(state: SourceState, expected: timedelta, now: datetime) -> Freshness:
    """The freshness of a source at `now`, if it should succeed once per `expected`.

    The age counts from the last success, whatever was attempted since. A source is failing from its first failed
    attempt on, even if it never succeeded. A source without new attempts becomes late, then stale. A success in the
    future is stale: its real age is unknown.
    """
    if state.as_of is None:
        return Freshness.FAILING if state.failures else Freshness.NEVER
    if state.carried:
        return Freshness.FAILING
    age = now - state.as_of
    if age > stale_after(expected) or is_ahead(state.as_of, now):
        return Freshness.STALE
    if age > late_after(expected):
        return Freshness.LATE
    return Freshness.FRESH


def is_ahead(moment: datetime, now: datetime) -> bool:
    """True if a moment lies so far in the future that a clock must have been wrong."""
    return moment - now > MOST_AHEAD


def late_after(expected: timedelta) -> timedelta:
    """The age from which a source with this expected interval is late."""
    return max(expected * LATE_AFTER, LEAST_LATE)


def stale_after(expected: timedelta) -> timedelta:
    """The age from which a source with this expected interval is stale and must not be shown as the present."""
    return max(expected * STALE_AFTER, LEAST_LATE * 2)


def worst(states: Iterable[Freshness]) -> Freshness:
    """The worst of several: a failure is worse than a source that was never read. NEVER for none."""
    return max(states, key=_ORDER.index, default=Freshness.NEVER)
