"""Read orders that left the open list, and how they ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from db.ended_orders import HAS_ENDED, RETURNED
from db.history_records import OUTCOME_COLUMNS, outcome_from
from db.records import ORDER_COLUMNS, order_from
from domain.endings import Ending, Outcome
from domain.orders import Order
from domain.outcomes import why_gone
from domain.snapshot import Account


@dataclass(frozen=True, slots=True)
class GoneOrder:
    """The last state of an order, and the refresh that first missed it."""

    order: Order
    gone_at: datetime


@dataclass(frozen=True, slots=True)
class EndedOrderRow:
    """The last state of an order without its payload, and its outcome. The ending is GONE while unknown."""

    order: Order
    outcome: Outcome


def read_gone_orders(
    connection: Connection, account: Account, since: datetime, limit: int, skip: int = 0
) -> tuple[GoneOrder, ...]:
    """The newest `limit` orders that left after `since`, did not come back and have no outcome. Skips `skip`.

    With payloads, because the request for an order may need fields of its payload.
    """
    rows = connection.execute(
        text(_GONE.format(columns=ended_columns(raw=True))),
        {"account_id": account.id, "since": since, "limit": limit, "skip": skip},
    )
    return tuple(GoneOrder(order_from(row, account.name, account.exchange), at) for at, *row in rows)


def read_ended_orders(
    connection: Connection, account: Account, since: datetime, as_of: datetime
) -> tuple[EndedOrderRow, ...]:
    """Orders that left in (since, as_of] and were not open at `as_of`, the last to end first.

    Outcomes are those known now, even if they became known after `as_of`. An order that came back is left out. If it
    left again, the last outcome counts.
    """
    rows = connection.execute(
        text(_ENDINGS.format(columns=ended_columns())),
        {"account_id": account.id, "since": since, "as_of": as_of},
    )
    return tuple(ended_from(row, account) for row in rows)


def ended_columns(*, raw: bool = False) -> str:
    """The columns of an order from rows of `ended`, with its payload if asked."""
    return ", ".join(f"ended.{column}" if raw or column != "raw" else "NULL AS raw" for column in ORDER_COLUMNS)


def ended_from(row: Any, account: Account) -> EndedOrderRow:
    """An ended order from its `valid_to`, its columns without payload, and those of its outcome."""
    gone_at, *values = row
    width = len(ORDER_COLUMNS)
    order = order_from(values[:width], account.name, account.exchange)
    outcome = values[width:]
    if outcome[OUTCOME_COLUMNS.index("ending")] is None:
        gone = Outcome(account.name, order.source, order.key, Ending.GONE, gone_at, reason=why_gone(order))
        return EndedOrderRow(order, gone)
    return EndedOrderRow(order, outcome_from(outcome, account.name))


# The sums of hours say when the gone orders of a page were missed, so neither explained nor skipped orders are read.
# An outcome counts only for its own gone_at.
_GONE = f"""
WITH hour AS MATERIALIZED (
    SELECT begins, before
    FROM (
        SELECT since AS begins, sum(gone) OVER newest AS until, sum(gone) OVER newest - gone AS before
        FROM ended_sum
        WHERE account_id = :account_id AND symbol = '' AND unit = 'hour' AND gone > 0
          AND since > CAST(:since AS timestamptz) - interval '1 hour'
        WINDOW newest AS (ORDER BY since DESC)
    ) AS summed
    WHERE until > :skip AND before < :skip + :limit
)
SELECT ended.valid_to, {{columns}}
FROM hour
CROSS JOIN LATERAL (
    SELECT *
    FROM order_version AS ended
    WHERE ended.account_id = :account_id AND ended.valid_to > :since
      AND ended.valid_to >= hour.begins AND ended.valid_to < hour.begins + interval '1 hour' AND {HAS_ENDED}
      AND (
          SELECT true FROM order_outcome AS known
          WHERE known.account_id = ended.account_id AND known.source = ended.source AND known.key = ended.key
            AND known.gone_at = ended.valid_to
          LIMIT 1
      ) IS NULL
    OFFSET 0
) AS ended
ORDER BY ended.valid_to DESC, ended.source, ended.key
LIMIT :limit OFFSET :skip - (SELECT min(before) FROM hour)
"""  # noqa: S608 - code alone

_ENDINGS = f"""
SELECT ended.valid_to, {{columns}}, {", ".join(f"known.{column}" for column in OUTCOME_COLUMNS)}
FROM order_version AS ended
LEFT JOIN order_outcome AS known
  ON known.account_id = ended.account_id AND known.source = ended.source AND known.key = ended.key
 AND known.gone_at = ended.valid_to
WHERE ended.account_id = :account_id AND ended.valid_to > :since AND ended.valid_to <= :as_of
  AND ended.valid_to <> 'infinity'
  AND NOT EXISTS (
      SELECT FROM order_version AS later
      WHERE later.account_id = ended.account_id AND later.source = ended.source AND later.key = ended.key
        AND later.valid_from >= ended.valid_to AND later.valid_from <= :as_of
  )
  AND ({RETURNED} AND returned.back_at <= :as_of
      LIMIT 1
  ) IS NULL
ORDER BY coalesce(known.ended_at, ended.valid_to) DESC, ended.source, ended.key
"""  # noqa: S608 - column names from code
