"""Read the equity history of accounts: few points that keep every peak and trough."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, text

from db.reads.net_values import Place, place_parameters

# refresh_value_idx keeps the refreshes of each quarter of a day in order of net value.
QUARTER = timedelta(hours=6)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


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
    first, width = since, (as_of - since) / buckets
    is_long = width > QUARTER
    if is_long:  # whole quarters of a day
        first = since - (since - _EPOCH) % QUARTER
        width = -(-(as_of - first) // (buckets * QUARTER)) * QUARTER
    extremes = _EXTREMES_BY_QUARTER if is_long else _EXTREMES
    statement = _EQUITY.format(of_bucket=_OF_BUCKET, extremes=extremes)
    # One bucket more for a moment exactly at the end.
    parameters = {"account_id": account_id, "since": since, "as_of": as_of, "first": first, "width": width}
    count = (as_of - first) // width + 1
    return tuple(map(_point, connection.execute(text(statement), {**parameters, "buckets": count})))


def read_equity_at(connection: Connection, places: Iterable[Place]) -> Mapping[Place, EquityPoint]:
    """The last point of an account at or before each moment. Places before the first point are left out."""
    points: dict[Place, EquityPoint] = {}
    for parameters in place_parameters(places):
        points |= {(id_, at): _point(row) for id_, at, *row in connection.execute(text(_AT), parameters)}
    return points


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

# The bounds of each bucket, and the points to draw of it. The lowest and the highest come from an index that keeps each
# quarter of a day in order of net value. Over long times most rows of a quarter are not even looked at.
_EQUITY = f"""
WITH bucket AS MATERIALIZED (
    SELECT n AS bucket, begins AS starts, greatest(begins, CAST(:since AS timestamptz)) AS begins,
           begins + CAST(:width AS interval) AS ends
    FROM (SELECT n, CAST(:first AS timestamptz) + n * CAST(:width AS interval) AS begins
          FROM generate_series(0, CAST(:buckets AS integer) - 1) AS n) AS numbered
),
before AS MATERIALIZED (
    SELECT coalesce((SELECT min(taken_at) FROM refresh WHERE account_id = :account_id), 'infinity') AS first_refresh
),
chosen AS (
    SELECT bucket, seen.taken_at AS moment
    FROM bucket
    CROSS JOIN LATERAL (
        (SELECT taken_at FROM refresh WHERE {{of_bucket}} ORDER BY taken_at LIMIT 1)
        UNION ALL
        (SELECT taken_at FROM refresh WHERE {{of_bucket}} ORDER BY taken_at DESC LIMIT 1)
    ) AS seen
    UNION
    {{extremes}}
),
stated AS (
    SELECT bucket, stated_value.*
    FROM bucket CROSS JOIN before
    JOIN stated_value ON account_id = :account_id AND at >= begins AND at < ends AND at <= :as_of
                     AND at < first_refresh
)
SELECT {_OF_REFRESH}, bucket
FROM chosen JOIN refresh ON account_id = :account_id AND taken_at = moment
UNION ALL
SELECT {_OF_STATED}, bucket
FROM stated
WHERE at IN (SELECT unnest(ARRAY[min(at), max(at)]) FROM stated GROUP BY bucket)
   OR (bucket, at) IN (SELECT DISTINCT ON (bucket) bucket, at FROM stated ORDER BY bucket, net_value, at)
   OR (bucket, at) IN (SELECT DISTINCT ON (bucket) bucket, at FROM stated ORDER BY bucket, net_value DESC, at)
ORDER BY at
"""  # noqa: S608 - text from code
_OF_BUCKET = "account_id = :account_id AND taken_at >= begins AND taken_at < ends AND taken_at <= :as_of"
_EXTREMES = """
SELECT bucket, unnest(ARRAY[low_at, high_at])
FROM refresh_bucket_extremes(:account_id, :since, :as_of, :first, CAST(:width AS interval)) AS extremes
JOIN bucket ON bucket.starts = extremes.starts
"""
# The extremes of each quarter of a day by an index, then those of each bucket, which holds whole quarters.
_EXTREMES_BY_QUARTER = """
SELECT bucket, unnest(ARRAY[
    (array_agg(low_at ORDER BY low, low_at))[1], (array_agg(high_at ORDER BY high DESC, high_at DESC))[1]
])
FROM refresh_extremes(:account_id, :since, :as_of)
JOIN bucket ON starts = date_bin(CAST(:width AS interval), quarter, CAST(:first AS timestamptz))
GROUP BY bucket
"""

# A stated value counts before the first refresh only. LIMIT 1 ends a look-up at its refresh.
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
    LIMIT 1
) AS seen
"""  # noqa: S608 - text from code

_FIRST = """
SELECT least(
    (SELECT min(taken_at) FROM refresh WHERE account_id = :account_id AND net_value IS NOT NULL),
    (SELECT min(at) FROM stated_value WHERE account_id = :account_id)
)
"""
