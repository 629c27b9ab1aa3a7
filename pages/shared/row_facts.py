"""Row facts: the facts that an opened fill and an opened transfer have in common. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from db.reads.own_values import OwnValue
from domain.moment_rates import RateSource
from pages.shared.formats import UNKNOWN, age_text, moment_text, money_text, utc_text
from pages.shared.view import View

Facts = Sequence[tuple[str, str]]


def time_facts(moment: datetime, view: View, at: datetime) -> Facts:
    """The moment of a row in the viewer's zone with its age, and in UTC."""
    return (
        ("Time", f"{moment_text(moment, view.zone)}, {age_text(max(at - moment, timedelta()))} ago"),
        ("UTC", utc_text(moment)),
    )


def value_facts(value: OwnValue | None, view: View, *, signed: bool = False) -> Facts:
    """What a row and its fee were worth at the moment of the row. It says how the rate was found if it is not exact."""
    if value is None:
        return (("Value then", f"{UNKNOWN} being worked out"),)
    in_dollars = view.currency == "USD"
    worth, fee = (value.value_usd, value.fee_usd) if in_dollars else (value.value, value.fee)
    currency = view.currency if in_dollars else value.currency
    facts = [("Value then", _amount(worth, currency, value, view, signed=signed))]
    if fee:
        facts.append(("Fee then", _amount(fee, currency, value, view, signed=False)))
    return facts


def _amount(amount: Decimal | None, currency: str, value: OwnValue, view: View, *, signed: bool) -> str:
    if amount is None:
        return f"{UNKNOWN} no price of that time is known"
    return money_text(amount, currency, signed=signed, hidden=view.hide_amounts) + _doubt(value, view)


def _doubt(value: OwnValue, view: View) -> str:
    if value.source is RateSource.ASSUMED:
        return ", assumed: dollar coins count as 1 USD, no price of that time is known"
    if value.source is RateSource.NEAR and value.rate_at is not None:
        return f", by the price of {moment_text(value.rate_at, view.zone)}"
    return ""
