"""Thin out one day of the past: delete points that no figure rests on. Versions, fills and transfers always stay.

These refreshes of each account stay:

- the first of each step of time, also the first with a value of its own (one that was not carried forward)
- of each quarter of a day, and between day starts, the first, last, lowest and highest: the points of curves
- the ones before and after each flow and each day start of the configured zones: the values that returns rest on
- the ones before and after a change of the base currency
- the last ones before the points of curves of the other accounts, because a curve adds all accounts up at each point

A refresh that stays stands for `step`, so its expected interval is at least that. The prices and marks that a
remaining refresh names stay with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, text

from db.reads.accounts import VENUE
from db.reads.flows import read_flows
from db.reads.net_values import IS_OWN_VALUE
from domain.retention import DAY, day_starts, segments_of
from domain.snapshot import Account
from domain.transfer_matches import LONGEST_WAY

# Prices are written up to this long after their moment.
SLOWEST_WRITE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ThinnedDay:
    """A UTC day to thin out. `curve_points` are those of all accounts whose curves are added up."""

    day: datetime
    step: timedelta
    zones: Sequence[ZoneInfo]
    curve_points: Sequence[datetime] = ()

    @property
    def segments(self) -> list[datetime]:
        return list(segments_of(self.day, self.zones))


def read_curve_points(connection: Connection, account_ids: Sequence[int], thinned: ThinnedDay) -> Sequence[datetime]:
    """The moments of the day's points of curves of these accounts. Thinning does not change them."""
    scope = {"accounts": list(account_ids), "since": thinned.day, "until": thinned.day + DAY}
    return connection.execute(text(_CURVE_POINTS), {**scope, "segments": thinned.segments}).scalars().all()


def thin_account_day(engine: Engine, account: Account, thinned: ThinnedDay) -> int:
    """Thin out the refreshes of an account on a day. Returns how many rows were deleted."""
    day, step = thinned.day, thinned.step
    with engine.begin() as connection:
        scope = {"account_id": account.id, "since": day, "until": day + DAY, "step": step}
        boundaries = [*day_starts(day, day + DAY, thinned.zones), *_flow_moments(connection, account, day)]
        points = {"segments": thinned.segments, "boundaries": boundaries, "curve_points": list(thinned.curve_points)}
        deleted = connection.execute(text(_REFRESHES), {**scope, **points}).rowcount
        if deleted:
            connection.execute(text(_STRETCH), {**scope, "seconds": int(step.total_seconds())})
        deleted += connection.execute(text(_MARKS), scope).rowcount
    return deleted


def thin_venue_day(engine: Engine, venue: str, day: datetime) -> int:
    """Delete the prices of a UTC day that no refresh of the venue names any more. Returns how many rows were deleted.

    Call it after `thin_account_day` for each account of the venue.
    """
    with engine.begin() as connection:
        scope = {"venue": venue, "since": day, "until": day + DAY, "slowest": SLOWEST_WRITE}
        first, last = (_first_id(connection, venue, at) for at in (day, day + DAY))
        if first is None or last is None or first >= last:
            return 0
        ids = {**scope, "first": first, "last": last}
        deleted = connection.execute(text(_TICKS), ids).rowcount
        return deleted + connection.execute(text(_OLD_PRICES), ids).rowcount


def _first_id(connection: Connection, venue: str, at: datetime) -> int | None:
    id_: int | None = connection.execute(text(_FIRST_ID), {"venue": venue, "at": at}).scalar()
    return id_


def _flow_moments(connection: Connection, account: Account, day: datetime) -> list[datetime]:
    """When flows were credited on that day or next to it."""
    flows = read_flows(connection, [account], day - DAY - LONGEST_WAY, day + 2 * DAY + LONGEST_WAY)
    return [flow.credited_at for flow in flows if day - DAY <= flow.credited_at <= day + 2 * DAY]


