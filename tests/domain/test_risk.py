"""Risk, against examples that can be worked out by hand."""

import math
from datetime import date, timedelta

import pytest

from domain.risk import DayReturn, best_and_worst, drawdowns, index_of, sharpe, sortino, volatility

FIRST = date(2026, 1, 1)


def days(*fractions: float | None) -> list[DayReturn]:
    return [DayReturn(FIRST + timedelta(days=n), fraction) for n, fraction in enumerate(fractions)]


def on(number: int) -> date:
    return FIRST + timedelta(days=number)


def test_a_drawdown_lasts_from_its_peak_until_the_peak_is_reached_again() -> None:
    """1 -> 1.1 -> 0.88 -> 0.99 -> 1.1: 20 % below the peak, recovered three days later."""
    (fall,) = drawdowns(days(0.1, -0.2, 0.125, 1 / 9 + 1e-12))
    assert (fall.peak, fall.trough, fall.recovered) == (on(0), on(1), on(3))
    assert fall.depth == pytest.approx(-0.2)


def test_a_drawdown_that_still_lasts_has_no_end() -> None:
    fall = drawdowns(days(-0.5, 0.1))[-1]
    assert (fall.peak, fall.recovered) == (on(-1), None)
    assert fall.depth == pytest.approx(-0.5)


def test_a_day_of_unknown_return_stays_level() -> None:
    assert [index for _, index in index_of(days(0.5, None, -0.5))] == pytest.approx([1.5, 1.5, 0.75])


def test_volatility_is_the_sample_deviation_of_a_year() -> None:
    """The deviation of 0.01 and 0.03 is 0.02 / sqrt(2)."""
    assert volatility(days(0.01, 0.03)) == pytest.approx(0.02 / math.sqrt(2) * math.sqrt(365))
    assert volatility(days(0.01)) is None


def test_sharpe_is_the_mean_in_deviations() -> None:
    assert sharpe(days(0.01, 0.03)) == pytest.approx(0.02 / (0.02 / math.sqrt(2)) * math.sqrt(365))
    assert sharpe(days(0.01, 0.01)) is None
    assert sharpe(days(0.01, 0.03), risk_free=1.02**365 - 1) == pytest.approx(0.0, abs=1e-9)


def test_sortino_counts_falls_alone() -> None:
    """Falls of 0.02 in one of four days: sqrt(0.0004 / 4) = 0.01. The mean of the days is 0.01."""
    assert sortino(days(0.01, -0.02, 0.03, 0.02)) == pytest.approx(0.01 / 0.01 * math.sqrt(365))
    assert sortino(days(0.01, 0.02)) is None


def test_the_best_and_the_worst_day() -> None:
    found = best_and_worst(days(0.01, None, -0.02))
    assert found is not None
    assert [day.day for day in found] == [on(0), on(2)]
    assert best_and_worst(days(None)) is None
