"""Figures of Performance: growth beside its benchmarks, drawdown, waterfall, and income by day. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from db.reads.daily_income import DailyIncome
from domain.benchmarks import HELD, Benchmark
from domain.performance import PeriodReturn, risk_days
from domain.periods import opened_after
from domain.risk import index_of
from pages.shared.charts import DrawnFigure, new_figure
from pages.shared.theme import ACCENT, NEUTRAL, SERIES, Inks

HEIGHT = 280
INCOMES = {"fees": "Fees", "funding": "Funding", "interest": "Interest", "rebate": "Rebates"}


def growth_figure(
    moments: Sequence[datetime], days: Sequence[PeriodReturn], benchmarks: Sequence[Benchmark], zone: ZoneInfo
) -> DrawnFigure:
    """The time-weighted growth since the begin in per cent, and that of each benchmark."""
    lines = [_line(_local(moments, zone), _growth(days), "You", ACCENT, 2.2)]
    for number, benchmark in enumerate(benchmarks):
        name = "What I held then" if benchmark.name == HELD else benchmark.name
        lines.append(_line(_local(benchmark.moments, zone), benchmark.fractions, name, SERIES[1 + number], 1.3))
    return new_figure(HEIGHT, lines, yaxis={"ticksuffix": " %", "tickformat": ",.1f"})


def _local(moments: Iterable[datetime], zone: ZoneInfo) -> Sequence[str]:
    """What follows closing moments, on the clock of the zone, as Plotly takes it."""
    return [opened_after(moment).astimezone(zone).replace(tzinfo=None).isoformat(" ") for moment in moments]


def _growth(days: Sequence[PeriodReturn]) -> Sequence[Decimal | None]:
    """Unknown from the first unknown day on."""
    growth: Decimal | None = Decimal(1)
    points: list[Decimal | None] = [Decimal(0)]
    for day in days:
        growth = None if growth is None or day.fraction is None else growth * (1 + day.fraction)
        points.append(None if growth is None else growth - 1)
    return points


def _line(
    x: Sequence[str], fractions: Sequence[Decimal | None], name: str, colour: str, width: float
) -> Mapping[str, object]:
    return {
        "type": "scatter",
        "x": x,
        "y": [None if fraction is None else float(fraction) * 100 for fraction in fractions],
        "name": name,
        "mode": "lines",
        "line": {"color": colour, "width": width},
        "connectgaps": False,
        "hovertemplate": "%{y:+,.2f} %",
    }


def drawdown_figure(days: Sequence[PeriodReturn], inks: Inks) -> DrawnFigure:
    """How far each day ended below the highest day so far, in per cent."""
    highest = 1.0
    falls: list[float] = []
    points = index_of(risk_days(days))
    for _, index in points:
        highest = max(highest, index)
        falls.append((index / highest - 1) * 100)
    line = {
        "type": "scatter",
        "x": [day.isoformat() for day, _ in points],
        "y": falls,
        "mode": "lines",
        "line": {"color": inks.loss_bar, "width": 1.4},
        "fill": "tozeroy",
        "hovertemplate": "%{y:,.2f} %<extra></extra>",
    }
    return new_figure(180, [line], showlegend=False, yaxis={"ticksuffix": " %", "tickformat": ",.1f"})


def waterfall_figure(lines: Sequence[tuple[str, Decimal]], inks: Inks, hidden: bool) -> DrawnFigure:
    """The lines of an attribution, one step each, and the change that they add up to."""
    scale = max((abs(amount) for _, amount in lines), default=Decimal(1)) or Decimal(1)
    values = [float(amount / scale if hidden else amount) for _, amount in lines]
    steps = {
        "type": "waterfall",
        "x": [*(name for name, _ in lines), "Change"],
        "y": [*values, 0.0],
        "measure": [*("relative" for _ in lines), "total"],
        "increasing": {"marker": {"color": inks.gain_bar}},
        "decreasing": {"marker": {"color": inks.loss_bar}},
        "totals": {"marker": {"color": NEUTRAL}},
        "connector": {"line": {"color": NEUTRAL, "width": 1}},
        "hovertemplate": "••••<extra></extra>" if hidden else "%{x}: %{delta:+,.2f}<extra></extra>",
    }
    return new_figure(320, [steps], showlegend=False, yaxis={"showticklabels": not hidden})


def income_figure(rows: Sequence[DailyIncome], currency: str, hidden: bool) -> DrawnFigure:
    """Fees, funding, interest and rebates of each day, as stacked bars."""
    highest = max((abs(row.amount) for row in rows), default=Decimal(1)) or Decimal(1)
    bars = []
    for number, (kind, name) in enumerate(INCOMES.items()):
        amounts = {row.day.isoformat(): row.amount for row in rows if row.kind == kind}
        if amounts:
            bar = {
                "type": "bar",
                "x": list(amounts),
                "y": [float(amount / highest if hidden else amount) for amount in amounts.values()],
                "name": name,
                "marker": {"color": SERIES[number]},
                "hovertemplate": "••••" if hidden else f"%{{y:+,.2f}} {currency}",
            }
            bars.append(bar)
    return new_figure(220, bars, barmode="relative", yaxis={"showticklabels": not hidden})