_CURVE_POINTS = """
SELECT DISTINCT taken_at
FROM (
    SELECT taken_at, net_value IS NOT NULL AS is_valued,
           row_number() OVER (part ORDER BY taken_at) AS earliest,
           row_number() OVER (part ORDER BY taken_at DESC) AS latest,
           row_number() OVER (valued ORDER BY net_value, taken_at) AS lowest,
           row_number() OVER (valued ORDER BY net_value DESC, taken_at DESC) AS highest
    FROM refresh
    CROSS JOIN LATERAL (SELECT width_bucket(taken_at, CAST(:segments AS timestamptz[])) AS segment) AS placed
    WHERE account_id = ANY (CAST(:accounts AS integer[])) AND taken_at >= :since AND taken_at < :until
    WINDOW part AS (PARTITION BY account_id, segment), valued AS (PARTITION BY account_id, segment, net_value IS NULL)
) AS ranked
WHERE 1 IN (earliest, latest) OR (is_valued AND 1 IN (lowest, highest))
"""

_REFRESHES = f"""
WITH point AS (
    SELECT taken_at, net_value, {IS_OWN_VALUE} AS is_own,
           width_bucket(taken_at, CAST(:segments AS timestamptz[])) AS segment,
           date_bin(CAST(:step AS interval), taken_at, '2000-01-01+00') AS bucket,
           currency IS DISTINCT FROM lag(currency, 1, currency) OVER (ORDER BY taken_at)
           OR currency IS DISTINCT FROM lead(currency, 1, currency) OVER (ORDER BY taken_at) AS is_change
    FROM refresh
    WHERE account_id = :account_id AND taken_at >= :since AND taken_at < :until
), ranked AS (
    SELECT taken_at, is_change, net_value IS NOT NULL AS is_valued,
           row_number() OVER (PARTITION BY bucket ORDER BY taken_at) AS of_bucket,
           row_number() OVER (PARTITION BY bucket, is_own ORDER BY taken_at) AS own_of_bucket,
           row_number() OVER (PARTITION BY segment ORDER BY taken_at) AS earliest,
           row_number() OVER (PARTITION BY segment ORDER BY taken_at DESC) AS latest,
           row_number() OVER (PARTITION BY segment, net_value IS NULL ORDER BY net_value, taken_at) AS lowest,
           row_number() OVER (PARTITION BY segment, net_value IS NULL ORDER BY net_value DESC, taken_at DESC) AS highest
    FROM point
), kept AS (
    SELECT taken_at FROM ranked
    WHERE 1 IN (of_bucket, own_of_bucket, earliest, latest) OR (is_valued AND 1 IN (lowest, highest)) OR is_change
    UNION
    SELECT seen.taken_at
    FROM unnest(CAST(:boundaries AS timestamptz[])) AS boundary (at)
    CROSS JOIN LATERAL (
        (SELECT taken_at FROM refresh WHERE account_id = :account_id AND taken_at <= at
         ORDER BY taken_at DESC LIMIT 1)
        UNION ALL
        (SELECT taken_at FROM refresh WHERE account_id = :account_id AND taken_at >= at
         ORDER BY taken_at LIMIT 1)
        UNION ALL
        (SELECT taken_at FROM refresh WHERE account_id = :account_id AND taken_at <= at AND {IS_OWN_VALUE}
         ORDER BY taken_at DESC LIMIT 1)
        UNION ALL
        (SELECT taken_at FROM refresh WHERE account_id = :account_id AND taken_at < at AND {IS_OWN_VALUE}
         ORDER BY taken_at DESC LIMIT 1)
        UNION ALL
        (SELECT taken_at FROM refresh WHERE account_id = :account_id AND taken_at >= at AND {IS_OWN_VALUE}
         ORDER BY taken_at LIMIT 1)
    ) AS seen
    UNION
    SELECT seen.taken_at
    FROM unnest(CAST(:curve_points AS timestamptz[])) AS drawn (at)
    CROSS JOIN LATERAL (
        SELECT taken_at FROM refresh
        WHERE account_id = :account_id AND taken_at <= at
        ORDER BY taken_at DESC LIMIT 1
    ) AS seen
)
DELETE FROM refresh
WHERE account_id = :account_id AND taken_at IN (SELECT taken_at FROM point EXCEPT SELECT taken_at FROM kept)
"""  # noqa: S608 - text from code

_STRETCH = """
UPDATE refresh
SET expected_seconds = greatest(expected_seconds, :seconds),
    intervals = (
        SELECT jsonb_object_agg(source, greatest(CAST(seconds AS integer), :seconds))
        FROM jsonb_each_text(intervals) AS every (source, seconds)
    )
WHERE account_id = :account_id AND taken_at >= :since AND taken_at < :until
  AND coalesce(expected_seconds, 0) < :seconds
"""

