"""Pools: what the fills of a coin gained over all its markets, as it is worked out, and how far that has come."""

from collections.abc import Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Engine, text

from db.copying import copy_lines, json_text, line_of
from db.locks import lock_past_writes
from db.writes.rollups import count_anew
from domain.cost_method import CostMethod
from domain.pools import PoolResult

_COLUMNS = (
    "key", "realised", "realised_before_fees", "held_after", "cost_after", "sold_unexplained", "is_assumed",
)  # fmt: skip
_fields = attrgetter(*_COLUMNS)


def write_pool(
    engine: Engine,
    account_id: int,
    coin: str,
    symbols: Sequence[str],
    results: Sequence[PoolResult],
    state: Mapping[str, Any],
    method: CostMethod,
    *,
    from_start: bool,
) -> int:
    """Write what the next fills of a coin did, in their order, and the pool's state after them; how many were written.

    As with books (write_profits): a pool `from_start` forgets what was concluded before, and one of whose fills some
    came in meanwhile that these results do not count says that it was overtaken.
    """
    scope = {"account_id": account_id, "coin": coin}
    with engine.begin() as connection:
        lock_past_writes(connection, account_id)
        touched = _forget(connection, scope) if from_start else set()
        if results:
            touched |= _insert(connection, {**scope, "unit": state["unit"]}, results)
            connection.execute(
                text(_STATE),
                {
                    **scope,
                    "unit": state["unit"],
                    "state": json_text(dict(state)),
                    "method": str(method),
                    "key": results[-1].key,
                    "symbols": list(symbols),
                    "counted": len(results),
                },
            )
        count_anew(connection, account_id, touched)
    return len(results)


def _forget(connection: Connection, scope: Mapping[str, object]) -> set[tuple[str, date]]:
    connection.execute(text("DELETE FROM pool_state WHERE account_id = :account_id AND coin = :coin"), scope)
    return {(symbol, day) for symbol, day in connection.execute(text(_FORGET), scope)}


def _insert(
    connection: Connection, scope: Mapping[str, object], results: Sequence[PoolResult]
) -> set[tuple[str, date]]:
    connection.execute(text(_SEEN))
    connection.execute(text("DELETE FROM pool_seen"))
    copy_lines(connection, "pool_seen", _COLUMNS, (line_of(_fields(result)) for result in results))
    connection.execute(text("ANALYZE pool_seen"))
    return {(symbol, day) for symbol, day in connection.execute(text(_INSERT), scope)}


_FORGET = """
WITH gone AS (
    DELETE FROM fill_pool WHERE account_id = :account_id AND coin = :coin RETURNING symbol, at
)
SELECT DISTINCT symbol, CAST(at AT TIME ZONE 'UTC' AS date) FROM gone
"""

_SEEN = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS pool_seen ON COMMIT DELETE ROWS AS
SELECT {", ".join(_COLUMNS)} FROM fill_pool WITH NO DATA
"""  # noqa: S608 - column names from code

_INSERT = f"""
WITH written AS (
    INSERT INTO fill_pool (account_id, coin, unit, symbol, at, {", ".join(_COLUMNS)})
    SELECT fill.account_id, :coin, :unit, fill.symbol, fill.at, {", ".join(f"seen.{column}" for column in _COLUMNS)}
    FROM pool_seen AS seen
    JOIN fill ON fill.account_id = :account_id AND fill.key = seen.key
    ON CONFLICT (account_id, key) DO UPDATE SET
        coin = excluded.coin, unit = excluded.unit,
        {", ".join(f"{column} = excluded.{column}" for column in _COLUMNS if column != "key")}
    RETURNING symbol, at
)
SELECT DISTINCT symbol, CAST(at AT TIME ZONE 'UTC' AS date) FROM written
"""  # noqa: S608 - column names from code

# Under the lock: were there more fills since the former state than were counted, some came in meanwhile.
_STATE = """
WITH last AS (
    SELECT at, key FROM fill WHERE account_id = :account_id AND key = :key
), former AS (
    SELECT coalesce(max(last_at), '-infinity') AS last_at, coalesce(max(last_key), '') AS last_key
    FROM pool_state WHERE account_id = :account_id AND coin = :coin
), missed AS (
    SELECT (
        SELECT count(*)
        FROM unnest(CAST(:symbols AS text[])) AS own (symbol)
        JOIN fill ON fill.account_id = :account_id AND fill.symbol = own.symbol
         AND fill.side IN ('buy', 'sell') AND fill.liquidity IN ('maker', 'taker', 'unknown')
         AND (fill.at, fill.key) <= (last.at, last.key)
         AND (fill.at, fill.key) > (former.last_at, former.last_key)
    ) <> :counted AS any
    FROM last
    CROSS JOIN former
)
INSERT INTO pool_state AS pool (account_id, coin, unit, method, last_at, last_key, is_overtaken, state)
SELECT :account_id, :coin, :unit, :method, last.at, last.key, missed.any, CAST(:state AS jsonb)
FROM last, missed
ON CONFLICT (account_id, coin) DO UPDATE SET
    unit = excluded.unit, method = excluded.method, last_at = excluded.last_at, last_key = excluded.last_key,
    state = excluded.state, is_overtaken = pool.is_overtaken OR excluded.is_overtaken
"""
