"""Calendar: the gain of each day and month as HTML. Pure."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape

from domain.performance import PeriodReturn, chained, months_of
from domain.splits import weekdays_of
from pages.shared.formats import MASK, UNKNOWN, change_text, count_text, exactly, number_text, percent_text
from pages.shared.view import View

# A day's gain in these currencies has too many digits for a cell, which has the return instead.
_AS_RETURN = frozenset({"BTC"})
_MOST_CHARACTERS = 5  # of a cell in the usual type
_LONGEST = 7  # characters that a cell has room for on a phone
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
        f'<div class="month"><div class="head"><b>{total.day:%b %Y}</b>'
        f'<span style="{_ink(total.gain, view)}">{escape(gain)} · {escape(change_text(total.fraction))}</span></div>'
        f'<div class="days">{heads}{blanks}{cells}</div></div>'
    )


def _cell(day: PeriodReturn, view: View) -> str:
    title = (
        f"{day.day:%a} {day.day.day} {day.day:%b %Y}: {view.money(day.gain, signed=True)}, {change_text(day.fraction)}"
    )
    return f'<span title="{escape(title)}"><em>{day.day.day}</em>{_amount(day.gain, day.fraction, view)}</span>'


def _amount(gain: Decimal | None, fraction: Decimal | None, view: View) -> str:
    """A gain in its colour, or the return if the gain has too many digits."""
    text = MASK if view.hide_amounts and gain is not None else _short(gain)
    if fraction is not None and (view.currency in _AS_RETURN or len(text) > _LONGEST):
        text = percent_text(fraction, signed=True).replace(" ", "")
    long = ' class="long"' if len(text) > _MOST_CHARACTERS else ""
    return f'<b{long} style="{_ink(gain, view)}">{escape(text)}</b>'


def _short(gain: Decimal | None) -> str:
    """A gain in few characters, and never zero unless it is: +12, −340, +1.2k, +0.040, +0.001."""
    exact = exactly(gain)
    if exact is None or not exact:
        return UNKNOWN if exact is None else "0"
    for size, unit in ((Decimal(1_000_000), "M"), (Decimal(1000), "k")):
        if abs(exact) >= size:
            scaled = exact / size
            return f"{number_text(scaled, signed=True, decimals=0 if abs(scaled) >= 10 else 1)}{unit}"
    if abs(exact) < 1:  # two digits that count, or one of a tiny amount
        place = exact.adjusted()
        return number_text(exact, signed=True, decimals=max(2, 1 - place) if place > -3 else -place)
    return number_text(exact, signed=True, decimals=0 if abs(exact) >= 10 else 1)


def _ink(gain: Decimal | None, view: View) -> str:
    if not gain:
        return ""
    return f"color:{view.inks.gain if gain > 0 else view.inks.loss}"


def _weekdays(days: Sequence[PeriodReturn], view: View) -> str:
    """A card with the gain of each weekday over the period."""
    heads = "".join(f"<i>{name}</i>" for name in WEEKDAYS)
    returns = [_return_of(number, days) for number in range(7)]
    cells = "".join(_weekday(*weekday, view) for weekday in zip(weekdays_of(days), returns, strict=True))
    return f'<div class="month"><div class="head"><b>By weekday</b></div><div class="days">{heads}{cells}</div></div>'


def _return_of(weekday: int, days: Iterable[PeriodReturn]) -> Decimal | None:
    """The chained return of the days of known gain. None if any of them is unknown."""
    alike = [day for day in days if day.day.weekday() == weekday and day.gain is not None]
    return chained(alike).fraction if alike else None


def _weekday(gains: Sequence[Decimal], fraction: Decimal | None, view: View) -> str:
    gain = sum(gains, Decimal(0)) if gains else None
    title = f"{view.money(gain, signed=True)} on {count_text(len(gains), 'day')}"
    return f'<span title="{escape(title)}">{_amount(gain, fraction, view)}</span>'
