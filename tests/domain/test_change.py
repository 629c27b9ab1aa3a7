"""Change: the gain over a period and its returns, known or unknown."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.change import NetValueChange, change_over, periods_of, tolerance_of, why_present_unknown
from domain.holdings import totals_of
from domain.periods import opened_after
from domain.returns import Flow, Recorded
from domain.sources import Source
from domain.spans import AT_ONCE, Span
from tests.factories import NOON, later, snapshot, valuation

DAY = timedelta(days=1)
SINCE = NOON - DAY


def totals(worth: str):
    return totals_of([snapshot(worth=valuation(worth))], "USD")


def span(*values: tuple[datetime, str], flows: tuple[Flow, ...] | None = (), **parts) -> Span:
    return Span("USD", tuple(Recorded(at, Decimal(value)) for at, value in values), flows, **parts)


def changed(given: Span, worth: str) -> NetValueChange:
    return change_over(given, opened_after(SINCE), totals(worth), NOON)


def test_without_flows_the_gain_is_the_difference_and_the_return_its_share():
    change = changed(span((SINCE, "100"), (NOON, "110")), "110")
    assert (change.amount, change.before, change.fraction, change.flows) == (10, 100, Decimal("0.1"), 0)
    assert round(change.money_weighted or 0, 9) == 0.1


def test_growth_before_and_after_a_deposit_is_chained():
    """100 grow to 110, 100 come in, 210 fall to 189: -11 in money, -1 % time-weighted."""
    at = NOON - DAY / 2
    given = span((SINCE, "100"), (at - AT_ONCE, "210"), (at, "210"), flows=(Flow(at, Decimal(100)),))
    change = changed(given, "189")
    assert (change.amount, change.flows, change.is_estimated) == (-11, 100, False)
    assert change.fraction is not None
    assert abs(change.fraction + Decimal("0.01")) < Decimal("1e-30")


def test_without_a_value_near_the_flow_the_return_is_estimated():
    """100, 50 more half-way, 300 at the end: 120 % by Modified Dietz."""
    change = changed(span((SINCE, "100"), flows=(Flow(NOON - DAY / 2, Decimal(50)),)), "300")
    assert (change.amount, change.fraction, change.is_estimated) == (150, Decimal("1.2"), True)


def test_a_large_withdrawal_is_no_loss():
    at = later(-80000)
    given = span((SINCE, "100000"), (at - AT_ONCE, "1000"), (at, "1000"), flows=(Flow(at, Decimal(-99000)),))
    change = changed(given, "1100")
    assert (change.amount, change.fraction) == (100, Decimal("0.1"))


def test_a_flow_counted_by_the_last_refresh_is_no_gain():
    change = changed(span((SINCE, "100"), flows=(Flow(NOON, Decimal(50)),)), "150")
    assert (change.amount, change.fraction, change.is_estimated) == (0, 0, False)


def test_while_flows_are_not_read_the_change_is_not_known_yet():
    change = changed(span((SINCE, "100"), flows=None, why="not known yet: transfers"), "50100")
    assert (change.amount, change.fraction, change.why) == (None, None, "not known yet: transfers")


def test_flows_that_can_never_be_read_are_marked():
    change = changed(span((SINCE, "100"), is_partly_read=True), "110")
    assert (change.amount, change.flows) == (10, None)


def test_without_a_value_at_the_beginning_the_change_is_unknown():
    assert changed(span((NOON, "110")), "110").why == "no net value is known at that time"


def test_a_present_value_that_is_too_old_is_none():
    now = snapshot(worth=valuation("110"))
    seen = totals_of([now], "USD")
    assert why_present_unknown([now], seen, NOON + DAY / 10, DAY) == ""
    assert why_present_unknown([now], seen, NOON + DAY / 10 + AT_ONCE, DAY)
    carried = snapshot(worth=valuation("110"), carried={Source.BALANCES: NOON - DAY})
    assert why_present_unknown([carried], totals_of([carried], "USD"), NOON, DAY)


def test_the_tolerance_is_a_tenth_of_the_full_minutes_of_a_period():
    """It moved with each second, so each look at a page asked the database anew."""
    assert tolerance_of(DAY) == timedelta(hours=2, minutes=24)
    assert tolerance_of(DAY + timedelta(seconds=59, microseconds=7)) == tolerance_of(DAY)
    assert tolerance_of(timedelta(seconds=59)) == timedelta(0)


def test_today_begins_at_midnight_of_the_viewer_and_the_others_at_full_minutes():
    at = datetime(2026, 3, 29, 10, 30, 20, tzinfo=UTC)  # the clocks of Zurich went forward this night
    assert dict(periods_of(at, ZoneInfo("Europe/Zurich"))) == {
        "today": datetime(2026, 3, 28, 23, 0, tzinfo=UTC),
        "24 h": datetime(2026, 3, 28, 10, 31, tzinfo=UTC),
        "7 d": datetime(2026, 3, 22, 10, 31, tzinfo=UTC),
        "30 d": datetime(2026, 2, 27, 10, 31, tzinfo=UTC),
    }
    assert periods_of(at, ZoneInfo("UTC"), timedelta(0))["24 h"] == at - DAY
