"""Freshness: whether what is shown can be taken for now."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from domain.sources import SourceState

# In expected intervals since the last success. Two allow one refresh to be slow; at six, several were missed in a row.
LATE_AFTER = 2.0
STALE_AFTER = 6.0
# However short the interval: a hiccup of a few seconds is not worth an amber light.
LEAST_LATE = timedelta(seconds=15)


class Freshness(StrEnum):
    """How far a source can be trusted as now, from best to worst."""

    FRESH = "fresh"
    LATE = "late"
    STALE = "stale"
    FAILING = "failing"
    NEVER = "never"


_ORDER = list(Freshness)


def freshness_of(state: SourceState, expected: timedelta, now: datetime) -> Freshness:
    """How fresh a source is at `now`, when it is expected to succeed once per `expected`.

    The age is that of its last success, whatever was attempted since. A source whose last attempt failed is
    failing from the first failure on, also one that never succeeded; one that fell silent becomes late, then stale.
    """
    if state.as_of is None:
        return Freshness.FAILING if state.failures else Freshness.NEVER
    if state.carried:
        return Freshness.FAILING
    age = now - state.as_of
    if age > stale_after(expected):
        return Freshness.STALE
    if age > late_after(expected):
        return Freshness.LATE
    return Freshness.FRESH


def late_after(expected: timedelta) -> timedelta:
    """The age from which a source that should succeed once per `expected` is late."""
    return max(expected * LATE_AFTER, LEAST_LATE)


def stale_after(expected: timedelta) -> timedelta:
    """The age from which it is stale: what is shown of it must not be taken for now."""
    return max(expected * STALE_AFTER, LEAST_LATE * 2)


def worst(states: Iterable[Freshness]) -> Freshness:
    """The worst of several; of none, never: nothing was ever seen."""
    return max(states, key=_ORDER.index, default=Freshness.NEVER)
