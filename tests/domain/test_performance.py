"""Performance: days of a time zone, and longer periods chained from them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.performance import PeriodReturn, chained, days_of, duration_of, full_days, months_of, risk_days, weeks_of
from domain.periods import closing_of, closings_between
from domain.returns import Recorded
from domain.risk import drawdowns
from domain.spans import Span


def day(number: int, fraction: str | None, month: int = 3) -> PeriodReturn:
    known = None if fraction is None else Decimal(fraction)
    return PeriodReturn(date(2026, month, number), known, Decimal(0), known)


def test_a_day_is_full_from_midnight_to_midnight_of_the_zone():
    """Days in Zurich around the night to summer time, of 23 hours."""
    zone, moments = ZoneInfo("Europe/Zurich"), closings_between(utc(28, 12), utc(31, 12), ZoneInfo("Europe/Zurich"))
    days = days_of(steady(moments), moments, zone)
    assert [(day.day.day, day.is_full) for day in days] == [(28, False), (29, True), (30, True), (31, False)]
    assert [day.day.day for day in full_days(days)] == [29, 30]
    assert [day.is_full for day in (chained(days), chained(days[1:3]))] == [False, True]


def test_a_day_whose_midnight_the_clocks_skip_is_full():
    """Beirut went from 24:00 on 28 March to 01:00 on the 29th in 2026 (tz database)."""
    zone, moments = ZoneInfo("Asia/Beirut"), closings_between(utc(27, 12), utc(31, 12), ZoneInfo("Asia/Beirut"))
    days = days_of(steady(moments), moments, zone)
    assert moments[2] == closing_of(utc(28, 22))
    assert [day.day.day for day in days if day.is_full] == [28, 29, 30]


def test_a_drawdown_lasts_from_the_end_of_its_peak_day_until_the_end_of_the_day_that_reaches_it_again():
    """1 -> 1.1 -> 0.88 -> 0.99 -> 1.1 by days from noon of the 1st: peak at midnight, recovered three days later."""
    moments = (utc(1, 12), utc(2, 0), utc(3, 0), utc(4, 0), utc(5, 0), utc(5, 6))
    days = [day(number, fraction) for number, fraction in enumerate(("0.1", "-0.2", "0.125", "0.12", "0"), 1)]
    (fall,) = drawdowns(risk_days(days))
    assert duration_of(fall, days, moments) == timedelta(days=3)


def test_a_drawdown_that_still_lasts_in_a_period_of_24_hours_is_no_longer_than_the_period():
    moments, days = (utc(1, 21), utc(2, 0), utc(2, 21)), [day(1, "-0.01"), day(2, "-0.01")]
    (fall,) = drawdowns(risk_days(days))
    assert duration_of(fall, days, moments) == timedelta(hours=24)


def utc(number: int, hour: int) -> datetime:
    return datetime(2026, 3, number, hour, tzinfo=UTC)


def steady(moments: tuple[datetime, ...]) -> Span:
    return Span("USD", tuple(Recorded(at, Decimal(100)) for at in moments), ())


def test_days_chain():
    assert chained([day(1, "0.1"), day(2, "-0.1")]).fraction == Decimal("-0.01")
    assert chained([day(1, "0.1"), day(2, None)]).fraction is None


def test_weeks_begin_on_monday_and_months_on_the_first():
    days = [day(28, "0.1", 2), day(1, "0.1"), day(2, "0.1"), day(3, "0.1")]  # 2026-03-01 is a Sunday
    assert [(period.day, period.fraction) for period in weeks_of(days)] == [
        (date(2026, 2, 28), Decimal("0.21")),
        (date(2026, 3, 2), Decimal("0.21")),
    ]
    assert [period.day for period in months_of(days)] == [date(2026, 2, 28), date(2026, 3, 1)]
