"""Accounts say how often what is asked of them is expected to succeed."""

from datetime import timedelta

from domain.sources import Source
from tests.factories import account


def test_the_past_is_expected_at_its_own_pace_and_movements_more_rarely():
    """Lesson 29: no alarm while all is well."""
    of = account(refresh_seconds=5, history=(Source.FILLS, Source.TRANSFERS), history_seconds=15)
    assert of.expected_of(Source.ORDERS) == timedelta(seconds=5)
    assert of.asked_every(Source.FILLS) == timedelta(seconds=15)
    assert of.asked_every(Source.TRANSFERS) == timedelta(seconds=75)
    assert of.expected_of(Source.TRANSFERS) > of.asked_every(Source.TRANSFERS)
