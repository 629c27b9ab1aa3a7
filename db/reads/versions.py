"""Read the versions that were valid at a moment, with their marks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from db.copying import json_text
from db.reads.net_values import Place
from db.records import BALANCES, ORDER_COLUMNS, ORDERS, POSITIONS, balance_from, order_from, position_from
from db.refresh_marks import MARKED, RefreshMarks, WholeMarks
from domain.balances import Balance
from domain.orders import Order
from domain.positions import Position
from domain.snapshot import Account
from domain.sources import Source


def read_balances(connection: Connection, account_id: int, taken_at: datetime) -> tuple[Balance, ...]:
    """The balances at a refresh, by key."""
    places = [(account_id, taken_at)]
    return balances_of(connection, places, read_all_marks(connection, places))[account_id]


def balances_of(
    connection: Connection, places: Collection[Place], marks: Mapping[int, RefreshMarks]
) -> Mapping[int, tuple[Balance, ...]]:
    """The balances of each account at its refresh."""
    rows = _true_at(connection, BALANCES.table, ("key", *BALANCES.columns), places)
    marked = {id_: marks[id_].marks(Source.BALANCES) for id_, _ in places}
    return {
        id_: tuple(balance_from(dict(r._mapping), marked[id_].get(r.key, {})) for r in rows[id_]) for id_, _ in places
    }


def positions_of(
    connection: Connection, places: Collection[Place], marks: Mapping[int, RefreshMarks]
) -> Mapping[int, tuple[Position, ...]]:
    """The positions of each account at its refresh."""
    rows = _true_at(connection, POSITIONS.table, ("key", *POSITIONS.columns), places)
    marked = {id_: marks[id_].marks(Source.POSITIONS) for id_, _ in places}
    return {
        id_: tuple(position_from(dict(r._mapping), marked[id_].get(r.key, {})) for r in rows[id_]) for id_, _ in places
    }


def orders_of(
    connection: Connection, places: Collection[tuple[Account, datetime]], *, raw: bool = False
) -> Mapping[int, tuple[Order, ...]]:
    """The open orders of each account at its refresh."""
    columns = [column if raw or column != "raw" else "NULL AS raw" for column in ORDER_COLUMNS]
    rows = _true_at(connection, ORDERS.table, columns, [(account.id, at) for account, at in places])
    return {
        account.id: tuple(order_from(row[1:], account.name, account.exchange) for row in rows[account.id])
        for account, _ in places
    }


def read_refresh_marks(connection: Connection, account_id: int, taken_at: datetime) -> RefreshMarks:
    """The marks of balances and positions as of a refresh."""
    return read_all_marks(connection, [(account_id, taken_at)])[account_id]


def read_all_marks(connection: Connection, places: Collection[Place]) -> Mapping[int, RefreshMarks]:
    """The marks of balances and positions of each account as of its refresh."""
    return {row.id: _marks_from(row) for row in connection.execute(text(_MARKS), _parameters(places))}


def read_marks_of_refreshes(
    connection: Connection, account_id: int, moments: Sequence[datetime]
) -> Mapping[datetime, tuple[RefreshMarks, Sequence[str]]]:
    """The marks of balances and positions, and the symbols of the prices, as of each of these refreshes."""
    rows = connection.execute(text(_MARKS_OF_REFRESHES), {"account_id": account_id, "moments": list(moments)})
    return {row.at: (_marks_from(row), (row.prices or {}).get("symbols", ())) for row in rows}


def read_all_priced_symbols(connection: Connection, places: Collection[Place]) -> Mapping[int, Sequence[str]]:
    """The symbols that the prices of each account had as of its refresh."""
    rows = connection.execute(text(_SYMBOLS), _parameters(places))
    return {row.id: () if row.marks is None else row.marks.get("symbols", ()) for row in rows}


def _marks_from(row: Any) -> RefreshMarks:
    total = {
        source: WholeMarks(datetime.fromisoformat(body["valid_from"]), json_text(body["marks"]))
        for source, body in zip(MARKED, (row.balances, row.positions), strict=True)
        if body is not None
    }
    return RefreshMarks(total, None if row.packed is None else bytes(row.packed))


def _parameters(places: Collection[Place]) -> dict[str, object]:
    return {"accounts": [id_ for id_, _ in places], "moments": [at for _, at in places]}


def _true_at(
    connection: Connection, table: str, columns: Sequence[str], places: Collection[Place]
) -> Mapping[int, Sequence[Row[Any]]]:
    """The versions of each account at its moment, by key, with the id of the account before the columns."""
    statement = _TRUE_AT.format(table=table, columns=", ".join(columns))
    rows: dict[int, list[Row[Any]]] = {id_: [] for id_, _ in places}
    for row in connection.execute(text(statement), _parameters(places)).all():
        rows[row[0]].append(row)
    return rows


_PLACES = "unnest(CAST(:accounts AS integer[]), CAST(:moments AS timestamptz[])) AS place (id, at)"

# OFFSET 0 keeps each account an index scan. The planner has no idea how few versions stand at a moment.
_TRUE_AT = f"""
SELECT place.id, version.*
FROM {_PLACES}
CROSS JOIN LATERAL (
    SELECT {{columns}}
    FROM {{table}}s_during(place.id, tstzrange(place.at, place.at, '[]'))
    ORDER BY key
    OFFSET 0
) AS version
"""  # noqa: S608 - text from code

_WHOLE = """(
    SELECT jsonb_build_object('valid_from', valid_from, 'marks', marks)
    FROM mark
    WHERE account_id = {{id}} AND source = '{source}' AND valid_from <= {{at}}
    ORDER BY valid_from DESC
    LIMIT 1
)"""

_NEWEST_SYMBOLS = """(
    SELECT marks
    FROM mark
    WHERE account_id = {id} AND source = 'prices' AND valid_from <= {at}
    ORDER BY valid_from DESC
    LIMIT 1
)"""

_MARKED = f"""
{_WHOLE.format(source="balances")} AS balances,
{_WHOLE.format(source="positions")} AS positions,
(
    SELECT marks
    FROM refresh
    WHERE account_id = {{id}} AND taken_at <= {{at}}
    ORDER BY taken_at DESC
    LIMIT 1
) AS packed
"""  # noqa: S608 - text from code

_MARKS = f"SELECT place.id, {_MARKED.format(id='place.id', at='place.at')} FROM {_PLACES}"  # noqa: S608

_MARKS_OF_REFRESHES = f"""
SELECT moment.at, {_MARKED.format(id=":account_id", at="moment.at")},
       {_NEWEST_SYMBOLS.format(id=":account_id", at="moment.at")} AS prices
FROM unnest(CAST(:moments AS timestamptz[])) AS moment (at)
"""  # noqa: S608 - text from code

_SYMBOLS = f"SELECT place.id, {_NEWEST_SYMBOLS.format(id='place.id', at='place.at')} AS marks FROM {_PLACES}"  # noqa: S608
