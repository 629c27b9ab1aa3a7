"""Fill results: what each fill did to its book or pool, and how far that is worked out.

A book is the fills of one symbol (profits), a pool those of one coin in all its markets (pools). Both are written in
the same way and differ only in their tables.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, text

from db.copying import copy_lines, json_text, line_of
from db.locks import lock_past_writes
from db.writes.rollups import count_anew
from domain.cost_method import CostMethod


class HasKey(Protocol):
    """A result that names its fill."""

    @property
    def key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ResultTables:
    """The tables of one kind of results. All texts become part of the SQL, so they come from code only.

    `names` are the columns that both tables have beside the account: the first names the book or pool. `columns` are
    those of one result, as its attributes are called. `is_missed` tells whether there is a fill between the `former`
    state and the `last` result without a result. `of_fill` is what a fill must meet beside its key.
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
    """Write what the next fills did, in their order, and the state after them. Returns how many were written.

    `scope` holds account_id, the values of `names` and what `is_missed` needs. A book `from_start` forgets what was
    concluded before. A long one may be written in parts: the first from the start, the others on. If fills came in
    meanwhile that these results do not count, the state is overtaken, and the book must be worked out from its start.
    """
    account_id = scope["account_id"]
    assert isinstance(account_id, int)
    with engine.begin() as connection:
        lock_past_writes(connection, account_id)
        touched = _forget(connection, tables, scope) if from_start else set()
        if results:
            touched |= _insert(connection, tables, scope, results)
            last = {"state": json_text(dict(state)), "method": str(method), "key": results[-1].key}
            connection.execute(text(_state_sql(tables)), {**scope, **last})
        count_anew(connection, account_id, touched)
    return len(results)


def _forget(connection: Connection, tables: ResultTables, scope: Mapping[str, object]) -> set[tuple[str, date]]:
    """Delete what was concluded before. Returns the symbols and days that were touched."""
    name = tables.names[0]
    connection.execute(
        text(f"DELETE FROM {tables.states} WHERE account_id = :account_id AND {name} = :{name}"),  # noqa: S608
        scope,
    )
    return _touched(connection, _forget_sql(tables), scope)


def _insert(
    connection: Connection, tables: ResultTables, scope: Mapping[str, object], results: Sequence[HasKey]
) -> set[tuple[str, date]]:
    fields, seen = attrgetter(*tables.columns), _seen(tables)
    connection.execute(text(_seen_sql(tables)))
    connection.execute(text(f"DELETE FROM {seen}"))  # noqa: S608
    copy_lines(connection, seen, tables.columns, (line_of(fields(result)) for result in results))
    connection.execute(text(f"ANALYZE {seen}"))
    return _touched(connection, _insert_sql(tables), scope)


def _touched(connection: Connection, statement: str, scope: Mapping[str, object]) -> set[tuple[str, date]]:
    return {(symbol, day) for symbol, day in connection.execute(text(statement), scope)}


def _seen(tables: ResultTables) -> str:
    return f"{tables.results}_seen"


def _forget_sql(tables: ResultTables) -> str:
    name = tables.names[0]
    return f"""
WITH gone AS (
    DELETE FROM {tables.results} WHERE account_id = :account_id AND {name} = :{name} RETURNING symbol, at
)
SELECT DISTINCT symbol, CAST(at AT TIME ZONE 'UTC' AS date) FROM gone
"""  # noqa: S608 - names from code


def _seen_sql(tables: ResultTables) -> str:
    return f"""
CREATE TEMPORARY TABLE IF NOT EXISTS {_seen(tables)} ON COMMIT DELETE ROWS AS
SELECT {", ".join(tables.columns)} FROM {tables.results} WITH NO DATA
"""  # noqa: S608 - names from code


def _insert_sql(tables: ResultTables) -> str:
    others = [name for name in tables.names if name != "symbol"]
    updated = [column for column in (*others, *tables.columns) if column != "key"]
    return f"""
WITH written AS (
    INSERT INTO {tables.results} ({", ".join(("account_id", *others, "symbol", "at", *tables.columns))})
    SELECT fill.account_id, {"".join(f":{name}, " for name in others)}fill.symbol, fill.at,
           {", ".join(f"seen.{column}" for column in tables.columns)}
    FROM {_seen(tables)} AS seen
    JOIN fill ON fill.account_id = :account_id AND fill.key = seen.key AND {tables.of_fill}
    ON CONFLICT (account_id, key) DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in updated)}
    RETURNING symbol, at
)
SELECT DISTINCT symbol, CAST(at AT TIME ZONE 'UTC' AS date) FROM written
"""  # noqa: S608 - names from code


def _state_sql(tables: ResultTables) -> str:
    name, *others = tables.names
    updated = (*others, "method", "last_at", "last_key", "state")
    return f"""
WITH last AS (
    SELECT at, key FROM fill WHERE account_id = :account_id AND key = :key
), former AS (
    SELECT coalesce(max(last_at), '-infinity') AS last_at, coalesce(max(last_key), '') AS last_key
    FROM {tables.states} WHERE account_id = :account_id AND {name} = :{name}
), missed AS (
    SELECT {tables.is_missed} AS any
    FROM last
    CROSS JOIN former
)
INSERT INTO {tables.states} AS standing
    (account_id, {", ".join(tables.names)}, method, last_at, last_key, is_overtaken, state)
SELECT :account_id, {", ".join(f":{name}" for name in tables.names)}, :method, last.at, last.key, missed.any,
       CAST(:state AS jsonb)
FROM last, missed
ON CONFLICT (account_id, {name}) DO UPDATE SET
    {", ".join(f"{column} = excluded.{column}" for column in updated)},
    is_overtaken = standing.is_overtaken OR excluded.is_overtaken
"""  # noqa: S608 - names from code
