"""Count ended orders by hour, day and month, in the transaction that changes their versions or outcomes."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, text

from db.ended_orders import ENDINGS, HAS_ENDED, SHOWN_AT, UNITS, WITH_OUTCOME
from db.locks import lock_ended_sums


class CountedOrder(NamedTuple):
    """The facts of an ended order that decide where it counts."""

    symbol: str
    shown_at: datetime
    left_at: datetime
    ending: str


def count_refresh(connection: Connection, account_id: int, taken_at: datetime) -> None:
    """Count the orders that left at this refresh, and no longer count those that came back.

    Call it once all versions of the refresh are written.
    """
    scope = {"account_id": account_id, "taken_at": taken_at}
    if not connection.execute(text(_HAS_CHANGED), scope).scalar():
        return
    lock_ended_sums(connection, account_id)
    connection.execute(text(_COUNT_REFRESH), scope)


def read_counted_orders(connection: Connection, account_id: int) -> Counter[CountedOrder]:
    """The counted orders whose outcomes are staged. Call it under the lock, before and after their outcomes change."""
    rows = connection.execute(text(_STAGED), {"account_id": account_id})
    return Counter(CountedOrder(*row) for row in rows)


def count_changes(connection: Connection, account_id: int, before: Counter[CountedOrder]) -> None:
    """Move orders whose outcomes changed since `before` to the sums where they belong now."""
    added = read_counted_orders(connection, account_id)
    added.subtract(before)
    changes = [(order, number) for order, number in added.items() if number]
    if not changes:
        return
    columns = [list(column) for column in zip(*(order for order, _ in changes), strict=True)]
    parameters = dict(zip(CountedOrder._fields, columns, strict=True))
    numbers = [number for _, number in changes]
    connection.execute(text(_COUNT_CHANGES), {**parameters, "numbers": numbers, "account_id": account_id})


def recount_account(connection: Connection, account_id: int) -> None:
    """Count all ended orders of an account from its versions. Takes a few index steps for each order."""
    lock_ended_sums(connection, account_id)
    scope: Mapping[str, object] = {"account_id": account_id}
    for statement in (*_CLEAR, _FIND_RETURNED, _COUNT_ALL):
        connection.execute(text(statement), scope)


# Adds rows of `change` (symbol, shown_at, left_at, ending, number) to the sums of their periods.
_ADD = f"""
INSERT INTO ended_sum AS sums (account_id, symbol, unit, since, first_at, last_at, {", ".join(ENDINGS)})
SELECT :account_id, listed.symbol, units.unit, date_trunc(units.unit, change.shown_at AT TIME ZONE 'UTC')
           AT TIME ZONE 'UTC', min(change.first_at), max(change.last_at),
       {", ".join(f"coalesce(sum(number) FILTER (WHERE ending = '{ending}'), 0)" for ending in ENDINGS)}
FROM (
    SELECT symbol, shown_at, ending, min(left_at) AS first_at, max(left_at) AS last_at, sum(number) AS number
    FROM change
    GROUP BY 1, 2, 3
) AS change
CROSS JOIN unnest(ARRAY[{", ".join(f"'{unit}'" for unit in UNITS)}]) AS units (unit)
CROSS JOIN LATERAL (VALUES (change.symbol), ('')) AS listed (symbol)
GROUP BY 1, 2, 3, 4
ORDER BY 2, 3, 4
ON CONFLICT (account_id, symbol, unit, since) DO UPDATE
SET first_at = least(sums.first_at, excluded.first_at), last_at = greatest(sums.last_at, excluded.last_at),
    {", ".join(f"{ending} = sums.{ending} + excluded.{ending}" for ending in ENDINGS)}
"""  # noqa: S608 - names from code

_HAS_CHANGED = """
SELECT EXISTS (SELECT FROM order_version WHERE account_id = :account_id AND valid_from = :taken_at)
    OR EXISTS (
        SELECT FROM order_version WHERE account_id = :account_id AND valid_to = :taken_at AND valid_to <> 'infinity'
    )
