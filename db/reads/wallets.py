"""Read the balances, positions and prices of an account at many refreshes, each kind with one query."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from db.reads.refreshes import read_refreshes
from db.records import BALANCES, POSITIONS, balance_from, position_from
from domain.prices import Price
from domain.snapshot import Account, Snapshot
from domain.sources import Source

_Marks = Mapping[datetime, Mapping[str, Any]]


def read_wallets(connection: Connection, account: Account, moments: Iterable[datetime]) -> Mapping[datetime, Snapshot]:
    """The snapshots of these refreshes, without orders and the states of sources. Raises NoSuchRefresh."""
    every = list(dict.fromkeys(moments))
    refreshes = read_refreshes(connection, account.id, every)
    marks = {source: _read_marks(connection, account, source, every) for source in _SOURCES}
    balances = _read_versions(connection, account, every, BALANCES.table, BALANCES.columns)
    positions = _read_versions(connection, account, every, POSITIONS.table, POSITIONS.columns)
    price_ids = {at: price_id for at, (_, price_id) in refreshes.items()}
    prices = _read_prices(connection, account, price_ids, marks[Source.PRICES])
    return {
        at: Snapshot(
            account,
            refreshes[at][0],
            tuple(balance_from(row, marks[Source.BALANCES][at].get(row["key"], {})) for row in balances[at]),
            tuple(position_from(row, marks[Source.POSITIONS][at].get(row["key"], {})) for row in positions[at]),
            (),
            prices[at],
            {},
        )
        for at in every
    }


def _read_marks(connection: Connection, account: Account, source: Source, moments: Sequence[datetime]) -> _Marks:
    scope = {"account_id": account.id, "source": str(source), "moments": list(moments)}
    return {at: marks or {} for at, marks in connection.execute(text(_MARKS), scope)}


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


def _read_prices(
    connection: Connection, account: Account, price_ids: Mapping[datetime, int], marks: _Marks
) -> Mapping[datetime, Mapping[str, Price]]:
    pairs = [(at, symbol) for at in price_ids for symbol in marks[at].get("symbols", [])]
    scope = {
        "venue": account.venue, "moments": [at for at, _ in pairs], "symbols": [symbol for _, symbol in pairs],
        "price_ids": [price_ids[at] for at, _ in pairs],
    }  # fmt: skip
    prices: dict[datetime, dict[str, Price]] = {at: {} for at in price_ids}
    for row in connection.execute(text(_PRICES), scope).mappings() if pairs else ():
        values = dict(row)
        moment = values.pop("moment")
        prices[moment][values["symbol"]] = Price(**values)
    return prices


_SOURCES = (Source.BALANCES, Source.POSITIONS, Source.PRICES)

_MARKS = """
SELECT moment.at, (
    SELECT marks FROM mark
    WHERE account_id = :account_id AND source = :source AND valid_from <= moment.at
    ORDER BY valid_from DESC
    LIMIT 1
)
FROM unnest(CAST(:moments AS timestamptz[])) AS moment (at)
"""

_VERSIONS = """
SELECT moment.at AS moment, {columns}
FROM unnest(CAST(:moments AS timestamptz[])) AS moment (at)
JOIN {table} AS version
  ON version.account_id = :account_id AND tstzrange(version.valid_from, version.valid_to) @> moment.at
ORDER BY version.key
"""

_PRICES = """
SELECT listed.at AS moment, latest.*
FROM unnest(CAST(:moments AS timestamptz[]), CAST(:symbols AS text[]), CAST(:price_ids AS bigint[]))
    AS listed (at, symbol, price_id)
CROSS JOIN LATERAL (
    SELECT symbol, base, quote, last, bid, ask, mark, change_24h, volume, is_active, at
    FROM price
    WHERE exchange = :venue AND symbol = listed.symbol AND id <= listed.price_id
    ORDER BY id DESC
    LIMIT 1
) AS latest
"""
