"""Account strip: value, today, covered share and age of each account, if several are shown. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html import escape

from domain.change import NetValueChange
from pages.overview.targets import account_target
from pages.shared.formats import UNKNOWN, change_text, percent_text, utc_text
from pages.shared.view import View
from pages.shared.widgets_html import age_html, lead_html


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """The figures of one account. None is unknown. `as_of` is the moment of its balances."""

    name: str
    value: Decimal | None
    today: NetValueChange | None
    covered: Decimal | None
    as_of: datetime | None


def strip_html(rows: Iterable[AccountFigures], at: datetime, view: View) -> str:
    """One line per account. Each leads to that account alone."""
    return '<div class="sf-strip" role="list">' + "".join(_row(row, at, view) for row in rows) + "</div>"


def _row(row: AccountFigures, at: datetime, view: View) -> str:
    today, colour = UNKNOWN, ""
    if row.today is not None and row.today.amount is not None:
        amount = row.today.amount
        today = f"{view.money(amount, signed=True)} {change_text(row.today.fraction)}"
        ink = view.inks.gain if amount > 0 else view.inks.loss if amount < 0 else ""
        colour = f' style="color:{ink}"' if ink else ""
    covered = UNKNOWN if row.covered is None else f"{percent_text(row.covered, decimals=0)} covered"
    is_now = view.as_of is None
    age = "not seen yet" if row.as_of is None else f"{age_html(row.as_of, at, is_now)} old"
    return (
        f'<div role="listitem"><b>{escape(row.name)}</b><span class="value">{escape(view.money(row.value))}</span>'
        f"<span{colour}><i>today</i> {escape(today)}</span><span>{escape(covered)}</span>"
        f'<span class="age" title="{escape(utc_text(row.as_of))}">{age}</span>'
        f"{lead_html(f'Show {row.name} alone', account_target(row.name, view))}</div>"
    )
