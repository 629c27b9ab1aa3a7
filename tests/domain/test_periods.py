"""Periods: days of a time zone, and the closing moments between them. Expected moments are from the tz database."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.periods import closing_of, closings_between, day_of, days_before, start_of, start_of_today

ZURICH = ZoneInfo("Europe/Zurich")


def utc(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_a_day_has_23_hours_when_the_clocks_go_forward() -> None:
    begin, end = utc(28, 12), utc(30, 12)
    moments = (begin, closing_of(utc(28, 23)), closing_of(utc(29, 22)), end)
    assert closings_between(begin, end, ZURICH) == moments


def test_a_time_that_ends_before_midnight_has_no_empty_day() -> None:
    begin, end = closing_of(utc(28)), closing_of(utc(29))
    assert closings_between(begin, end, ZoneInfo("UTC")) == (begin, end)


def test_a_time_that_ends_at_midnight_reaches_into_the_next_day() -> None:
    begin, end = closing_of(utc(28)), utc(29)
    assert closings_between(begin, end, ZoneInfo("UTC")) == (begin, closing_of(end), end)


def test_midnight_is_of_the_day_that_begins() -> None:
    assert day_of(closing_of(utc(28, 23)), ZURICH) == date(2026, 3, 29)
    assert day_of(closing_of(closing_of(utc(28, 23))), ZURICH) == date(2026, 3, 28)
    assert start_of_today(utc(28, 23), ZURICH) == utc(28, 23)
    assert start_of_today(closing_of(utc(28, 23)), ZURICH) == utc(27, 23)


def test_a_day_closes_once_where_the_clocks_go_back_at_midnight() -> None:
    """Beirut went from 24:00 on 24 October 2026 back to 23:00, so that day has 25 hours."""
    beirut = ZoneInfo("Asia/Beirut")
    begins = [start_of(date(2026, 10, day), beirut) for day in (24, 25, 26)]
    assert [end - begin for begin, end in pairwise(begins)] == [
        timedelta(hours=25),
        timedelta(hours=24),
    ]
    closings = closings_between(closing_of(begins[0]), closing_of(begins[2]), beirut)
    assert closings == tuple(closing_of(begin) for begin in begins)


def test_days_before_a_moment_begin_at_a_full_minute() -> None:
    at = datetime(2026, 3, 29, 10, 30, 20, tzinfo=UTC)
    assert days_before(at, 1) == datetime(2026, 3, 28, 10, 31, tzinfo=UTC)
    assert days_before(at, 1, timedelta(0)) == at - timedelta(days=1)
