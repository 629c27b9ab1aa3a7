"""Accounts say how often what is asked of them is expected to succeed."""

from datetime import timedelta

from domain.freshness import Freshness, freshness_of
from domain.snapshot import Refresh
from domain.sources import Source, SourceState
from tests.factories import NOON, account, later


def test_the_past_is_expected_at_its_own_pace_and_movements_more_rarely():
    """Lesson 29: no alarm while all is well."""
    of = account(refresh_seconds=5, history=(Source.FILLS, Source.TRANSFERS), history_seconds=15)
    assert of.expected_of(Source.ORDERS) == timedelta(seconds=5)
    assert of.asked_every(Source.FILLS) == timedelta(seconds=15)
    assert of.asked_every(Source.TRANSFERS) == timedelta(seconds=75)
    assert of.expected_of(Source.TRANSFERS) > of.asked_every(Source.TRANSFERS)


def freshness_then(every: int | None, age: float, source: Source = Source.ORDERS) -> Freshness:
    """Of an account that is asked every 5 s by now, so long after a refresh that expected the next one `every`."""
    of = account(refresh_seconds=5, history=(Source.FILLS,), history_seconds=15)
    then = of.when(Refresh(of.id, NOON, 100, None, expected_seconds=every))
    return freshness_of(SourceState(source, NOON, carried=False), then.expected_of(source), later(age))


def test_a_past_moment_is_judged_by_what_was_expected_then():
    assert freshness_then(3600, 3599) is Freshness.FRESH
    assert freshness_then(3600, 7201) is Freshness.LATE
    assert freshness_then(3600, 3599, Source.FILLS) is Freshness.FRESH


def test_a_gap_in_a_past_that_was_watched_closely_is_stale():
    assert freshness_then(5, 3599) is Freshness.STALE
    assert freshness_then(5, 3599, Source.FILLS) is Freshness.STALE


def test_of_a_refresh_that_did_not_keep_what_it_expected_the_present_is_asked():
    assert freshness_then(None, 10) is Freshness.FRESH
    assert freshness_then(None, 3599) is Freshness.STALE