"""

# `list`: every list that ever had an order. `gone`: orders that left a list now. They moved if they stand in another.
# `back`: orders that had left, and stand again in their list or in another. Only the last version of an order in a list
# can have counted. Statistics know nothing of rows just written, so thousands of orders are grouped or looked up one by
# one with LIMIT. A join would compare each with each.
_COUNT_REFRESH = f"""
WITH RECURSIVE list (source) AS (
    (SELECT source FROM order_version WHERE account_id = :account_id ORDER BY source LIMIT 1)
    UNION ALL
    SELECT (
        SELECT source FROM order_version
        WHERE account_id = :account_id AND source > list.source ORDER BY source LIMIT 1
    )
    FROM list
    WHERE source IS NOT NULL
), changed AS MATERIALIZED (
    SELECT source, key, valid_from, symbol, exchange_symbol, true AS has_left
    FROM order_version
    WHERE account_id = :account_id AND valid_to = :taken_at AND valid_to <> 'infinity'
    UNION ALL
    SELECT source, key, valid_from, symbol, exchange_symbol, false
    FROM order_version
    WHERE account_id = :account_id AND valid_from = :taken_at
), gone AS MATERIALIZED (
    SELECT left_list.*, (
        SELECT true
        FROM list
        CROSS JOIN LATERAL (
            SELECT symbol, exchange_symbol FROM order_version
            WHERE account_id = :account_id AND source = list.source AND key = left_list.key AND valid_to = 'infinity'
            LIMIT 1
        ) AS standing
        WHERE list.source <> left_list.source
          AND standing.exchange_symbol = left_list.exchange_symbol AND standing.symbol = left_list.symbol
        LIMIT 1
    ) IS NOT NULL AS has_moved
    FROM (
        SELECT source, key, min(valid_from) AS valid_from, min(symbol) AS symbol,
               min(exchange_symbol) AS exchange_symbol
        FROM changed
        GROUP BY source, key
        HAVING bool_and(has_left)
    ) AS left_list
), back AS MATERIALIZED (
    SELECT DISTINCT ON (ended.source, ended.key) ended.source, ended.key, ended.valid_from, ended.valid_to,
           ended.symbol, {SHOWN_AT} AS shown_at,
           (SELECT ending FROM order_outcome
            WHERE account_id = :account_id AND source = ended.source AND key = ended.key AND gone_at = ended.valid_to
            LIMIT 1) AS ending
    FROM changed AS opened
    CROSS JOIN list
    CROSS JOIN LATERAL (
        SELECT source, key, valid_from, valid_to, ended_at, symbol, exchange_symbol FROM order_version
        WHERE account_id = :account_id AND source = list.source AND key = opened.key AND valid_from < :taken_at
        ORDER BY valid_from DESC
        LIMIT 1
    ) AS ended
    WHERE NOT opened.has_left AND ended.valid_to < :taken_at
      AND (ended.source = opened.source
           OR ended.exchange_symbol = opened.exchange_symbol AND ended.symbol = opened.symbol)
      AND (SELECT true FROM returned_order
           WHERE account_id = :account_id AND source = ended.source AND key = ended.key AND left_at = ended.valid_to
           LIMIT 1) IS NULL
    ORDER BY ended.source, ended.key
), returned AS (
    INSERT INTO returned_order (account_id, source, key, left_at, back_at, valid_from)
    SELECT :account_id, source, key, :taken_at, :taken_at, valid_from FROM gone WHERE has_moved
    UNION ALL
    SELECT :account_id, source, key, valid_to, :taken_at, valid_from FROM back
), change AS (
    SELECT symbol, CAST(:taken_at AS timestamptz) AS shown_at, CAST(:taken_at AS timestamptz) AS left_at,
           'gone' AS ending, 1 AS number
    FROM gone
    WHERE NOT has_moved
    UNION ALL
    SELECT symbol, shown_at, valid_to, coalesce(ending, 'gone'), -1 FROM back
)
{_ADD}
"""  # noqa: S608 - text from code

_STAGED = f"""
SELECT ended.symbol, {SHOWN_AT}, ended.valid_to, coalesce(known.ending, 'gone')
FROM (SELECT DISTINCT source, key FROM outcome_staged) AS staged
CROSS JOIN LATERAL (
    SELECT * FROM order_version
    WHERE account_id = :account_id AND source = staged.source AND key = staged.key
    ORDER BY valid_from DESC
    LIMIT 1
) AS ended
{WITH_OUTCOME}
WHERE {HAS_ENDED}
"""  # noqa: S608 - text from code

_COUNT_CHANGES = f"""
WITH change AS (
    SELECT *
    FROM unnest(CAST(:symbol AS text[]), CAST(:shown_at AS timestamptz[]), CAST(:left_at AS timestamptz[]),
                CAST(:ending AS text[]), CAST(:numbers AS integer[]))
        AS listed (symbol, shown_at, left_at, ending, number)
)
{_ADD}
"""  # noqa: S608 - text from code

_CLEAR = (
    "DELETE FROM ended_sum WHERE account_id = :account_id",
    "DELETE FROM returned_order WHERE account_id = :account_id",
)

# Orders that stand in two lists share a key. They are few, so only those are compared list by list.
_FIND_RETURNED = """
WITH version AS MATERIALIZED (
    SELECT source, key, valid_from, valid_to, symbol, exchange_symbol,
           lead(valid_from) OVER (PARTITION BY source, key ORDER BY valid_from) AS next_from,
           min(source) OVER (PARTITION BY key) <> max(source) OVER (PARTITION BY key) AS is_shared
    FROM order_version
    WHERE account_id = :account_id
), among AS MATERIALIZED (
    SELECT * FROM version WHERE is_shared
), back AS (
    SELECT source, key, valid_from, valid_to, next_from AS back_at FROM version WHERE next_from > valid_to
    UNION ALL
    SELECT gone.source, gone.key, gone.valid_from, gone.valid_to, greatest(moved.valid_from, gone.valid_to)
    FROM among AS gone
    JOIN among AS moved ON moved.key = gone.key AND moved.source <> gone.source AND moved.valid_to > gone.valid_to
     AND moved.exchange_symbol = gone.exchange_symbol AND moved.symbol = gone.symbol
    WHERE gone.valid_to <> 'infinity' AND gone.next_from IS DISTINCT FROM gone.valid_to
)
INSERT INTO returned_order (account_id, source, key, left_at, back_at, valid_from)
SELECT :account_id, source, key, valid_to, min(back_at), valid_from
FROM back
GROUP BY source, key, valid_from, valid_to
"""

_COUNT_ALL = f"""
WITH change AS (
    SELECT ended.symbol, {SHOWN_AT} AS shown_at, ended.valid_to AS left_at, coalesce(known.ending, 'gone') AS ending,
           1 AS number
    FROM order_version AS ended
    {WITH_OUTCOME}
    WHERE ended.account_id = :account_id AND {HAS_ENDED}
)
{_ADD}
"""  # noqa: S608 - text from code
