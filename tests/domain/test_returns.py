"""Returns, against published examples and identities.

Sources: Modified Dietz: Wikipedia, "Modified Dietz method", first example (100, 50 half-way, 300: 120 %). XIRR:
Microsoft's documentation of the worksheet function XIRR (37.3362535 %). Time-weighted: the identity that chained growth
between flows does not depend on the flows.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.returns import Flow, Recorded, gain, modified_dietz, money_weighted, time_weighted

START = datetime(2026, 1, 1, tzinfo=UTC)
NEAR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def recorded(hours: float, value: str) -> Recorded:
    return Recorded(START + timedelta(hours=hours), Decimal(value))


def flow(hours: float, value: str) -> Flow:
    return Flow(START + timedelta(hours=hours), Decimal(value))


def test_growth_before_and_after_a_deposit_is_chained() -> None:
    """110 / 100 x 189 / 210 - 1 = -1 %."""
    values = [recorded(0, "100"), recorded(24, "110"), recorded(24.5, "210"), recorded(48, "189")]
    found = time_weighted(values, [flow(24.2, "100")], NEAR)
    assert found.fraction is not None
    assert abs(found.fraction - Decimal("-0.01")) < Decimal("1e-30")
    assert not found.is_estimated
    assert gain(Decimal(100), Decimal(189), [flow(24.2, "100")]) == -11


def test_a_large_withdrawal_is_no_loss() -> None:
    """Of 100,000, 99,000 leave on the first day. The 1,000 that stay gain 10 %."""
    values = [recorded(0, "100000"), recorded(1, "1000"), recorded(720, "1100")]
    assert time_weighted(values, [flow(0.5, "-99000")], NEAR).fraction == Decimal("0.1")


def test_coins_withdrawn_before_they_rise_gain_nothing() -> None:
    values = [recorded(0, "101000"), recorded(0.5, "101000"), recorded(1, "1000"), recorded(99, "1000")]
    flows = [flow(0.7, "-100000")]
    assert time_weighted(values, flows, NEAR).fraction == 0
    assert gain(Decimal(101000), Decimal(1000), flows) == 0


def test_without_a_value_near_the_flow_the_return_is_modified_dietz() -> None:
    begin, end, flows = recorded(0, "100"), recorded(48, "300"), [flow(24, "50")]
    assert modified_dietz(begin, end, flows) == Decimal("1.2")
    found = time_weighted([begin, end], flows, NEAR)
    assert (found.fraction, found.is_estimated) == (Decimal("1.2"), True)


def test_the_move_between_two_values_belongs_to_the_part_before_the_flow() -> None:
    """100, then 220 after 100 came in: 20 % were gained before the flow, and nothing after it."""
    values = [recorded(0, "100"), recorded(1, "220"), recorded(2, "220")]
    assert time_weighted(values, [flow(0.5, "100")], NEAR).fraction == Decimal("0.2")


def test_an_account_that_began_empty_has_the_return_since_its_first_deposit() -> None:
    values = [recorded(0, "0"), recorded(1, "100"), recorded(2, "150")]
    assert time_weighted(values, [flow(0.5, "100")], NEAR).fraction == Decimal("0.5")


def test_a_first_deposit_that_moved_before_it_was_recorded_does_not_hide_the_return() -> None:
    """100 came in and were 101 when first recorded. From there they grow by a half."""
    values = [recorded(0, "0"), recorded(1, "101"), recorded(2, "151.5")]
    assert time_weighted(values, [flow(0.5, "100")], NEAR).fraction == Decimal("0.5")


def test_a_debt_has_no_return() -> None:
    assert time_weighted([recorded(0, "-5"), recorded(1, "10")], [], NEAR).fraction is None
    assert time_weighted([recorded(0, "5")], [], NEAR).fraction is None


def test_flows_outside_of_the_span_do_not_count() -> None:
    values = [recorded(0, "100"), recorded(1, "110")]
    assert time_weighted(values, [flow(0, "50"), flow(1.1, "70")], NEAR).fraction == Decimal("0.1")


amounts = st.integers(1, 10**6).map(Decimal)
growths = st.integers(-90, 300).map(lambda percent: 1 + Decimal(percent) / 100)


@given(st.lists(st.tuples(growths, st.integers(-80, 500)), min_size=1, max_size=12), amounts)
def test_flows_at_an_unchanged_value_do_not_change_the_return(steps: list[tuple[Decimal, int]], begin: Decimal) -> None:
    """The growth of the parts is known; each flow is a share of the value at its time."""
    values, flows, at, value = [Recorded(START, begin)], [], START, begin
    for growth, percent in steps:
        at, value = at + timedelta(days=1), value * growth
        values.append(Recorded(at, value))
        flows.append(Flow(at + MINUTE, value * percent / 100))
        at, value = at + 2 * MINUTE, value + flows[-1].value
        values.append(Recorded(at, value))
    *_, expected = accumulate((growth for growth, _ in steps), lambda one, other: one * other)
    found = time_weighted(values, flows, NEAR)
    assert found.fraction is not None
    assert abs(found.fraction + 1 - expected) < expected * Decimal("1e-20")
    assert not found.is_estimated


@given(st.lists(amounts, min_size=3, max_size=12), st.data())
def test_returns_of_parts_chain_to_the_return_of_the_whole(worths: list[Decimal], data: st.DataObject) -> None:
    values = [Recorded(START + n * timedelta(hours=1), worth) for n, worth in enumerate(worths)]
    cut = data.draw(st.integers(1, len(values) - 2))
    parts = [time_weighted(part, [], NEAR).fraction for part in (values[: cut + 1], values[cut:])]
    whole = time_weighted(values, [], NEAR).fraction
    assert whole is not None
    product = Decimal(1)
    for part in parts:
        assert part is not None
        product *= 1 + part
    assert abs(product - 1 - whole) < (1 + abs(whole)) * Decimal("1e-20")


def test_the_money_weighted_return_is_that_of_microsofts_example() -> None:
    dates = ["2008-01-01", "2008-03-01", "2008-10-30", "2009-02-15", "2009-04-01"]
    at = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in dates]
    begin, end = Recorded(at[0], Decimal(10000)), Recorded(at[4], Decimal(2750))
    paid_out = [Flow(at[1], Decimal(-2750)), Flow(at[2], Decimal(-4250)), Flow(at[3], Decimal(-3250))]
    assert money_weighted(begin, end, paid_out) == pytest.approx(0.373362535, abs=1e-8)


@given(st.floats(-0.9, 5), st.integers(30, 1000))
def test_without_flows_the_money_weighted_return_is_the_yearly_growth(rate: float, days: int) -> None:
    growth = (1 + rate) ** (days / 365)
    begin, end = recorded(0, "1000000"), recorded(24 * days, f"{1_000_000 * growth:.10f}")
    found = money_weighted(begin, end, [])
    assert found == pytest.approx(rate, abs=1e-6)
    assert money_weighted(begin, end, [], end.at - begin.at) == pytest.approx(growth - 1, abs=1e-6)


def test_the_money_weighted_return_over_a_day_is_the_growth_of_that_day() -> None:
    """10 % in a day is more than 10 ** 15 in a year: the rate of the span itself has no such trouble."""
    begin, end = recorded(0, "100"), recorded(24, "110")
    assert money_weighted(begin, end, []) is None
    assert money_weighted(begin, end, [], timedelta(days=1)) == pytest.approx(0.1, abs=1e-9)
    late = [flow(12, "100")]  # 100 x r + 100 x sqrt(r) = 231 has the root r = 1.1 x 1.1
    assert money_weighted(begin, recorded(24, "231"), late, timedelta(days=1)) == pytest.approx(0.21, abs=1e-9)


def test_a_money_weighted_return_that_does_not_exist_is_unknown() -> None:
    assert money_weighted(recorded(0, "0"), recorded(1, "0"), []) is None
    assert money_weighted(recorded(0, "10"), recorded(0, "10"), []) is None
    assert money_weighted(recorded(0, "0"), recorded(48, "10"), [flow(24, "-10")]) is None


@given(st.lists(amounts, min_size=2, max_size=8))
def test_gains_of_parts_add_up(worths: list[Decimal]) -> None:
    assert sum(gain(one, other, []) for one, other in pairwise(worths)) == gain(worths[0], worths[-1], [])
