"""Warnings: what makes the net value of an account doubtful, as readiness and monitoring tell it."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from api.questions import Scene
from db.reads.refreshes import read_refresh
from domain.valuation import Valuation

Worths = Mapping[str, Valuation]  # by account name


def read_worths(connection: Connection, scene: Scene) -> Worths:
    """The valuation of each account's latest refresh; none of an account without one."""
    found: dict[str, Valuation] = {}
    for account in scene.accounts:
        if (taken_at := scene.moments.get(account.id)) is not None:
            refresh, _ = read_refresh(connection, account.id, taken_at)
            if refresh.valuation is not None:
                found[account.name] = refresh.valuation
    return found


def warnings_of(worths: Worths) -> Iterator[str]:
    """One line a doubt, without amounts: readiness answers everybody."""
    for name, valuation in worths.items():
        if (gap := valuation.gap) is not None:
            yield f"{name}: the net value that the exchange states is {gap.share:.1%} away from the computed one"
        if count := len(valuation.left_out):
            yield f"{name}: the net value leaves out {count} position{'' if count == 1 else 's'}"


def worth_answer(valuation: Valuation | None) -> dict[str, Any] | None:
    """How far the computed net value of an account can be trusted; None while it is not known."""
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
