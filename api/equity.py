"""Equity: the net value of each account and of all together over time, as a response."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from api.params import RequestScope
from db.reads.curves import Curve, Sampled, read_curve, read_sampled

SPAN = timedelta(days=30)
POINTS = 200
_FIELDS = ("at", "net_value", "currency", "carried", "stated_before")


def read_points(connection: Connection, scope: RequestScope) -> Sampled:
    """At most POINTS points per account over the SPAN before the moment shown, in the account's own currency."""
    at = scope.params.at
    return read_sampled(connection, scope.accounts, at - SPAN, at, POINTS)


def equity_response(scope: RequestScope, sampled: Sampled) -> list[dict[str, Any]]:
    """The points of each account."""
    return [
        {
            "account": account.name,
            "points": [{name: getattr(point, name) for name in _FIELDS} for point in sampled[account.id]],
        }
        for account in scope.accounts
    ]


def read_curve_response(connection: Connection, scope: RequestScope, sampled: Sampled) -> dict[str, Any]:
    """The net value of all accounts together over the SPAN before the moment shown, in the currency of the request."""
    at = scope.params.at
    curve = read_curve(connection, scope.accounts, at - SPAN, at, POINTS, scope.currency, sampled)
    return {
        "currency": curve.currency,
        "points": [
            {"at": p.at, "net_value": p.value, "complete": p.is_whole, "in_transit": p.in_transit} for p in curve.points
        ],
        "base_changes": _base_changes(curve, scope),
    }


def _base_changes(curve: Curve, scope: RequestScope) -> list[dict[str, Any]]:
    names = {account.id: account.name for account in scope.accounts}
    return [
        {"account": names[c.account_id], "at": c.at, "before": c.before, "after": c.after} for c in curve.base_changes
    ]
