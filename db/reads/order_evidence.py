"""Read evidence about orders that left the open list: their fills, their siblings, and the refresh before."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from db.history_records import FILL_COLUMNS, OUTCOME_COLUMNS, fill_from, outcome_from
from db.records import ORDER_COLUMNS, order_from
from domain.endings import Outcome
from domain.fills import Fill
from domain.orders import Order
from domain.snapshot import Account


def read_refresh_before(connection: Connection, account_id: int, at: datetime) -> datetime | None:
    """The time of the last refresh before a moment, None if there was none."""
    return connection.execute(
        text("SELECT max(taken_at) FROM refresh WHERE account_id = :account_id AND taken_at < :at"),
        {"account_id": account_id, "at": at},
    ).scalar()


def read_siblings(
    connection: Connection, account: Account, groups: Collection[str], since: datetime
) -> tuple[tuple[Order, Outcome], ...]:
    """Orders of these groups that left after `since`, with their known outcomes, without payloads.

    If an order came back and left again, the outcome of the first time does not count.
    """
    rows = connection.execute(text(_SIBLINGS), {"account_id": account.id, "groups": list(groups), "since": since})
    return tuple(_ended(row, account) for row in rows)


def _ended(row: Any, account: Account) -> tuple[Order, Outcome]:
    values, width = list(row), len(OUTCOME_COLUMNS)
    return (
        order_from(values[width:], account.name, account.exchange),
        outcome_from(values[:width], account.name),
    )


def read_ended_with_fills(
    connection: Connection, account: Account, since: datetime, limit: int
) -> tuple[tuple[Order, Outcome], ...]:
    """The newest `limit` orders that left after `since` and have fills, but an outcome without evidence from fills.

    Without payloads.
    """
    rows = connection.execute(text(_ENDED_WITH_FILLS), {"account_id": account.id, "since": since, "limit": limit})
    return tuple(_ended(row, account) for row in rows)


def read_first_seen_orders(
    connection: Connection, account: Account, symbols: Collection[str], since: datetime, until: datetime
) -> tuple[tuple[Order, datetime], ...]:
    """Orders first seen in [since, until], each with its first state and that time, without payloads.

    `symbols` are the exchange's names of the markets.
    """
    parameters = {"account_id": account.id, "symbols": list(symbols), "since": since, "until": until}
    rows = connection.execute(text(_FIRST_SEEN), parameters)
    return tuple((order_from(row, account.name, account.exchange), at) for at, *row in rows)


def read_fills_of(connection: Connection, account: Account, order_ids: Collection[str]) -> tuple[Fill, ...]:
    """The fills of these orders, oldest first, without payloads."""
    rows = connection.execute(text(_FILLS), {"account_id": account.id, "order_ids": list(order_ids)})
    return tuple(fill_from(row, account.name, account.exchange) for row in rows)


_OUTCOME_AND_ORDER = f"""{", ".join(f"outcome.{column}" for column in OUTCOME_COLUMNS)},
       {", ".join("NULL AS raw" if column == "raw" else f"last.{column}" for column in ORDER_COLUMNS)}"""

_SIBLINGS = f"""
WITH last AS (
    SELECT DISTINCT ON (source, key) valid_to, {", ".join(ORDER_COLUMNS)}
    FROM order_version
    WHERE account_id = :account_id AND valid_to <> 'infinity' AND valid_to > :since AND group_id = ANY (:groups)
    ORDER BY source, key, valid_to DESC
)
SELECT {_OUTCOME_AND_ORDER}
FROM last
JOIN order_outcome AS outcome
    ON outcome.account_id = :account_id AND outcome.source = last.source AND outcome.key = last.key
   AND outcome.gone_at = last.valid_to
"""  # noqa: S608 - column names from code

_ENDED_WITH_FILLS = f"""
SELECT {_OUTCOME_AND_ORDER}
FROM order_outcome AS outcome
JOIN order_version AS last
    ON last.account_id = outcome.account_id AND last.source = outcome.source AND last.key = outcome.key
   AND last.valid_to = outcome.gone_at
WHERE outcome.account_id = :account_id AND outcome.gone_at > :since AND outcome.evidence <> 'fills'
  AND EXISTS (
      SELECT FROM fill
      WHERE fill.account_id = outcome.account_id AND fill.symbol = last.symbol
        AND fill.order_id = coalesce(outcome.book_order_id, last.book_order_id, last.order_id)
  )
ORDER BY outcome.gone_at DESC, outcome.source, outcome.key
LIMIT :limit
"""  # noqa: S608 - column names from code

_FIRST_SEEN = f"""
SELECT began.valid_from,
       {", ".join("NULL AS raw" if column == "raw" else f"began.{column}" for column in ORDER_COLUMNS)}
FROM order_versions_during(:account_id, tstzrange(:since, :until, '[]')) AS began
WHERE began.valid_from BETWEEN :since AND :until
  AND began.exchange_symbol = ANY (:symbols)
  AND NOT EXISTS (
      SELECT FROM order_version AS before
      WHERE before.account_id = began.account_id AND before.source = began.source AND before.key = began.key
        AND before.valid_from < began.valid_from
  )
ORDER BY began.valid_from, began.source, began.key
"""  # noqa: S608 - column names from code

_FILLS = f"""
SELECT {", ".join("NULL AS raw" if column == "raw" else column for column in FILL_COLUMNS)}
FROM fill
WHERE account_id = :account_id AND order_id = ANY (:order_ids)
ORDER BY at, key
"""  # noqa: S608 - column names from code
