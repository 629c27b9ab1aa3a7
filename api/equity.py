"""Equity: the net value of each account over time, as a response."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from api.questions import Scene
from db.reads.equity import read_equity

SPAN = timedelta(days=30)
POINTS = 200


def read_equity_answer(connection: Connection, scene: Scene) -> list[dict[str, Any]]:
    """At most POINTS + 1 points per account over the SPAN before the moment shown, in the account's own currency."""
    at = scene.question.at
    return [
        {
            "account": account.name,
            "points": [asdict(p) for p in read_equity(connection, account.id, at - SPAN, at, POINTS)],
        }
        for account in scene.accounts
    ]
