"""Splits: the table of periods by account or by coin. Pure."""

from collections.abc import Mapping, Sequence
from decimal import localcontext

import pandas as pd

from domain.lots import EXACT
from domain.performance import PeriodReturn
from domain.splits import NO_COIN, SplitDays
from domain.sums import sum_if_known
from pages.performance.view import PERIODS, Grouping, grouped, period_names
from pages.shared.tables import Column, Kind, cells_of

# More columns than these are one, "Others".
MOST = 12
TOTAL, OTHERS = "Total", "Others"


def split_table(
    found: SplitDays, total: Sequence[PeriodReturn], currency: str, by: Grouping, hidden: bool
) -> tuple[pd.DataFrame, Sequence[Column]]:
    """The gain of each account or coin by period, newest first. The total is shown in its own currency only."""
    rows = {name: grouped(days, by) for name, days in _listed(found).items()}
    if found.currency == currency:
        rows = {TOTAL: grouped(total, by), **rows}
    period, *_ = PERIODS
    columns = [period, *(Column(name, Kind.GAIN) for name in rows)]
    frame: dict[str, object] = {period.name: period_names(grouped(total, by), by)}
    for column, of_name in zip(columns[1:], rows.values(), strict=True):
        frame[column.name] = cells_of(column, [row.gain for row in reversed(of_name)], found.currency, hidden=hidden)
    return pd.DataFrame(frame), columns


def _listed(found: SplitDays) -> Mapping[str, Sequence[PeriodReturn]]:
    """The names to show, with the smallest ones together if there are many."""
    names = [name for name in found.days if name != NO_COIN]
    first = names if len(names) <= MOST else names[: MOST - 1]
    listed = {name: found.days[name] for name in first}
    if len(first) < len(names):
        listed[OTHERS] = _together([found.days[name] for name in names[len(first) :]])
    if NO_COIN in found.days:
        listed[NO_COIN] = found.days[NO_COIN]
    return listed


def _together(rows: Sequence[Sequence[PeriodReturn]]) -> Sequence[PeriodReturn]:
    with localcontext(EXACT):
        return [
            PeriodReturn(of_day[0].day, sum_if_known(day.gain for day in of_day), None, None)
            for of_day in zip(*rows, strict=True)
        ]
