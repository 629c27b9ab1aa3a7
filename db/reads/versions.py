"""Read the versions that were valid at a moment, with their marks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, text

from db.copying import json_text
from db.records import BALANCES, ORDER_COLUMNS, ORDERS, POSITIONS, balance_from, order_from, position_from
from db.refresh_marks import MARKED, RefreshMarks, WholeMarks
from domain.balances import Balance
from domain.orders import Order
from domain.positions import Position
from domain.snapshot import Account
from domain.sources import Source


def read_balances(connection: Connection, account_id: int, taken_at: datetime) -> tuple[Balance, ...]:
    """The balances at a refresh, by key."""
    marks = read_refresh_marks(connection, account_id, taken_at).marks(Source.BALANCES)
    rows = _true_at(connection, BALANCES.table, ("key", *BALANCES.columns), account_id, taken_at).mappings()
    return tuple(balance_from(dict(row), marks.get(row["key"], {})) for row in rows)


def read_positions(connection: Connection, account_id: int, taken_at: datetime) -> tuple[Position, ...]:
    """The positions at a refresh, by key."""
    marks = read_refresh_marks(connection, account_id, taken_at).marks(Source.POSITIONS)
    rows = _true_at(connection, POSITIONS.table, ("key", *POSITIONS.columns), account_id, taken_at).mappings()
    return tuple(position_from(dict(row), marks.get(row["key"], {})) for row in rows)


def read_orders(
    connection: Connection, account: Account, taken_at: datetime, *, raw: bool = False
) -> tuple[Order, ...]:
    """The open orders at a refresh, as reported by each source, without merging duplicates.

    Payloads are {} unless `raw`: those of ten thousand orders are megabytes that a list does not show.
    """
    columns = [column if raw or column != "raw" else "NULL AS raw" for column in ORDER_COLUMNS]
    rows = _true_at(connection, ORDERS.table, columns, account.id, taken_at)
    return tuple(order_from(row, account.name, account.exchange) for row in rows)


def read_refresh_marks(connection: Connection, account_id: int, taken_at: datetime) -> RefreshMarks:
    """The marks of balances and positions as of a refresh."""
    return _marks_from(connection.execute(text(_MARKS), {"account_id": account_id, "taken_at": taken_at}).one())


def read_marks_of_refreshes(
    connection: Connection, account_id: int, moments: Sequence[datetime]
) -> Mapping[datetime, tuple[RefreshMarks, Sequence[str]]]:
    """The marks of balances and positions, and the symbols of the prices, as of each of these refreshes."""
    rows = connection.execute(text(_MARKS_OF_REFRESHES), {"account_id": account_id, "moments": list(moments)})
    return {row.at: (_marks_from(row), (row.prices or {}).get("symbols", ())) for row in rows}


def _marks_from(row: Any) -> RefreshMarks:
    whole = {
        source: WholeMarks(datetime.fromisoformat(body["valid_from"]), json_text(body["marks"]))
        for source, body in zip(MARKED, (row.balances, row.positions), strict=True)
        if body is not None
    }
    return RefreshMarks(whole, None if row.packed is None else bytes(row.packed))


def read_priced_symbols(connection: Connection, account_id: int, taken_at: datetime) -> Sequence[str]:
    """The symbols that the account's prices had as of a refresh."""
    marks = connection.execute(text(_SYMBOLS), {"account_id": account_id, "taken_at": taken_at}).scalar()
    symbols: Sequence[str] = (marks or {}).get("symbols", ())
    return symbols


def _true_at(
    connection: Connection, table: str, columns: Sequence[str], account_id: int, taken_at: datetime
) -> CursorResult[Any]:
    statement = _TRUE_AT.format(table=table, columns=", ".join(columns))
    return connection.execute(text(statement), {"account_id": account_id, "taken_at": taken_at})


_TRUE_AT = """
SELECT {columns}
FROM {table}s_during(:account_id, tstzrange(:taken_at, :taken_at, '[]'))
ORDER BY key
"""

_WHOLE = """(
    SELECT jsonb_build_object('valid_from', valid_from, 'marks', marks)
    FROM mark
    WHERE account_id = :account_id AND source = '{source}' AND valid_from <= {at}
    ORDER BY valid_from DESC
    LIMIT 1
)"""

_MARKED = f"""
{_WHOLE.format(source="balances", at="{at}")} AS balances,
{_WHOLE.format(source="positions", at="{at}")} AS positions,
(
    SELECT marks
    FROM refresh
    WHERE account_id = :account_id AND taken_at <= {{at}}
    ORDER BY taken_at DESC
    LIMIT 1
) AS packed
"""  # noqa: S608 - text from code

_MARKS = f"SELECT {_MARKED.format(at=':taken_at')}"

_MARKS_OF_REFRESHES = f"""
SELECT moment.at, {_MARKED.format(at="moment.at")}, (
    SELECT marks
    FROM mark
    WHERE account_id = :account_id AND source = 'prices' AND valid_from <= moment.at
    ORDER BY valid_from DESC
    LIMIT 1
) AS prices
FROM unnest(CAST(:moments AS timestamptz[])) AS moment (at)
"""  # noqa: S608 - text from code

_SYMBOLS = """
SELECT marks
FROM mark
WHERE account_id = :account_id AND source = 'prices' AND valid_from <= :taken_at
ORDER BY valid_from DESC
LIMIT 1
"""
