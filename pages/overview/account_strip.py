"""Account strip: value, today, covered share and age of each account, if several are shown. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html import escape

from domain.change import NetValueChange
from pages.overview.targets import account_target
from pages.shared.formats import NOT_KNOWN, change_text, percent_text, utc_text
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
    covered = f"{percent_text(row.covered, decimals=0)} covered"
    is_now = view.as_of is None
    age = "not seen yet" if row.as_of is None else f"{age_html(row.as_of, at, is_now)} old"
    return (
        f'<div role="listitem"><b>{escape(row.name)}</b><span class="value">{escape(view.money(row.value))}</span>'
        f"{_today_html(row.today, view)}<span>{escape(covered)}</span>"
        f'<span class="age" title="{escape(utc_text(row.as_of))}">{age}</span>'
        f"{lead_html(f'Show {row.name} alone', account_target(row.name, view))}</div>"
    )


def _today_html(today: NetValueChange | None, view: View) -> str:
    """The change of today, or one dash with the reason on hover."""
    if today is None or today.amount is None:
        why = f' title="Not known: {escape(today.why)}"' if today is not None else ""
        return f"<span{why}><i>today</i> {NOT_KNOWN}</span>"
    ink = view.inks.gain if today.amount > 0 else view.inks.loss if today.amount < 0 else ""
    colour = f' style="color:{ink}"' if ink else ""
    words = f"{view.money(today.amount, signed=True)} {change_text(today.fraction)}"
    return f"<span{colour}><i>today</i> {escape(words)}</span>"
