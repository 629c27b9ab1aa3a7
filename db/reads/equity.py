"""Read the equity history of an account."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class EquityPoint:
    """The equity of an account at a moment. `net_value` is None if it was unknown."""

    at: datetime
    net_value: Decimal | None
    currency: str | None
    carried: bool  # some input was carried forward, so the value is older than `at`
    stated_before: bool  # from the exchange's own records, before the first refresh


def read_equity(
    connection: Connection, account_id: int, since: datetime, as_of: datetime, buckets: int
) -> tuple[EquityPoint, ...]:
    """At most `buckets` + 1 points in [since, as_of], oldest first: the last refresh of each bucket.

    Each point is one index look-up, so the cost depends on the number of points, not on the length of the history.
    A bucket without a refresh has no point, so gaps stay visible.
    """
    rows = connection.execute(
        text(_EQUITY), {"account_id": account_id, "since": since, "as_of": as_of, "buckets": buckets}
    )
    return tuple(EquityPoint(*row) for row in rows)


def read_first_at(connection: Connection, account_id: int) -> datetime | None:
    """The first moment with a known equity, None if there is none."""
    return connection.execute(text(_FIRST), {"account_id": account_id}).scalar()


_EQUITY = """
WITH stretch AS (
    SELECT CAST(:since AS timestamptz) + step * n AS begins, CAST(:since AS timestamptz) + step * (n + 1) AS ends
    FROM (SELECT (CAST(:as_of AS timestamptz) - CAST(:since AS timestamptz)) / CAST(:buckets AS integer) AS step) AS s,
         generate_series(0, CAST(:buckets AS integer)) AS n
)
SELECT seen.at, seen.net_value, seen.currency, seen.carried, seen.stated_before
FROM stretch
CROSS JOIN LATERAL (
    (
        SELECT taken_at AS at, net_value, currency,
               coalesce(carried ? 'balances'
                        OR (value_origin <> 'stated' AND carried ?| ARRAY['positions', 'prices']), false) AS carried,
               false AS stated_before
        FROM refresh
        WHERE account_id = :account_id
          AND taken_at >= stretch.begins AND taken_at < stretch.ends AND taken_at <= :as_of
        ORDER BY taken_at DESC
        LIMIT 1
    )
    UNION ALL
    (
        SELECT at, net_value, currency, false, true
        FROM stated_value
        WHERE account_id = :account_id AND at >= stretch.begins AND at < stretch.ends
          AND at < (SELECT min(taken_at) FROM refresh WHERE account_id = :account_id)
        ORDER BY at DESC
        LIMIT 1
    )
) AS seen
ORDER BY seen.at
"""

_FIRST = """
SELECT least(
    (SELECT min(taken_at) FROM refresh WHERE account_id = :account_id AND net_value IS NOT NULL),
    (SELECT min(at) FROM stated_value WHERE account_id = :account_id)
)
"""
