"""Read the equity history of accounts: few points that keep every peak and trough."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, text

from db.reads.net_values import Place


@dataclass(frozen=True, slots=True)
class EquityPoint:
    """The equity of an account at a moment. `net_value` is None if it was unknown."""

    at: datetime
    net_value: Decimal | None
    currency: str | None
    carried: bool  # some input was carried forward, so the value is older than `at`
    stated_before: bool  # from the exchange's own records, before the first refresh
    expected: timedelta | None = None  # the refresh interval of that time
    price_id: int | None = field(default=None, compare=False)  # the highest price that the refresh saw
    bucket: int | None = None  # the part of the time that it was chosen for


def read_equity(
    connection: Connection, account_id: int, since: datetime, as_of: datetime, buckets: int
) -> tuple[EquityPoint, ...]:
    """The points of [since, as_of] to draw, oldest first: of each bucket the first, lowest, highest and last refresh.

    A line through them covers the same pixels as one through all refreshes (Jugel et al. 2014, "M4"). A bucket without
    a refresh has no point, so gaps stay visible. A bucket in which the base currency changed has points of both.
    """
    if as_of <= since:
        return ()
    parameters = {"account_id": account_id, "since": since, "as_of": as_of, "buckets": buckets}
    return tuple(map(_point, connection.execute(text(_EQUITY), parameters)))


def read_equity_at(connection: Connection, places: Iterable[Place]) -> Mapping[Place, EquityPoint]:
    """The last point of an account at or before each moment. Places before the first point are left out."""
    pairs: Sequence[Place] = list(dict.fromkeys(places))
    if not pairs:
        return {}
    parameters = {"accounts": [id_ for id_, _ in pairs], "moments": [at for _, at in pairs]}
    return {(id_, at): _point(row) for id_, at, *row in connection.execute(text(_AT), parameters)}


def read_first_at(connection: Connection, account_id: int) -> datetime | None:
    """The first moment with a known equity, None if there is none."""
    return connection.execute(text(_FIRST), {"account_id": account_id}).scalar()


def _point(row: Iterable[object]) -> EquityPoint:
    at, net_value, currency, carried, stated_before, seconds, price_id, *rest = row
    expected = timedelta(seconds=seconds) if isinstance(seconds, int) else None
    bucket = rest[0] if rest else None
    return EquityPoint(at, net_value, currency, carried, stated_before, expected, price_id, bucket)  # type: ignore[arg-type]


_OF_REFRESH = """
taken_at AS at, net_value, currency,
coalesce(carried ? 'balances' OR (value_origin <> 'stated' AND carried ?| ARRAY['positions', 'prices']), false)
    AS carried,
false AS stated_before, expected_seconds, price_id
"""
_OF_STATED = "at, net_value, currency, false, true, NULL, NULL"

# The lowest and highest are found by comparing [value, time] as a whole, so that one pass over an index is enough.
_EQUITY = f"""
WITH seen AS (
    SELECT taken_at AS at, net_value, currency
    FROM refresh
    WHERE account_id = :account_id AND taken_at >= :since AND taken_at <= :as_of
    UNION ALL
    SELECT at, net_value, currency
    FROM stated_value
    WHERE account_id = :account_id AND at >= :since AND at <= :as_of
      AND at < coalesce((SELECT min(taken_at) FROM refresh WHERE account_id = :account_id), 'infinity')
),
placed AS (
    SELECT at, currency,
           CASE WHEN net_value IS NOT NULL
                THEN ARRAY[CAST(net_value AS float8), CAST(extract(epoch FROM at) AS float8)] END AS value_at,
           least(floor(extract(epoch FROM at - CAST(:since AS timestamptz)) * CAST(:buckets AS integer)
                       / extract(epoch FROM CAST(:as_of AS timestamptz) - CAST(:since AS timestamptz))),
                 CAST(:buckets AS integer) - 1) AS bucket
    FROM seen
),
chosen AS (
    SELECT DISTINCT
           unnest(ARRAY[
               min(at), max(at), to_timestamp((min(value_at))[2]), to_timestamp((max(value_at))[2])
           ]) AS moment,
           CAST(bucket AS integer) AS bucket
    FROM placed
    GROUP BY bucket, currency
)
SELECT {_OF_REFRESH}, bucket
FROM chosen JOIN refresh ON account_id = :account_id AND taken_at = moment
UNION ALL
SELECT {_OF_STATED}, bucket
FROM chosen JOIN stated_value ON account_id = :account_id AND at = moment
WHERE true
  AND at < coalesce((SELECT min(taken_at) FROM refresh WHERE account_id = :account_id), 'infinity')
ORDER BY at
"""  # noqa: S608 - text from code

_AT = f"""
SELECT place.account_id, place.at, seen.*
FROM unnest(CAST(:accounts AS integer[]), CAST(:moments AS timestamptz[])) AS place (account_id, at)
CROSS JOIN LATERAL (
    (
        SELECT {_OF_REFRESH}
        FROM refresh
        WHERE account_id = place.account_id AND taken_at <= place.at
        ORDER BY taken_at DESC
        LIMIT 1
    )
    UNION ALL
    (
        SELECT {_OF_STATED}
        FROM stated_value
        WHERE account_id = place.account_id AND stated_value.at <= place.at
          AND NOT EXISTS (SELECT FROM refresh WHERE account_id = place.account_id AND taken_at <= place.at)
        ORDER BY stated_value.at DESC
        LIMIT 1
    )
) AS seen
"""  # noqa: S608 - text from code

_FIRST = """
SELECT least(
    (SELECT min(taken_at) FROM refresh WHERE account_id = :account_id AND net_value IS NOT NULL),
    (SELECT min(at) FROM stated_value WHERE account_id = :account_id)
)
"""
