"""Warnings: doubts about the net value of an account, for readiness and monitoring."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from api.params import RequestScope
from db.reads.refreshes import read_all_refreshes
from domain.valuation import Valuation

Worths = Mapping[str, Valuation]  # by account name


def read_worths(connection: Connection, scope: RequestScope) -> Worths:
    """The valuation of each account's latest refresh. Accounts without one are left out."""
    places = [(account.id, scope.moments[account.id]) for account in scope.accounts if account.id in scope.moments]
    refreshes = read_all_refreshes(connection, places)
    return {
        account.name: valuation
        for account in scope.accounts
        if account.id in refreshes and (valuation := refreshes[account.id][0].valuation) is not None
    }


def warnings_of(worths: Worths) -> Iterator[str]:
    """One line per doubt, without amounts, because readiness is open to everyone."""
    for name, valuation in worths.items():
        if (gap := valuation.gap) is not None:
            percent = f"{gap.share * 100:.1f} %"
            yield f"{name}: the net value that the exchange states is {percent} away from the computed one"
        if count := len(valuation.left_out):
            yield f"{name}: the net value leaves out {count} position{'' if count == 1 else 's'}"


def worth_response(valuation: Valuation | None) -> dict[str, Any] | None:
    """The stated and the computed net value of an account, and their difference. None if unknown."""
    if valuation is None:
        return None
    gap = valuation.gap
    return {
        "currency": valuation.currency,
        "stated_value": valuation.stated,
        "computed_value": valuation.computed_value,
        "difference": valuation.difference,
        "is_gap": gap is not None,
        "unpriced": valuation.unpriced,
        "left_out": valuation.left_out,
        "assumed": valuation.assumed,
    }
