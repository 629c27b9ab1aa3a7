"""Calendar: the gain of each day and month as HTML. Pure."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape

from domain.performance import PeriodReturn, months_of
from domain.splits import weekdays_of
from pages.shared.formats import MASK, UNKNOWN, change_text, count_text, exactly, number_text
from pages.shared.view import View

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def calendar_html(days: Sequence[PeriodReturn], view: View) -> str:
    """The months, newest first, each with its total and a cell for each day, and the gain by weekday."""
    by_month: dict[tuple[int, int], list[PeriodReturn]] = {}
    for day in days:
        by_month.setdefault((day.day.year, day.day.month), []).append(day)
    totals = {(total.day.year, total.day.month): total for total in months_of(days)}
    months = (_month(totals[name], by_month[name], view) for name in sorted(by_month, reverse=True))
    return f'<div class="sf-calendar">{"".join(months)}{_weekdays(days, view)}</div>'


def _month(total: PeriodReturn, days: Sequence[PeriodReturn], view: View) -> str:
    heads = "".join(f"<i>{name}</i>" for name in WEEKDAYS)
    blanks = "<s></s>" * days[0].day.weekday()
    cells = "".join(_cell(day, view) for day in days)
    gain = view.money(total.gain, signed=True)
    return (
        f'<div class="month"><div class="head"><b>{total.day:%B %Y}</b>'
        f'<span style="{_ink(total.gain, view)}">{escape(gain)} · {escape(change_text(total.fraction))}</span></div>'
        f'<div class="days">{heads}{blanks}{cells}</div></div>'
    )


def _cell(day: PeriodReturn, view: View) -> str:
    gain = MASK if view.hide_amounts and day.gain is not None else _short(day.gain)
    title = (
        f"{day.day:%a} {day.day.day} {day.day:%b %Y}: {view.money(day.gain, signed=True)}, {change_text(day.fraction)}"
    )
    return (
        f'<span title="{escape(title)}"><em>{day.day.day}</em>'
        f'<b style="{_ink(day.gain, view)}">{escape(gain)}</b></span>'
    )


def _short(gain: Decimal | None) -> str:
    """A gain in at most five characters: +12, −340, +1.2k."""
    exact = exactly(gain)
    if exact is None:
        return UNKNOWN
    for size, unit in ((Decimal(1_000_000), "M"), (Decimal(1000), "k")):
        if abs(exact) >= size:
            scaled = exact / size
            return f"{number_text(scaled, signed=True, decimals=0 if abs(scaled) >= 10 else 1)}{unit}"
    return number_text(exact, signed=True, decimals=0 if abs(exact) >= 10 else 1)


def _ink(gain: Decimal | None, view: View) -> str:
    if not gain:
        return ""
    return f"color:{view.inks.gain if gain > 0 else view.inks.loss}"


def _weekdays(days: Iterable[PeriodReturn], view: View) -> str:
    """A card with the gain of each weekday over the period."""
    heads = "".join(f"<i>{name}</i>" for name in WEEKDAYS)
    cells = "".join(_weekday(gains, view) for gains in weekdays_of(days))
    return f'<div class="month"><div class="head"><b>By weekday</b></div><div class="days">{heads}{cells}</div></div>'


def _weekday(gains: Sequence[Decimal], view: View) -> str:
    gain = sum(gains, Decimal(0)) if gains else None
    title = f"{view.money(gain, signed=True)} on {count_text(len(gains), 'day')}"
    text = MASK if view.hide_amounts and gains else _short(gain)
    return f'<span title="{escape(title)}"><b style="{_ink(gain, view)}">{escape(text)}</b></span>'
