"""Corrections: what came to be known of months and years after they were over. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pandas as pd

from domain.period_close import (
    FRACTION,
    ChangedFigure,
    PeriodCorrection,
    PeriodFigures,
    PeriodKind,
    RecordedPeriod,
    cause_of,
)
from pages.components.table.model import Place
from pages.shared.formats import MASK, UNKNOWN, change_text, count_text, day_text, moment_text, money_text
from pages.shared.tables import Column, Kind
from pages.shared.view import View

CARD = "Period and account"
CORRECTIONS = (
    Column("Period", Kind.TEXT, "A calendar month or year, by days of UTC", pinned=True),
    Column("Account", Kind.TEXT),
    Column("Figure", Kind.TEXT, place=Place.TITLE),
    Column("Recorded", Kind.TEXT, "A day after the period was over"),
    Column(
        "Corrected by", Kind.TEXT, "Recorded and all corrections together are the figure as it is known now",
        place=Place.LEAD,
    ),
    Column("Now", Kind.TEXT, "After this correction"),
    Column("Known", Kind.TEXT, "When the change came to be known"),
    Column("Why", Kind.TEXT, place=Place.NOTE),
    Column(CARD, Kind.TEXT, "For a narrow screen", place=Place.FIGURE),
)  # fmt: skip
# A phone shows the narrow column.
ON_A_DESK = tuple(column.name for column in CORRECTIONS if column.name != CARD)
IN_UTC = (
    "Recorded months and years are cut in UTC, once for all viewers. The table of returns is cut in your zone, so its "
    "months may differ by the hours between."
)
FIGURES = {"fees": "All fees", "rest": "Rest", FRACTION: "Return", "flows": "Deposits and withdrawals"}


def corrections_frame(periods: Iterable[RecordedPeriod], names: Mapping[int, str], view: View) -> pd.DataFrame:
    """A row for each figure that a correction changed, the newest correction first."""
    changes = [
        (period, correction, figure)
        for period in periods
        for correction in period.corrections
        for figure in correction.changed
    ]
    changes.sort(key=lambda row: row[1].known_at, reverse=True)
    rows = [_row(period, correction, figure, names, view) for period, correction, figure in changes]
    return pd.DataFrame(rows, columns=[column.name for column in CORRECTIONS])


def _row(
    period: RecordedPeriod, correction: PeriodCorrection, figure: ChangedFigure, names: Mapping[int, str], view: View
) -> Sequence[str]:
    def text(amount: Decimal | None) -> str:
        if figure.name == FRACTION:
            return change_text(amount)
        if amount is None:
            return UNKNOWN
        return MASK if view.hide_amounts else money_text(amount, period.currency, signed=True)

    return (
        period.name,
        names.get(period.account_id, ""),
        FIGURES.get(figure.name, figure.name.capitalize()),
        text(period.figures.amounts.get(figure.name)),
        text(figure.difference),
        text(figure.now),
        moment_text(correction.known_at, view.zone),
        correction.cause,
        f"{period.name} · {names.get(period.account_id, '')}",
    )


@dataclass(frozen=True, slots=True)
class DayOfCorrections:
    """The corrections that came to be known on one day of the viewer."""

    day: date
    periods: tuple[RecordedPeriod, ...]  # each with the corrections of this day alone

    def words(self, view: View) -> str:
        """The day with the number of its corrections and their net effect.

        A year contains its months, so it counts only if none of them was corrected.
        """
        effects: dict[str, Decimal | None] = {}
        for period in self.periods:
            if period.kind is PeriodKind.YEAR and any(_is_month_of(period, other) for other in self.periods):
                continue
            for figure in (figure for correction in period.corrections for figure in _gain(correction)):
                before, difference = effects.get(period.currency, Decimal(0)), figure.difference
                is_known = before is not None and difference is not None
                effects[period.currency] = (before or Decimal(0)) + (difference or Decimal(0)) if is_known else None
        amounts = [
            UNKNOWN if amount is None else money_text(amount, currency, signed=True, hidden=view.hide_amounts)
            for currency, amount in effects.items()
        ]
        count = count_text(sum(len(period.corrections) for period in self.periods), "correction")
        return f"{day_text(self.day)}: {count}, gain {' and '.join(amounts) or 'unchanged'}"


def _is_month_of(year: RecordedPeriod, other: RecordedPeriod) -> bool:
    is_within = year.since <= other.since < year.until
    return other.kind is PeriodKind.MONTH and other.account_id == year.account_id and is_within


def corrections_by_day(periods: Iterable[RecordedPeriod], view: View) -> Sequence[DayOfCorrections]:
    """The corrections of these periods by the day when they came to be known, the newest day first."""
    days: dict[date, list[RecordedPeriod]] = {}
    for period in periods:
        of_period: dict[date, list[PeriodCorrection]] = {}
        for correction in period.corrections:
            of_period.setdefault(correction.known_at.astimezone(view.zone).date(), []).append(correction)
        for day, corrections in of_period.items():
            days.setdefault(day, []).append(replace(period, corrections=tuple(corrections)))
    return [DayOfCorrections(day, tuple(days[day])) for day in sorted(days, reverse=True)]


def corrected_words(periods: Iterable[RecordedPeriod], names: Mapping[int, str], view: View) -> Iterable[str]:
    """A sentence for all corrections of a period with one cause: when they came to be known, by how much, and why."""
    for period in periods:
        alike: dict[tuple[object, ...], list[PeriodCorrection]] = {}
        for correction in period.corrections:
            was, now = correction.was, correction.now
            is_late = now.fills > was.fills, now.transfers > was.transfers
            cause = "" if any(is_late) else correction.cause
            key = was.is_half_open == now.is_half_open, *is_late, bool(_gain(correction)), cause
            alike.setdefault(key, []).append(correction)
        for corrections in alike.values():
            yield _sentence(period, sorted(corrections, key=lambda row: row.known_at), names, view)


def _sentence(
    period: RecordedPeriod, corrections: Sequence[PeriodCorrection], names: Mapping[int, str], view: View
) -> str:
    newest = corrections[-1]
    gains = [figure for correction in corrections for figure in _gain(correction)]
    amounts = [figure.difference for figure in gains if figure.difference is not None]
    by = f" by {_money(sum(amounts, Decimal(0)), period, view)}" if amounts and len(amounts) == len(gains) else ""
    what = "gain" if gains else "where it came from"
    when = moment_text(newest.known_at, view.zone)
    times = f"{len(corrections)} times, the last one on {when}, together" if len(corrections) > 1 else f"on {when}"
    if not by:
        times = times.removesuffix(", together")
    return f"{period.name} of {names.get(period.account_id, '')}: {what} corrected {times}{by}: {_cause(corrections)}."


def _cause(corrections: Sequence[PeriodCorrection]) -> str:
    """The cause of corrections that are alike, with their late fills and transfers added up."""
    fills = sum(correction.now.fills - correction.was.fills for correction in corrections)
    transfers = sum(correction.now.transfers - correction.was.transfers for correction in corrections)
    if len(corrections) == 1 or (fills <= 0 and transfers <= 0):
        return corrections[0].cause
    return cause_of(PeriodFigures({}, 0, 0), PeriodFigures({}, fills, transfers))


def _gain(correction: PeriodCorrection) -> Sequence[ChangedFigure]:
    return [figure for figure in correction.changed if figure.name == "gain"]


def _money(amount: Decimal, period: RecordedPeriod, view: View) -> str:
    return money_text(amount, period.currency, signed=True, hidden=view.hide_amounts)
