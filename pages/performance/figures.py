"""Figures of Performance: growth beside its benchmarks, drawdown, waterfall, and income by day. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import plotly.graph_objects as go

from db.reads.daily_income import DailyIncome
from domain.benchmarks import HELD, Benchmark
from domain.performance import PeriodReturn, risk_days
from domain.risk import index_of
from pages.shared.charts import new_figure
from pages.shared.theme import ACCENT, NEUTRAL, SERIES, Inks

HEIGHT = 280
INCOMES = {"fees": "Fees", "funding": "Funding", "interest": "Interest", "rebate": "Rebates"}


def growth_figure(
    moments: Sequence[datetime], days: Sequence[PeriodReturn], benchmarks: Sequence[Benchmark], zone: ZoneInfo
) -> go.Figure:
    """The time-weighted growth since the begin in per cent, and that of each benchmark."""
    figure = new_figure(HEIGHT)
    x = [moment.astimezone(zone).replace(tzinfo=None) for moment in moments]
    figure.add_trace(_line(x, _growth(days), "You", ACCENT, 2.2))
    for number, benchmark in enumerate(benchmarks):
        name = "What I held then" if benchmark.name == HELD else benchmark.name
        at = [moment.astimezone(zone).replace(tzinfo=None) for moment in benchmark.moments]
        figure.add_trace(_line(at, benchmark.fractions, name, SERIES[1 + number], 1.3))
    figure.update_yaxes(ticksuffix=" %", tickformat=",.1f")
    return figure


def _growth(days: Sequence[PeriodReturn]) -> Sequence[Decimal | None]:
    """Unknown from the first unknown day on."""
    growth: Decimal | None = Decimal(1)
    points: list[Decimal | None] = [Decimal(0)]
    for day in days:
        growth = None if growth is None or day.fraction is None else growth * (1 + day.fraction)
        points.append(None if growth is None else growth - 1)
    return points


def _line(
    x: Sequence[datetime], fractions: Sequence[Decimal | None], name: str, colour: str, width: float
) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=[None if fraction is None else float(fraction) * 100 for fraction in fractions],
        name=name,
        mode="lines",
        line={"color": colour, "width": width},
        connectgaps=False,
        hovertemplate="%{y:+,.2f} %",
    )


def drawdown_figure(days: Sequence[PeriodReturn], inks: Inks) -> go.Figure:
    """How far each day ended below the highest day so far, in per cent."""
    figure, highest = new_figure(180, showlegend=False), 1.0
    falls: list[float] = []
    points = index_of(risk_days(days))
    for _, index in points:
        highest = max(highest, index)
        falls.append((index / highest - 1) * 100)
    figure.add_trace(
        go.Scatter(
            x=[day for day, _ in points],
            y=falls,
            mode="lines",
            line={"color": inks.loss_bar, "width": 1.4},
            fill="tozeroy",
            hovertemplate="%{y:,.2f} %<extra></extra>",
        )
    )
    figure.update_yaxes(ticksuffix=" %", tickformat=",.1f")
    return figure


def waterfall_figure(lines: Sequence[tuple[str, Decimal]], inks: Inks, hidden: bool) -> go.Figure:
    """The lines of an attribution, one step each, and the change that they add up to."""
    figure = new_figure(320, showlegend=False)
    scale = max((abs(amount) for _, amount in lines), default=Decimal(1)) or Decimal(1)
    values = [float(amount / scale if hidden else amount) for _, amount in lines]
    figure.add_trace(
        go.Waterfall(
            x=[*(name for name, _ in lines), "Change"],
            y=[*values, 0.0],
            measure=[*("relative" for _ in lines), "total"],
            increasing={"marker": {"color": inks.gain_bar}},
            decreasing={"marker": {"color": inks.loss_bar}},
            totals={"marker": {"color": NEUTRAL}},
            connector={"line": {"color": NEUTRAL, "width": 1}},
            hovertemplate="••••<extra></extra>" if hidden else "%{x}: %{delta:+,.2f}<extra></extra>",
        )
    )
    figure.update_yaxes(showticklabels=not hidden)
    return figure


def income_figure(rows: Sequence[DailyIncome], currency: str, hidden: bool) -> go.Figure:
    """Fees, funding, interest and rebates of each day, as stacked bars."""
    figure = new_figure(220, barmode="relative")
    highest = max((abs(row.amount) for row in rows), default=Decimal(1)) or Decimal(1)
    for number, (kind, name) in enumerate(INCOMES.items()):
        amounts: dict[date, Decimal] = {row.day: row.amount for row in rows if row.kind == kind}
        if amounts:
            figure.add_trace(
                go.Bar(
                    x=list(amounts),
                    y=[float(amount / highest if hidden else amount) for amount in amounts.values()],
                    name=name,
                    marker={"color": SERIES[number]},
                    hovertemplate="••••" if hidden else f"%{{y:+,.2f}} {currency}",
                )
            )
    figure.update_yaxes(showticklabels=not hidden)
    return figure
