"""Figures of Performance: growth beside its benchmarks, drawdown, and income by day. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from db.reads.daily_income import DailyIncome
from domain.benchmarks import HELD, Benchmark
from domain.money import is_money
from domain.performance import PeriodReturn, risk_days
from domain.periods import opened_after, start_of
from domain.risk import index_of
from pages.components.chart.model import Bars, Chart, Ink, Line, milliseconds
from pages.shared.theme import Inks

GROWTH_HEIGHT, DRAWDOWN_HEIGHT, INCOME_HEIGHT = 300, 180, 230
INCOMES = {
    "trade fees": "Trade fees",
    "transfer fees": "Transfer fees",
    "funding": "Funding",
    "interest": "Interest",
    "rebate": "Rebates",
}
_BENCHMARK_INKS = (Ink.SECOND, Ink.THIRD, Ink.FOURTH, Ink.FIFTH)
_INCOME_INKS = (Ink.MAIN, *_BENCHMARK_INKS)
_DAY = round(timedelta(days=1) / timedelta(milliseconds=1))


def growth_chart(
    moments: Sequence[datetime], days: Sequence[PeriodReturn], benchmarks: Sequence[Benchmark], zone: ZoneInfo
) -> Chart:
    """The time-weighted growth since the begin, and that of each benchmark."""
    lines = [_line("You", moments, _growth(days), Ink.MAIN)]
    for benchmark, ink in zip(benchmarks, _BENCHMARK_INKS, strict=False):
        name = "What I held then" if benchmark.name == HELD else benchmark.name
        lines.append(_line(name, benchmark.moments, benchmark.fractions, ink))
    return Chart(
        "Growth since the start in per cent, beside benchmarks",
        zone.key,
        GROWTH_HEIGHT,
        lines,
        is_percent=True,
        is_signed=True,
        has_zero=True,
        has_legend=True,
        has_ends=True,
    )


def _line(name: str, moments: Sequence[datetime], fractions: Sequence[Decimal | None], ink: Ink) -> Line:
    """A line over closing moments. Each stands at what follows it, such as midnight."""
    values = [None if fraction is None else float(fraction) for fraction in fractions]
    return Line(name, [milliseconds(opened_after(moment)) for moment in moments], values, ink)


def _growth(days: Sequence[PeriodReturn]) -> Sequence[Decimal | None]:
    """Unknown from the first unknown day on."""
    growth: Decimal | None = Decimal(1)
    points: list[Decimal | None] = [Decimal(0)]
    for day in days:
        growth = None if growth is None or day.fraction is None else growth * (1 + day.fraction)
        points.append(None if growth is None else growth - 1)
    return points


def drawdown_chart(days: Sequence[PeriodReturn], zone: ZoneInfo, inks: Inks) -> Chart:
    """How far each day ended below the highest day so far, as an area below zero. A day of unknown return is a gap."""
    highest = 1.0
    falls: list[float | None] = []
    for day, (_, index) in zip(days, index_of(risk_days(days)), strict=True):
        highest = max(highest, index)
        falls.append(None if day.fraction is None else index / highest - 1)
    return Chart(
        "Drawdown by day in per cent",
        zone.key,
        DRAWDOWN_HEIGHT,
        [Line("", [milliseconds(start_of(day.day, zone)) for day in days], falls, Ink.LOSS, is_area=True)],
        is_percent=True,
        is_daily=True,
        has_zero=True,
        has_ends=True,
        loss=inks.loss_bar,
    )


def income_chart(rows: Sequence[DailyIncome], currency: str, zone: ZoneInfo, hidden: bool) -> Chart:
    """Fees, funding, interest and rebates of each day, as stacked bars. Hidden amounts are scaled to a maximum of 1."""
    highest = max((abs(row.amount) for row in rows), default=Decimal(1)) or Decimal(1)
    amounts = {(row.day, row.kind): float(row.amount / highest if hidden else row.amount) for row in rows}
    days = sorted({row.day for row in rows})
    times = [milliseconds(start_of(day, zone)) for day in days]
    kinds = [
        Bars(name, times, [amounts.get((day, kind)) for day in days], _DAY, ink)
        for (kind, name), ink in zip(INCOMES.items(), _INCOME_INKS, strict=False)
        if any(row.kind == kind for row in rows)
    ]
    return Chart(
        f"Fees and funding in {currency}",
        zone.key,
        INCOME_HEIGHT,
        bars=kinds,
        unit="" if hidden else currency,
        decimals=_decimals(currency, highest),
        is_masked=hidden,
        is_signed=True,
        is_daily=True,
        has_zero=True,
        has_legend=True,
    )


def _decimals(currency: str, highest: Decimal) -> int:
    if not is_money(currency):
        return 8
    return 2 if highest >= 1 else 4
