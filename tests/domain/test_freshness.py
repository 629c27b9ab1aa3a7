"""Freshness follows the last success of a source, whatever was attempted since."""

from datetime import timedelta

import pytest

from domain.freshness import Freshness, freshness_of, worst
from domain.sources import Source, SourceState
from tests.factories import NOON, later

EVERY = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("age", "expected"),
    [(0, "fresh"), (60, "fresh"), (61, "late"), (180, "late"), (181, "stale"), (86400, "stale")],
)
def test_silence_makes_late_then_stale(age, expected):
    state = SourceState(Source.ORDERS, NOON, carried=False)
    assert freshness_of(state, EVERY, later(age)) == expected


def test_a_failed_attempt_is_failing_at_once_and_keeps_the_age_of_the_last_success():
    state = SourceState(Source.ORDERS, NOON, carried=True)
    assert freshness_of(state, EVERY, later(1)) is Freshness.FAILING


def test_a_source_that_was_never_read_is_never():
    assert freshness_of(SourceState(Source.ORDERS, None, carried=True), EVERY, NOON) is Freshness.NEVER


def test_a_hiccup_on_a_short_interval_is_not_late():
    state = SourceState(Source.ORDERS, NOON, carried=False)
    assert freshness_of(state, timedelta(seconds=5), later(14)) is Freshness.FRESH


def test_the_worst_of_several_counts():
    assert worst([Freshness.FRESH, Freshness.FAILING, Freshness.LATE]) is Freshness.FAILING
    assert worst([Freshness.NEVER, Freshness.FAILING]) is Freshness.FAILING
    assert worst([Freshness.NEVER, Freshness.STALE]) is Freshness.NEVER
    assert worst([]) is Freshness.NEVER


def test_a_source_that_fails_without_any_success_is_failing():
    """It is not just waiting for its first response."""
    assert freshness_of(SourceState(Source.ORDERS, None, carried=True, failures=2), EVERY, NOON) is Freshness.FAILING


@pytest.mark.parametrize(("ahead", "expected"), [(0, "fresh"), (15, "fresh"), (16, "stale"), (7200, "stale")])
def test_a_success_in_the_future_is_never_fresh(ahead: int, expected: str) -> None:
    """Two machines may differ by 15 s. A later moment comes from a wrong clock."""
    state = SourceState(Source.ORDERS, later(ahead), carried=False)
    assert freshness_of(state, EVERY, NOON) == expected