# The marks of a row stand until the next row of its source. The last one of the day may stand longer, so it stays.
_MARKS = """
WITH spanned AS (
    SELECT source, valid_from, lead(valid_from) OVER (PARTITION BY source ORDER BY valid_from) AS next_from
    FROM mark
    WHERE account_id = :account_id AND source IN ('balances', 'positions', 'prices')
      AND valid_from >= :since AND valid_from < :until
)
DELETE FROM mark
USING spanned
WHERE mark.account_id = :account_id AND mark.source = spanned.source AND mark.valid_from = spanned.valid_from
  AND spanned.next_from IS NOT NULL AND NOT EXISTS (
    SELECT FROM refresh
    WHERE account_id = :account_id AND taken_at >= spanned.valid_from AND taken_at < spanned.next_from
)
"""

# No refresh from this moment on names an earlier price.
_FIRST_ID = f"""
SELECT min(first.price_id)
FROM account
CROSS JOIN LATERAL (
    SELECT price_id FROM refresh
    WHERE account_id = account.id AND taken_at >= :at
    ORDER BY taken_at LIMIT 1
) AS first
WHERE {VENUE} = :venue AND first.price_id > 0
"""  # noqa: S608 - text from code

# The prices that refreshes name, from the time of the first of these prices on. Ids grow with each account's refreshes.
_NAMED = f"""
named AS MATERIALIZED (
    SELECT DISTINCT refresh.price_id AS id
    FROM account
    JOIN refresh ON refresh.account_id = account.id
    WHERE {VENUE} = :venue AND refresh.price_id >= :first AND refresh.price_id < :last AND refresh.taken_at < :until
      AND refresh.taken_at >= least(:since, {{began}}) - CAST(:slowest AS interval)
)
"""  # noqa: S608 - text from code

# Rows after a day build on rows of the day for at most so many ticks.
LONGEST_CHAIN = 20_000

_TICKS = f"""
WITH {_NAMED.format(began="(SELECT min(at) FROM price_tick WHERE exchange = :venue AND id >= :first AND id < :last)")},
latest AS (
    -- A refresh may name an id without a row of its own: the last one before it counts.
    SELECT seen.id, seen.base_id
    FROM named
    CROSS JOIN LATERAL (
        SELECT id, base_id FROM price_tick
        WHERE exchange = :venue AND price_tick.id <= named.id
        ORDER BY price_tick.id DESC LIMIT 1
    ) AS seen
), built_on AS (
    SELECT base_id AS id FROM price_tick
    WHERE exchange = :venue AND id >= :first AND id < :last + {LONGEST_CHAIN} AND base_id >= :first
      AND (id >= :last OR id IN (SELECT id FROM latest))
), kept AS (
    SELECT id FROM latest
    UNION SELECT id FROM built_on
    UNION SELECT price_tick.base_id FROM built_on JOIN price_tick ON exchange = :venue AND price_tick.id = built_on.id
    WHERE price_tick.base_id IS NOT NULL
)
DELETE FROM price_tick
WHERE exchange = :venue AND id >= :first AND id < :last AND NOT EXISTS (SELECT FROM kept WHERE kept.id = price_tick.id)
"""  # noqa: S608 - text from code

_OLD_SPAN = """
    FROM priced_symbol AS listed
    JOIN price ON price.exchange = :venue AND price.symbol = listed.symbol AND price.id >= :first AND price.id < :last
    WHERE listed.exchange = :venue
"""
_OLD_PRICES = f"""
WITH {_NAMED.format(began=f"(SELECT min(at) {_OLD_SPAN})")},
spanned AS (
    SELECT price.symbol, price.id, lead(price.id) OVER (PARTITION BY price.symbol ORDER BY price.id) AS next_id
    {_OLD_SPAN}
)
DELETE FROM price
USING spanned
WHERE price.exchange = :venue AND price.symbol = spanned.symbol AND price.id = spanned.id
  AND spanned.next_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM named WHERE named.id >= spanned.id AND named.id < spanned.next_id)
"""  # noqa: S608 - text from code
