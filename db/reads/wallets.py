"""Read the balances, positions and prices of an account at many refreshes, each kind with one query."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, text

from db.reads.prices import prices_at
from db.reads.refreshes import read_refreshes
from db.reads.versions import read_marks_of_refreshes
from db.records import BALANCES, POSITIONS, balance_from, position_from
from domain.snapshot import Account, Snapshot
from domain.sources import Source

Row = TypeVar("Row")


def read_wallets(connection: Connection, account: Account, moments: Iterable[datetime]) -> Mapping[datetime, Snapshot]:
    """The snapshots of these refreshes, without orders and the states of sources. Raises NoSuchRefresh."""
    every = list(dict.fromkeys(moments))
    refreshes = read_refreshes(connection, account.id, every)
    marks = read_marks_of_refreshes(connection, account.id, every)
    balances = _read_versions(connection, account, every, BALANCES.table, BALANCES.columns)
    positions = _read_versions(connection, account, every, POSITIONS.table, POSITIONS.columns)
    symbols = {symbol for _, listed in marks.values() for symbol in listed}
    prices = prices_at(connection, account.venue, (price_id for _, price_id in refreshes.values()), symbols)
    return {
        at: Snapshot(
            account,
            refresh,
            tuple(_marked(balance_from, balances[at], marks[at][0].marks(Source.BALANCES))),
            tuple(_marked(position_from, positions[at], marks[at][0].marks(Source.POSITIONS))),
            (),
            {symbol: price for symbol, price in prices[price_id].items() if symbol in set(marks[at][1])},
            {},
        )
        for at, (refresh, price_id) in refreshes.items()
    }


def _marked(
    record_of: Callable[[dict[str, Any], Mapping[str, Any]], Row],
    rows: Iterable[dict[str, Any]],
    marks: Mapping[str, Any],
) -> Iterator[Row]:
    return (record_of(row, marks.get(row["key"], {})) for row in rows)


def _read_versions(
    connection: Connection, account: Account, moments: Sequence[datetime], table: str, columns: Sequence[str]
) -> Mapping[datetime, Sequence[dict[str, Any]]]:
    names = ", ".join(f"version.{column}" for column in ("key", *columns))
    statement = text(_VERSIONS.format(table=table, columns=names))
    rows: dict[datetime, list[dict[str, Any]]] = {at: [] for at in moments}
    for row in connection.execute(statement, {"account_id": account.id, "moments": list(moments)}).mappings():
        values = dict(row)
        rows[values.pop("moment")].append(values)
    return rows


_VERSIONS = """
SELECT moment.at AS moment, {columns}
FROM unnest(CAST(:moments AS timestamptz[])) AS moment (at)
CROSS JOIN LATERAL {table}s_during(:account_id, tstzrange(moment.at, moment.at, '[]')) AS version
ORDER BY version.key
"""
