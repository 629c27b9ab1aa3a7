"""Write the result of each fill for the book of its symbol, and the state after the last fill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, text

from db.copying import json_text, line_of, stage_lines
from db.locks import lock_history_writes
from db.writes.rollups import OVERTAKE_COINS, recount
from domain.cost_method import CostMethod


class HasKey(Protocol):
    """A result that names its fill."""

    @property
    def key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ResultTables:
    """The tables of one kind of result. All fields become SQL, so they must come from code, never from data.

    `names` are columns of both tables beside account_id. The first one identifies the book or pool. `columns` are the
    columns of a result, named as its attributes. `is_missed` is SQL: true if a fill between the `previous` state and
    the `last` result has no result. `of_fill` is an SQL condition on `fill` beside its key.
    """

    results: str
    states: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    is_missed: str
    of_fill: str = "true"


def write_results(
    engine: Engine,
    tables: ResultTables,
    scope: Mapping[str, object],
    results: Sequence[HasKey],
    state: Mapping[str, Any],
    method: CostMethod,
    *,
    from_start: bool,
) -> int:
    """Write the results of the next fills, in order, and the state after them. Returns how many were written.

    `scope` holds account_id, the values of `names`, and the parameters of `is_missed`. `from_start` deletes earlier
    results first. A long book may be written in parts: only the first one is `from_start`. If other fills arrived in
    the meantime, the state is marked overtaken, and the book must be worked out from its start.
    """
    account_id = scope["account_id"]
    assert isinstance(account_id, int)
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        touched = _delete(connection, tables, scope) if from_start else set()
        if results:
            touched |= _insert(connection, tables, scope, results)
            last = {"state": json_text(dict(state)), "method": str(method), "key": results[-1].key}
            connection.execute(text(_state_sql(tables)), {**scope, **last})
            connection.execute(text(_OVERTAKE), {**scope, "first": results[0].key})
        recount(connection, account_id, touched)
    return len(results)


def _delete(connection: Connection, tables: ResultTables, scope: Mapping[str, object]) -> set[tuple[str, date]]:
    """Delete earlier results and state. Returns the changed symbols and days."""
    name = tables.names[0]
    connection.execute(
        text(f"DELETE FROM {tables.states} WHERE account_id = :account_id AND {name} = :{name}"),  # noqa: S608
        scope,
    )
    return _touched(connection, _delete_sql(tables), scope)


def _insert(
    connection: Connection, tables: ResultTables, scope: Mapping[str, object], results: Sequence[HasKey]
) -> set[tuple[str, date]]:
    fields, staging = attrgetter(*tables.columns), _staging_table(tables)
    lines = (line_of(fields(result)) for result in results)
    stage_lines(connection, staging, tables.results, tables.columns, lines)
    connection.execute(text(f"ANALYZE {staging}"))
    return _touched(connection, _insert_sql(tables), scope)


def _touched(connection: Connection, statement: str, scope: Mapping[str, object]) -> set[tuple[str, date]]:
    return {(symbol, day) for symbol, day in connection.execute(text(statement), scope)}


def _staging_table(tables: ResultTables) -> str:
    return f"{tables.results}_staged"


def _delete_sql(tables: ResultTables) -> str:
    name = tables.names[0]
    return f"""
WITH deleted AS (
    DELETE FROM {tables.results} WHERE account_id = :account_id AND {name} = :{name} RETURNING symbol, at
)
SELECT DISTINCT symbol, CAST(at AT TIME ZONE 'UTC' AS date) FROM deleted
"""  # noqa: S608 - names from code


def _insert_sql(tables: ResultTables) -> str:
    others = [name for name in tables.names if name != "symbol"]
    updated = [column for column in (*others, *tables.columns) if column != "key"]
    return f"""
WITH written AS (
    INSERT INTO {tables.results} ({", ".join(("account_id", *others, "symbol", "at", *tables.columns))})
    SELECT fill.account_id, {"".join(f":{name}, " for name in others)}fill.symbol, fill.at,
           {", ".join(f"staged.{column}" for column in tables.columns)}
    FROM {_staging_table(tables)} AS staged
    JOIN fill ON fill.account_id = :account_id AND fill.key = staged.key AND {tables.of_fill}
    ON CONFLICT (account_id, key) DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in updated)}
    RETURNING symbol, at
)
SELECT DISTINCT symbol, CAST(at AT TIME ZONE 'UTC' AS date) FROM written
"""  # noqa: S608 - names from code


# Coin books count the gains of contracts from these results. Books of spot and margin markets are nothing to them.
_OVERTAKE = f"""
WITH changed AS (
    SELECT account_id, at FROM fill
    WHERE account_id = :account_id AND key = :first AND market_type NOT IN ('spot', 'margin')
)
{OVERTAKE_COINS}
"""  # noqa: S608 - statement from code


def _state_sql(tables: ResultTables) -> str:
    name, *others = tables.names
    updated = (*others, "method", "last_at", "last_key", "state")
    return f"""
WITH last AS (
    SELECT at, key FROM fill WHERE account_id = :account_id AND key = :key
), previous AS (
    SELECT coalesce(max(last_at), '-infinity') AS last_at, coalesce(max(last_key), '') AS last_key
    FROM {tables.states} WHERE account_id = :account_id AND {name} = :{name}
), missed AS (
    SELECT {tables.is_missed} AS any
    FROM last
    CROSS JOIN previous
)
INSERT INTO {tables.states} AS stored
    (account_id, {", ".join(tables.names)}, method, last_at, last_key, is_overtaken, state)
SELECT :account_id, {", ".join(f":{name}" for name in tables.names)}, :method, last.at, last.key, missed.any,
       CAST(:state AS jsonb)
FROM last, missed
ON CONFLICT (account_id, {name}) DO UPDATE SET
    {", ".join(f"{column} = excluded.{column}" for column in updated)},
    is_overtaken = stored.is_overtaken OR excluded.is_overtaken
"""  # noqa: S608 - names from code
