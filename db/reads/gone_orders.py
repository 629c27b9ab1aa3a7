"""Which orders left the open list without anybody knowing yet how they ended, and what is known about them?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from db.past_records import FILL_COLUMNS, OUTCOME_COLUMNS, fill_from, outcome_from
from db.records import ORDER_COLUMNS, order_from
from domain.endings import Outcome
from domain.fills import Fill
from domain.orders import Order
from domain.snapshot import Account


@dataclass(frozen=True, slots=True)
class Gone:
    """An order that left the open list: what was last seen of it, by which refresh, and which one first missed it."""

    order: Order
    gone_at: datetime
    seen_at: datetime | None


def read_gone(connection: Connection, account: Account, since: datetime, limit: int) -> tuple[Gone, ...]:
    """The orders that left since `since` and whose ending is not known, the latest first; their payloads left out."""
    rows = connection.execute(text(_GONE), {"account_id": account.id, "since": since, "limit": limit})
    return tuple(
        Gone(order_from(row, account.name, account.exchange), gone_at, seen_at) for gone_at, seen_at, *row in rows
    )


def read_siblings(
    connection: Connection, account: Account, groups: Collection[str], since: datetime
) -> tuple[tuple[Order, Outcome], ...]:
    """The orders of these groups that left since `since` and whose outcome is known, each with it."""
    rows = connection.execute(text(_SIBLINGS), {"account_id": account.id, "groups": list(groups), "since": since})
    width = len(OUTCOME_COLUMNS)
    return tuple(
        (order_from(row[width:], account.name, account.exchange), outcome_from(row[:width], account.name))
        for row in map(list, rows)
    )


def read_fills_of(connection: Connection, account: Account, order_ids: Collection[str]) -> tuple[Fill, ...]:
    """The executions of these orders of the book, oldest first; their payloads left out."""
    rows = connection.execute(text(_FILLS), {"account_id": account.id, "order_ids": list(order_ids)})
    return tuple(fill_from(row, account.name, account.exchange) for row in rows)


_ORDER = ", ".join("NULL AS raw" if column == "raw" else f"last.{column}" for column in ORDER_COLUMNS)

_LAST = f"""
    SELECT DISTINCT ON (source, key) valid_to, {", ".join(ORDER_COLUMNS)}
    FROM order_version
    WHERE account_id = :account_id AND valid_to <> 'infinity' AND valid_to > :since
"""  # noqa: S608 - column names from code

_GONE = f"""
WITH last AS ({_LAST} ORDER BY source, key, valid_to DESC)
SELECT last.valid_to,
       (SELECT max(taken_at) FROM refresh WHERE account_id = :account_id AND taken_at < last.valid_to),
       {_ORDER}
FROM last
WHERE NOT EXISTS (
        SELECT FROM order_version AS standing
        WHERE standing.account_id = :account_id AND standing.source = last.source AND standing.key = last.key
          AND standing.valid_to = 'infinity'
    )
  AND NOT EXISTS (
        SELECT FROM order_outcome AS outcome
        WHERE outcome.account_id = :account_id AND outcome.source = last.source AND outcome.key = last.key
          AND outcome.gone_at >= last.valid_to
    )
ORDER BY last.valid_to DESC, last.source, last.key
LIMIT :limit
"""  # noqa: S608 - column names from code

_SIBLINGS = f"""
WITH last AS ({_LAST} AND group_id = ANY (:groups) ORDER BY source, key, valid_to DESC)
SELECT {", ".join(f"outcome.{column}" for column in OUTCOME_COLUMNS)}, {_ORDER}
FROM last
JOIN order_outcome AS outcome
    ON outcome.account_id = :account_id AND outcome.source = last.source AND outcome.key = last.key
"""  # noqa: S608 - column names from code

_FILLS = f"""
SELECT {", ".join("NULL AS raw" if column == "raw" else column for column in FILL_COLUMNS)}
FROM fill
WHERE account_id = :account_id AND order_id = ANY (:order_ids)
ORDER BY at, key
"""  # noqa: S608 - column names from code
