"""Performance: days of a time zone, and longer periods chained from them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.performance import PeriodReturn, chained, midnights, months_of, weeks_of


def day(number: int, fraction: str | None, month: int = 3) -> PeriodReturn:
    known = None if fraction is None else Decimal(fraction)
    return PeriodReturn(date(2026, month, number), known, Decimal(0), known)


def test_a_day_has_23_hours_when_the_clocks_go_forward():
    since, until = datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 30, 12, tzinfo=UTC)
    assert midnights(since, until, ZoneInfo("Europe/Zurich")) == (
        since,
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
        until,
    )


def test_a_time_that_ends_at_midnight_has_no_empty_day():
    since, until = datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 29, tzinfo=UTC)
    assert midnights(since, until, ZoneInfo("UTC")) == (since, until)


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
