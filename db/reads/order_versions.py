"""Read the versions of one order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from db.records import ORDER_COLUMNS, order_from
from domain.orders import Order
from domain.snapshot import Account
from domain.sources import Source


@dataclass(frozen=True, slots=True)
class OrderVersion:
    """One state of an order, with its payload. `valid_to` is None for the current state."""

    valid_from: datetime
    valid_to: datetime | None
    order: Order


def read_order_versions(
    connection: Connection, account: Account, source: Source, key: str, as_of: datetime, limit: int = 200
) -> tuple[OrderVersion, ...]:
    """The newest `limit` versions of one order that began at or before `as_of`, oldest first.

    A version that ended after `as_of` counts as current.
    """
    rows = connection.execute(
        text(_VERSIONS), {"account_id": account.id, "source": str(source), "key": key, "as_of": as_of, "limit": limit}
    )
    newest_first = [
        OrderVersion(began, ended, order_from(row, account.name, account.exchange)) for began, ended, *row in rows
    ]
    return tuple(reversed(newest_first))


_VERSIONS = f"""
SELECT valid_from, CASE WHEN valid_to <= :as_of THEN valid_to END AS ended_at, {", ".join(ORDER_COLUMNS)}
FROM order_version
WHERE account_id = :account_id AND source = :source AND key = :key AND valid_from <= :as_of
ORDER BY valid_from DESC
LIMIT :limit
"""  # noqa: S608 - column names from code
