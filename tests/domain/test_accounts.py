"""Accounts: how often each source is requested, and expected to succeed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.freshness import Freshness, freshness_of
from domain.snapshot import Refresh
from domain.sources import Source, SourceState
from tests.factories import NOON, account, later


def test_history_without_changes_is_expected_once_in_ten_intervals():
    """The expected interval leaves time for a long run, so there is no alarm while all is well."""
    watched = account(refresh_seconds=5, history=(Source.FILLS, Source.TRANSFERS), history_seconds=15)
    assert watched.expected_interval(Source.ORDERS) == timedelta(seconds=5)
    assert watched.request_interval(Source.FILLS) == timedelta(seconds=150)
    assert watched.request_interval(Source.TRANSFERS) == timedelta(seconds=150)
    assert watched.expected_interval(Source.TRANSFERS) > watched.request_interval(Source.TRANSFERS)


def freshness_then(every: int | None, age: float, source: Source = Source.ORDERS) -> Freshness:
    """The freshness `age` seconds after a refresh with the interval `every`. The account now has an interval of 5 s."""
    watched = account(refresh_seconds=5, history=(Source.FILLS,), history_seconds=15)
    then = watched.as_of_refresh(Refresh(watched.id, NOON, 100, None, expected_seconds=every))
    return freshness_of(SourceState(source, NOON, carried=False), then.expected_interval(source), later(age))


def test_freshness_of_a_past_moment_uses_the_interval_of_that_time():
    assert freshness_then(3600, 3599) is Freshness.FRESH
    assert freshness_then(3600, 7201) is Freshness.LATE
    assert freshness_then(3600, 3599, Source.FILLS) is Freshness.FRESH


def test_a_gap_in_a_closely_watched_past_is_stale():
    assert freshness_then(5, 3599) is Freshness.STALE
    assert freshness_then(5, 3599, Source.FILLS) is Freshness.STALE


SLOW = account(refresh_seconds=5, least_seconds=((Source.ORDERS, 12),))


def test_a_costly_source_is_expected_at_the_first_refresh_that_is_late_enough():
    """At a refresh interval of 5 s and a least interval of 12 s, every third refresh is due."""
    assert SLOW.expected_interval(Source.ORDERS) == timedelta(seconds=15)
    assert SLOW.expected_interval(Source.BALANCES) == timedelta(seconds=5)


@pytest.mark.parametrize("seconds", [12, 30, 3600])
def test_a_costly_source_is_expected_at_each_refresh_that_is_rare_enough(seconds: int):
    assert replace(SLOW, refresh_seconds=seconds).expected_interval(Source.ORDERS) == timedelta(seconds=seconds)


def test_a_costly_source_is_fresh_by_its_own_interval():
    state = SourceState(Source.ORDERS, NOON, carried=False)
    assert freshness_of(state, SLOW.expected_interval(Source.ORDERS), later(29)) is Freshness.FRESH
    assert freshness_of(state, SLOW.expected_interval(Source.ORDERS), later(31)) is Freshness.LATE
    assert freshness_of(state, SLOW.expected_interval(Source.BALANCES), later(29)) is Freshness.LATE


def test_a_past_moment_is_judged_by_the_interval_that_a_source_had_then():
    refresh = Refresh(SLOW.id, NOON, 100, None, expected_seconds=10, intervals={Source.TRIGGERS: 40})
    then = SLOW.as_of_refresh(refresh)
    assert then.expected_interval(Source.TRIGGERS) == timedelta(seconds=40)
    assert then.expected_interval(Source.ORDERS) == timedelta(seconds=10)


def test_a_refresh_without_a_recorded_interval_is_judged_by_the_present_one():
    assert freshness_then(None, 10) is Freshness.FRESH
    assert freshness_then(None, 3599) is Freshness.STALE
