"""Risk: how far and how long net value fell, and how much it moves from day to day.

All figures rest on daily time-weighted returns, so that no deposit looks like a rise. A year has 365 days: coins trade
on all of them. The formulas are those of Sharpe (1994) and Sortino & Price (1994), with the sample standard deviation:

    volatility   standard deviation of daily returns x sqrt(365)
    Sharpe       (mean daily return - risk-free rate of a day) / standard deviation x sqrt(365)
    Sortino      the same, but only falls below the risk-free rate count in the deviation
    drawdown     value of the index / its highest value so far - 1
"""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class DayReturn:
    """The time-weighted return of one day, as a fraction. None is unknown."""

    day: date
    fraction: float | None


@dataclass(frozen=True, slots=True)
class Drawdown:
    """A fall from a peak. `depth` is a negative fraction. `recovered` is None while the peak is not reached again."""

    peak: date
    trough: date
    recovered: date | None
    depth: float


def index_of(days: Iterable[DayReturn]) -> list[tuple[date, float]]:
    """The growth of 1 over all days, at the end of each. A day without a known return stays level."""
    index, points = 1.0, []
    for day in days:
        index *= 1 + (day.fraction or 0.0)
        points.append((day.day, index))
    return points


def drawdowns(days: Sequence[DayReturn]) -> list[Drawdown]:
    """Every fall below an earlier peak, oldest first. The first peak is the start, the day before the first day."""
    falls: list[Drawdown] = []
    if not days:
        return falls
    peak_day, peak = date.fromordinal(days[0].day.toordinal() - 1), 1.0
    trough: tuple[date, float] | None = None
    for day, index in index_of(days):
        if index >= peak:
            if trough is not None:
                falls.append(Drawdown(peak_day, trough[0], day, trough[1] / peak - 1))
            peak_day, peak, trough = day, index, None
        elif trough is None or index < trough[1]:
            trough = (day, index)
    if trough is not None:
        falls.append(Drawdown(peak_day, trough[0], None, trough[1] / peak - 1))
    return falls


def volatility(days: Iterable[DayReturn]) -> float | None:
    """The yearly volatility. None of fewer than two days."""
    recorded = _known(days)
    return statistics.stdev(recorded) * math.sqrt(DAYS_A_YEAR) if len(recorded) > 1 else None


def sharpe(days: Iterable[DayReturn], risk_free: float = 0.0) -> float | None:
    """The yearly Sharpe ratio. `risk_free` is a yearly rate. None of fewer than two days, or without any movement."""
    recorded = _known(days)
    deviation = statistics.stdev(recorded) if len(recorded) > 1 else 0.0
    if not deviation:
        return None
    return (statistics.fmean(recorded) - _a_day(risk_free)) / deviation * math.sqrt(DAYS_A_YEAR)


def sortino(days: Iterable[DayReturn], risk_free: float = 0.0) -> float | None:
    """The yearly Sortino ratio, the risk-free rate as the target. None of fewer than two days, or without a fall."""
    recorded, target = _known(days), _a_day(risk_free)
    if len(recorded) < 2:
        return None
    falls = math.sqrt(statistics.fmean([min(fraction - target, 0.0) ** 2 for fraction in recorded]))
    if not falls:
        return None
    return (statistics.fmean(recorded) - target) / falls * math.sqrt(DAYS_A_YEAR)


def best_and_worst(days: Iterable[DayReturn]) -> tuple[DayReturn, DayReturn] | None:
    """The days of the highest and of the lowest return. None without any known day."""
    recorded = [day for day in days if day.fraction is not None]
    if not recorded:
        return None
    return max(recorded, key=_fraction), min(recorded, key=_fraction)


def _fraction(day: DayReturn) -> float:
    return day.fraction or 0.0


def _known(days: Iterable[DayReturn]) -> list[float]:
    return [day.fraction for day in days if day.fraction is not None]


def _a_day(yearly: float) -> float:
    return float((1 + yearly) ** (1 / DAYS_A_YEAR)) - 1
