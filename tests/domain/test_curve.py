"""Curve: one as-of for all accounts, gaps that stay gaps, marks where the base currency changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from domain.curve import Point, base_changes_of, curve_of, moments_of
from tests.factories import NOON

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Read:
    at: datetime
    net_value: Decimal | None
    expected: timedelta | None = None
    carried: bool = False
    currency: str | None = "USD"
    bucket: int | None = 0


def line(value: int, moments: Sequence[timedelta], every: timedelta | None = None) -> list[Read]:
    return [Read(NOON + at, Decimal(value), every, bucket=n) for n, at in enumerate(moments)]


def steps(count: int, step: timedelta, start: timedelta = timedelta(0)) -> list[timedelta]:
    return [start + n * step for n in range(count)]


def curve(*lines: Sequence[Read], hours: int = 10) -> tuple[Point, ...]:
    """Every point is in a bucket of its own."""
    parts = dict(enumerate(lines))
    moments = moments_of(parts, NOON + hours * HOUR)
    return curve_of(parts, parts, moments, lambda _, point: point.net_value)


def test_two_accounts_seen_at_different_times_give_no_saw_tooth():
    """Whether their intervals are configured or only really kept."""
    for minutes, hours in ((6 * MINUTE, HOUR), (None, None)):
        points = curve(line(1000, steps(101, 6 * MINUTE), minutes), line(5000, steps(11, HOUR), hours))
        assert len(points) == 101
        assert {(point.value, point.is_whole) for point in points} == {(6000, True)}


def test_an_account_that_was_not_there_yet_is_left_out_and_marked():
    points = curve(line(100, steps(10, HOUR)), line(10, steps(5, HOUR, 5 * HOUR)))
    assert [point.value for point in points] == [100] * 5 + [110] * 5
    assert [point.is_whole for point in points] == [False] * 5 + [True] * 5


def test_a_short_pause_of_one_account_draws_no_cliff():
    paused = [n * HOUR for n in (0, 1, 4, 5, 6, 7, 8, 9)]
    assert {point.value for point in curve(line(100, steps(10, HOUR)), line(10, paused))} == {110}


def test_while_an_account_is_unknown_the_total_is_a_gap():
    seen = [n * HOUR for n in (0, 1, 2, 8, 9)]
    points = curve(line(100, steps(10, HOUR), HOUR), line(10, seen, HOUR))
    assert [(point.at - NOON) // HOUR for point in points if point.value is None] == [5, 6, 7]
    assert {point.value for point in points if point.value is not None} == {110}


def test_a_gap_of_a_single_account_stays_a_gap_and_a_new_interval_is_none():
    six = 6 * HOUR
    moments = [*steps(11, six), *steps(10, six, 120 * HOUR)]
    assert sum(point.value is None for point in curve(line(1, moments), hours=400)) == 1
    rhythm = [*steps(20, 24 * HOUR), *steps(20, HOUR, 20 * 24 * HOUR)]
    assert all(point.value is not None for point in curve(line(1, rhythm), hours=600))


def test_a_change_of_the_base_currency_is_found_between_the_points_of_an_account():
    points = [Read(NOON, Decimal(1)), Read(NOON + HOUR, Decimal(1), currency="EUR"), Read(NOON + 2 * HOUR, None)]
    changes = base_changes_of({7: points[:2]})
    assert [(change.account_id, change.at, change.before, change.after) for change in changes] == [
        (7, NOON + HOUR, "USD", "EUR")
    ]
