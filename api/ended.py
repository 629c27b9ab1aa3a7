"""Ended: the orders that left the open list and how each ended, as a response."""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from api.long_list import past_states_response
from api.orders import ORDER_FIELDS
from api.params import RequestScope, moment_of
from db.reads.ended_orders import EndedOrderRow, read_ended_orders
from domain.endings import Ending

FIELDS = ("account", "as_of", "since")
SPAN = timedelta(hours=24)
# The progress last seen is not the final one.
_LAST_SEEN = tuple(
    name for name in ORDER_FIELDS if name not in ("status", "filled", "remaining", "average_price", "value")
)
_OUTCOME_FIELDS = ("ending", "evidence", "gone_at", "ended_at", "filled", "average_price", "reason")


def read_ended_response(connection: Connection, scope: RequestScope) -> dict[str, Any]:
    """The orders that left the list since a moment, the last to end first. The default is one day ago."""
    given = scope.params.given
    since = moment_of("since", given["since"][0], scope.params.now) if "since" in given else scope.params.at - SPAN
    rows = [
        row
        for account in scope.accounts
        if account.id in scope.moments
        for row in read_ended_orders(connection, account, since, scope.moments[account.id])
    ]
    counts = Counter(row.outcome.ending for row in rows)
    return {
        "as_of": scope.params.at,
        "is_now": scope.params.as_of is None,
        "since": since,
        "summary": {"count": len(rows), "by_ending": {str(ending): counts[ending] for ending in Ending}},
        "orders": [_ended_response(row) for row in sorted(rows, key=lambda row: row.outcome.shown_at, reverse=True)],
        "accounts": [
            {
                "account": account.name,
                "exchange": account.exchange,
                "taken_at": scope.moments.get(account.id),
                "sources": past_states_response(connection, account, scope),
            }
            for account in scope.accounts
        ],
    }


def _ended_response(row: EndedOrderRow) -> dict[str, Any]:
    order = {name: getattr(row.order, name) for name in _LAST_SEEN}
    became = row.outcome.book_order_id or row.order.book_order_id
    return {**order, **{name: getattr(row.outcome, name) for name in _OUTCOME_FIELDS}, "book_order_id": became}
