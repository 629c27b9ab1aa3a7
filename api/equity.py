"""Equity: the net value of each account over time, as a response."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from api.params import RequestScope
from db.reads.equity import read_equity

SPAN = timedelta(days=30)
POINTS = 200


def read_equity_response(connection: Connection, scope: RequestScope) -> list[dict[str, Any]]:
    """At most POINTS + 1 points per account over the SPAN before the moment shown, in the account's own currency."""
    at = scope.params.at
    return [
        {
            "account": account.name,
            "points": [asdict(p) for p in read_equity(connection, account.id, at - SPAN, at, POINTS)],
        }
        for account in scope.accounts
    ]
