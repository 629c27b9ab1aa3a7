"""View: the figures, tables and texts of Performance. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

import pandas as pd

from db.reads.performance import Performance
from domain.attribution import Attribution, Line, PriceEffect
from domain.benchmarks import HELD, Benchmark
from domain.performance import PeriodReturn, chained, duration_of, full_days, months_of, risk_days, weeks_of, years_of
from domain.periods import opened_after
from domain.prices import assumed_words
from domain.risk import Drawdown, best_and_worst, drawdowns, sharpe, sortino, volatility
from pages.shared.formats import (
    UNKNOWN,
    change_text,
    count_text,
    day_text,
    moment_text,
    money_text,
    number_text,
    percent_text,
)
from pages.shared.period import first_value_words
from pages.shared.sums import sum_amount_text, with_rounding
from pages.shared.tables import Column, Kind, cells_of, spaced
from pages.shared.view import View
from pages.shared.widgets_html import Kpi

ESTIMATED = "≈ "
FULL_DAY = "from midnight to midnight"


class Grouping(StrEnum):
    """How long the periods of the table are."""

    DAY = "Day"
    WEEK = "Week"
    MONTH = "Month"
    YEAR = "Year"


PERIODS = (
    Column("Period", Kind.MOMENT, "Its first day, in your zone. Weeks begin on Monday", pinned=True),
    Column("Gain", Kind.GAIN, "Money gained, deposits and withdrawals apart"),
    Column("Return", Kind.CHANGE, "Time-weighted. ≈: no value was recorded near some deposit or withdrawal"),
    Column("Flows", Kind.GAIN, "Deposits less withdrawals, each at its own moment"),
)
COINS = (
    Column("Coin", Kind.TEXT, pinned=True),
    Column(
        "Price effect",
        Kind.GAIN,
        "What its prices did to net value. Trade fees have a line of their own above",
        label="Price effect before fees",
    ),
    Column(
        "Realised", Kind.GAIN, "The part that was realised. Trades shows it after fees", label="Realised before fees"
    ),
    Column("Known cost", Kind.GAIN, "Coins of known cost: realised and the change of the open gain"),
    Column("Unknown cost", Kind.GAIN, "Other coins and money: quantity × move of the price"),
    Column("Rows", Kind.LINK, "The fills of the coin", label="", format="Show fills"),
)
LINES: Mapping[Line, str] = {
    Line.PRICES: "Prices",
    Line.CONTRACTS: "Contracts",
    Line.FUNDING: "Funding",
    Line.INTEREST: "Interest",
    Line.REBATES: "Rebates",
    Line.FLOWS: "Deposits and withdrawals",
    Line.OTHER: "Other",
    Line.CURRENCY: "Exchange rates",
}
TRADE_FEES, TRANSFER_FEES = (
    "Trade fees",
    "Transfer fees",
)  # the two parts of Line.FEES, as Trades and Cash flow have them
CHANGE = "Change of net value"  # the sum of the lines
ATTRIBUTION = (
    Column("Line", Kind.TEXT, pinned=True),
    Column("Amount", Kind.GAIN, "In the base currency, each amount at the value of its own moment"),
    Column("Rows", Kind.LINK, "The fills or transfers behind the line", label="", format="Show rows"),
)


def kpis_of(performance: Performance, view: View, risk_free: float = 0.0) -> Sequence[Kpi]:
    """The headline figures of the period. `risk_free` is the yearly rate as a fraction."""
    return tuple(_kpis_of(performance, view, risk_free))


def _kpis_of(performance: Performance, view: View, risk_free: float) -> Iterator[Kpi]:
    total = chained(performance.days)
    why = performance.span.why or "Some day has no known value"
    yield Kpi(
        "Gain",
        view.money(total.gain, signed=True),
        note="" if not total.flows else f"without {view.money(total.flows, signed=True)} of flows",
        why="End less begin less deposits and withdrawals" if total.gain is not None else why,
    )
    yield Kpi(
        "Time-weighted return",
        _return_text(total),
        why="The growth between flows, chained" if total.fraction is not None else why,
    )
    rate = performance.money_weighted
    yield Kpi(
        "Money-weighted return",
        percent_text(rate, signed=True),
        why="The rate over the period at which begin and flows grow to the end" if rate is not None else why,
    )
    yield from _risk_kpis(performance, risk_free)
    yield from _best_and_worst_kpis(performance)


def _best_and_worst_kpis(performance: Performance) -> Iterator[Kpi]:
    best_worst = best_and_worst(full_days(performance.days))
    for number, label in enumerate(("Best day", "Worst day")):
        if best_worst is None:
            yield Kpi(label, UNKNOWN, why=f"No known day {FULL_DAY}")
        else:
            day = best_worst[number]
            yield Kpi(label, percent_text(day.fraction, signed=True), note=day_text(day.day), why=f"Of days {FULL_DAY}")


def _risk_kpis(performance: Performance, risk_free: float) -> Iterator[Kpi]:
    returns, comparable = risk_days(performance.days), full_days(performance.days)
    deepest = deepest_of(drawdowns(returns))
    if deepest is None:
        yield Kpi("Deepest drawdown", "none" if any(day.fraction is not None for day in returns) else UNKNOWN)
    else:
        lasted = duration_of(deepest, performance.days, performance.moments)
        end = "not recovered yet" if deepest.recovered is None else f"recovered {day_text(deepest.recovered)}"
        yield Kpi(
            "Deepest drawdown",
            percent_text(round(deepest.depth, 9)),
            note=f"{_lasted_words(lasted)} · {end}",
        )
    too_few = f"Fewer than two known days {FULL_DAY}"
    deviation = volatility(comparable)
    why = too_few if deviation is None else f"Of days {FULL_DAY}, over a year of 365 days"
    yield Kpi("Volatility", percent_text(deviation), why=why)
    why = f"Over a year of 365 days, with a risk-free rate of {percent_text(risk_free)}"
    for label, ratio, missing in (
        ("Sharpe", sharpe(comparable, risk_free), "No day differs from another"),
        ("Sortino", sortino(comparable, risk_free), "No day was below the risk-free rate"),
    ):
        reason = too_few if deviation is None else missing if ratio is None else why
        yield Kpi(label, number_text(ratio, decimals=2), why=reason)


def _lasted_words(lasted: timedelta) -> str:
    """Hours below two days, else days, rounded."""
    hours = round(lasted / timedelta(hours=1))
    if hours < 48:
        return count_text(hours, "hour") if hours else "less than an hour"
    return count_text(round(lasted / timedelta(days=1)), "day")


def deepest_of(falls: Iterable[Drawdown]) -> Drawdown | None:
    """The drawdown that fell furthest."""
    return min(falls, key=lambda fall: fall.depth, default=None)


def benchmark_kpis(benchmarks: Iterable[Benchmark], total: Decimal | None) -> Iterator[Kpi]:
    """The growth of each benchmark over the period, and how the time-weighted return compares."""
    for benchmark in benchmarks:
        name = "What I held then" if benchmark.name == HELD else f"{benchmark.name} held"
        recorded = benchmark.fraction
        ahead = None if recorded is None or total is None else total - recorded
        note = "" if ahead is None else _ahead_words(ahead)
        why = (
            "No price is known at the start or the end. Candles of the past may still be on their way"
            if recorded is None
            else "Growth since the start without a trade"
        )
        yield Kpi(name, percent_text(recorded, signed=True), note=note, why=why)


def _ahead_words(ahead: Decimal) -> str:
    """The distance to a benchmark in points of per cent: "6.28 points behind"."""
    points = number_text(abs(ahead) * 100, decimals=2)
    if not round(ahead, 4):
        return "level with it"
    return f"{points} points {'behind' if ahead < 0 else 'ahead'}"


def grouped(days: Sequence[PeriodReturn], by: Grouping) -> Sequence[PeriodReturn]:
    """The days as periods of a length, oldest first."""
    match by:
        case Grouping.WEEK:
            return weeks_of(days)
        case Grouping.MONTH:
            return months_of(days)
        case Grouping.YEAR:
            return years_of(days)
    return days


def periods_frame(days: Sequence[PeriodReturn], by: Grouping, currency: str, hidden: bool) -> pd.DataFrame:
    """The periods of the table, newest first."""
    periods = grouped(days, by)
    rows = list(reversed(periods))
    period, gain, fraction, flows = PERIODS
    return pd.DataFrame(
        {
            period.name: period_names(periods, by),
            gain.name: cells_of(gain, [row.gain for row in rows], currency, hidden=hidden),
            fraction.name: [_return_text(row) for row in rows],
            flows.name: cells_of(flows, [row.flows for row in rows], currency, hidden=hidden),
        }
    )


def period_names(periods: Sequence[PeriodReturn], by: Grouping) -> Sequence[str]:
    """The names of periods in the table, newest first."""
    formats = {Grouping.MONTH: "%b %Y", Grouping.YEAR: "%Y"}
    days = [period.day for period in reversed(periods)]
    return [f"{day:{formats[by]}}" if by in formats else day_text(day) for day in days]


def _return_text(period: PeriodReturn) -> str:
    text = change_text(period.fraction)
    return f"{ESTIMATED}{text}" if period.is_estimated and period.fraction is not None else text


def lines_of(attribution: Attribution) -> Sequence[tuple[str, Decimal]]:
    """The lines that are not zero, fees in their two parts, and the rest."""
    lines = [(name, attribution.lines.get(line, Decimal(0))) for line, name in LINES.items()]
    before = list(LINES).index(Line.FLOWS)
    lines[before:before] = [(TRADE_FEES, attribution.trade_fees), (TRANSFER_FEES, attribution.transfer_fees)]
    return [*((name, amount) for name, amount in lines if amount), ("Rest", attribution.rest)]


def attribution_frame(attribution: Attribution, links: Mapping[str, str], currency: str, hidden: bool) -> pd.DataFrame:
    """The lines as a table, with the change that they add up to. `links` lead to the rows behind a line."""
    rows = [*with_rounding(lines_of(attribution), currency), (CHANGE, attribution.change)]
    line, amount, leads_to = ATTRIBUTION
    return pd.DataFrame(
        {
            line.name: [name for name, _ in rows],
            amount.name: spaced([sum_amount_text(value, currency, hidden=hidden) for _, value in rows]),
            leads_to.name: [links.get(name) for name, _ in rows],
        }
    )


def coins_frame(attribution: Attribution, links: Mapping[str, str], currency: str, hidden: bool) -> pd.DataFrame:
    """The price effect of each coin, the largest first. `links` lead to its rows."""
    effects = sorted(attribution.effects, key=_size, reverse=True)
    values: Mapping[str, Sequence[Decimal | None]] = {
        "Price effect": [effect.total for effect in effects],
        "Realised": [effect.realised for effect in effects],
        "Known cost": [effect.known for effect in effects],
        "Unknown cost": [effect.unknown for effect in effects],
    }
    frame: dict[str, object] = {"Coin": [effect.asset for effect in effects]}
    for column in COINS:
        if column.name in values:
            frame[column.name] = cells_of(column, values[column.name], currency, hidden=hidden)
    frame["Rows"] = [links.get(effect.asset) for effect in effects]
    return pd.DataFrame(frame)


def _size(effect: PriceEffect) -> tuple[bool, Decimal]:
    return effect.total is not None, abs(effect.total or Decimal(0))


def period_words(performance: Performance, zone: ZoneInfo) -> str:
    """The period, an older first value, why flows are not known, and the dollar coins that values and flows assume."""
    begin, span = opened_after(performance.since), performance.span
    words = [f"{moment_text(begin, zone)} to {moment_text(performance.until, zone)}"]
    first = first_value_words(begin, span.seen_at.get(performance.since, begin), zone)
    reasons = (first, span.why, assumed_words(span.assumed))
    words += [reason[:1].upper() + reason[1:] for reason in reasons if reason]
    return ". ".join(words) + "."


def assumed_rows_words(rows: int) -> str:
    """How many rows count a dollar coin as one dollar, as a sentence. "" without any."""
    if not rows:
        return ""
    counted = "1 row counts" if rows == 1 else f"{rows:,} rows count"
    return f"{counted} a dollar coin as 1 USD, because no price of that time is known."


def contracts_words(attribution: Attribution, currency: str, view: View) -> str:
    """The gain of each contract, as a sentence. "" without any."""
    parts = [
        f"{symbol} {money_text(gain, currency, signed=True, hidden=view.hide_amounts)}"
        for symbol, gain in sorted(attribution.contracts.items())
        if gain
    ]
    return f"Contracts: {', '.join(parts)}." if parts else ""
