"""Drawdown, volatility, Sharpe and Sortino ratios, as published by Quantopian (empyrical) and Portfolio Performance.

empyrical counts 252 days a year, and coins trade on 365. So its yearly figures are multiplied by sqrt(365 / 252).
"""

import math
from datetime import date, timedelta

import pytest

from domain.risk import DayReturn, drawdowns, sharpe, sortino, volatility

OF_365 = math.sqrt(365 / 252)
FIRST = date(2015, 1, 1)

BENCHMARK = (0, 1, 0, 1, 0, 1, 0, 1, 0)
POSITIVE = (1, 2, 1, 1, 1, 1, 1, 1, 1)
NEGATIVE = (0, -6, -7, -1, -9, -2, -6, -8, -5)
MIXED = (None, 1, 10, -4, 2, 3, 2, 1, -10)
ONE = (-0.171614, 1.322056, 3.063862, -1.422057, -0.489779, 1.268925, -3.357711, 1.797036)
TWO = (1.846232, 0.793951, -1.448395, 0.422537, -0.339611, 3.756813, 1.51531, 3.549769)

Percents = tuple[float | None, ...]


def days(percents: Percents) -> list[DayReturn]:
    return [
        DayReturn(FIRST + timedelta(days=n), None if percent is None else percent / 100)
        for n, percent in enumerate(percents)
    ]


def deepest(percents: Percents) -> float:
    return min((fall.depth for fall in drawdowns(days(percents))), default=0.0)


DRAWDOWNS: list[tuple[str, Percents, float]] = [
    ("empyrical, one return", (1,), 0.0),
    ("empyrical, benchmark", BENCHMARK, 0.0),
    ("empyrical, mixed", MIXED, -0.1),
    ("empyrical, positive", POSITIVE, 0.0),
    ("empyrical, negative", NEGATIVE, -0.36590730349873601),
    ("empyrical, 10, -10, 10", (10, -10, 10), -0.10),
    ("captaincalculator.com, 75,000 to 50,000", (-100 / 3,), -0.333),
    ("calculator.academy, 500,000 to 300,000", (-40,), -0.40),
    ("Portfolio Performance, RiskTest: 2, 2, 0.5", (0, -75, 300, 0, 50), -0.75),
]


@pytest.mark.parametrize(("source", "percents", "depth"), DRAWDOWNS)
def test_the_deepest_drawdown_is_that_of_the_source(source: str, percents: Percents, depth: float) -> None:
    assert deepest(percents) == pytest.approx(depth, abs=1e-8 if depth != -0.333 else 5e-4)


SHARPE: list[tuple[str, Percents, float]] = [
    ("mixed", MIXED, 1.7238613961706866),
    ("positive", POSITIVE, 52.915026221291804),
    ("negative", NEGATIVE, -24.406808633910085),
]


@pytest.mark.parametrize(("name", "percents", "ratio"), SHARPE)
def test_sharpe_is_that_of_empyrical(name: str, percents: Percents, ratio: float) -> None:
    assert sharpe(days(percents)) == pytest.approx(ratio * OF_365, rel=1e-8)


SORTINO: list[tuple[str, Percents, float]] = [
    ("mixed", MIXED, 2.605531251673693),
    ("negative", NEGATIVE, -13.532743075043401),
    ("one", ONE, 3.0639640966566306),
    ("two", TWO, 38.090963117002495),
]


@pytest.mark.parametrize(("name", "percents", "ratio"), SORTINO)
def test_sortino_is_that_of_empyrical(name: str, percents: Percents, ratio: float) -> None:
    assert sortino(days(percents)) == pytest.approx(ratio * OF_365, rel=1e-8)


def test_without_a_fall_or_with_one_return_there_is_no_ratio() -> None:
    """empyrical has an infinite Sortino ratio for returns without a fall, and none for one return."""
    assert sortino(days(POSITIVE)) is sortino(days(BENCHMARK)) is None
    assert sharpe(days((1,))) is sortino(days((1,))) is volatility(days((1,))) is None


def test_volatility_is_that_of_empyrical() -> None:
    assert volatility(days(MIXED)) == pytest.approx(0.9136465399704637 * OF_365, rel=1e-8)
    assert volatility(days((1,) * 1000)) == pytest.approx(0.0, abs=1e-8)


def test_portfolio_performance_volatility_of_six_returns() -> None:
    """RiskTest, from a spreadsheet: 0.017736692475 over the six days. It takes logarithms of the returns."""
    returns = (0.005, -1 / 300, -0.005, 0.01, 0.01, -0.005)
    found = volatility(days(tuple(math.log1p(fraction) * 100 for fraction in returns)))
    assert found == pytest.approx(0.017736692475 / math.sqrt(6) * math.sqrt(365), abs=1e-10)
