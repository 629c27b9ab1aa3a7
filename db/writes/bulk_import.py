"""Write many refreshes of a new account in one transaction, as the demo does.

The result equals one write_refresh per observation, and a test compares the two. Hundreds of refreshes cost one COPY
per table, instead of two dozen statements each.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from db.copying import digest_of, field_text, insert_lines, json_text, line_of
from db.locks import lock_account_writes, lock_price_writes
from db.records import VERSIONED, Versioned
from db.valuations import VALUATION_COLUMNS, valuation_fields
from db.writes.marks import marks_of, symbols_of
from db.writes.prices import COLUMNS as PRICE_COLUMNS
from db.writes.source_states import write_success
from db.writes.versions import content_of, version_digest
from domain.prices import Price
from domain.snapshot import Account, Observation
from domain.sources import Failure, Source, Success
from domain.valuation import Valuation


class HistoryExists(Exception):
    """The account already has refreshes, so nothing is imported."""


@dataclass(frozen=True, slots=True)
class _CurrentVersion:
    """The current version of a row, until an observation differs."""

    row: Any
    valid_from: datetime
    digest: bytes
    line: str


@dataclass(slots=True)
class _Buffer:
    """COPY lines of each table so far, and the current versions, marks and prices."""

    account: Account
    lines: dict[str, list[str]] = field(default_factory=dict)
    current: dict[Source, dict[str, _CurrentVersion]] = field(default_factory=dict)
    marks: dict[Source, bytes] = field(default_factory=dict)
    prices: dict[str, Price] = field(default_factory=dict)
    # Price lines still without ids, when each was last seen, the last line of each symbol, and per refresh the number
    # of lines that it could see.
    price_lines: list[str] = field(default_factory=list)
    confirmed: list[datetime] = field(default_factory=list)
    last_price_lines: dict[str, int] = field(default_factory=dict)
    refreshes: list[tuple[Observation, int]] = field(default_factory=list)

    def add(self, table: str, *fields: object) -> None:
        self.lines.setdefault(table, []).append(line_of(fields))


def write_bulk_import(engine: Engine, account: Account, observations: Iterable[Observation]) -> int:
    """Write observations, oldest first, of an account without refreshes. Returns how many were written.

    Raises ValueError if a source failed, or if an observation is not newer than the one before. Raises HistoryExists
    if the account has a refresh. Nothing is written in both cases.
    """
    buffer = _Buffer(account)
    for observation in observations:
        _add_observation(buffer, observation)
    if not buffer.refreshes:
        return 0
    for source, versions in buffer.current.items():
        for key, version in versions.items():
            _add_version(buffer, source, key, version, "infinity")
    with engine.begin() as connection:
        lock_account_writes(connection, account.id)
        if connection.execute(text(_HAS_REFRESHES), {"account_id": account.id}).scalar():
            raise HistoryExists(f"account {account.name} already has refreshes")
        _copy(connection, buffer)
    return len(buffer.refreshes)


def _add_observation(buffer: _Buffer, observation: Observation) -> None:
    if buffer.refreshes and buffer.refreshes[-1][0].taken_at >= observation.taken_at:
        raise ValueError(f"not newer than the observation before: {observation.taken_at.isoformat()}")
    for source in buffer.account.sources:
        success = observation.results.get(source)
        if not isinstance(success, Success):
            raise ValueError(f"a failed source cannot be imported: {source} at {observation.taken_at.isoformat()}")
        if source is Source.PRICES:
            _add_prices(buffer, success.rows, observation.taken_at)
        elif source.kind in VERSIONED:
            _add_versions(buffer, source, success.rows, observation.taken_at)
    buffer.refreshes.append((observation, len(buffer.price_lines)))


def _add_versions(buffer: _Buffer, source: Source, rows: Iterable[Any], taken_at: datetime) -> None:
    versioned, current = VERSIONED[source.kind], buffer.current.setdefault(source, {})
    rows = {row.key: row for row in rows}
    for key in [key for key in current if key not in rows]:
        _add_version(buffer, source, key, current.pop(key), taken_at)
    for key, row in rows.items():
        version = current.get(key)
        if version is not None and _is_surely_same(version.row, row):
            continue
        line = line_of(versioned.content(row))
        digest = version_digest(versioned, line)
        if version is not None and version.digest != digest:
            _add_version(buffer, source, key, version, taken_at)
        if version is None or version.digest != digest:
            current[key] = _CurrentVersion(row, taken_at, digest, line)
    if versioned.marks:
        _add_marks(buffer, source, taken_at, marks_of(versioned, rows.values()))


def _is_surely_same(previous: Any, row: Any) -> bool:
    """True if both rows come from equal payloads, so that they need no encoding to compare every digit."""
    raw = getattr(row, "raw", None)
    return bool(raw) and raw == previous.raw and row == previous


def _add_version(buffer: _Buffer, source: Source, key: str, version: _CurrentVersion, valid_to: object) -> None:
    versioned = VERSIONED[source.kind]
    source_column = [source] if "source" in _leading_columns(versioned) else []
    start = line_of((buffer.account.id, version.valid_from, valid_to, *source_column, key, version.digest))
    buffer.lines.setdefault(versioned.table, []).append(f"{start}\t{version.line}")


def _leading_columns(versioned: Versioned) -> tuple[str, ...]:
    source_column = ("source",) if versioned.table == "order_version" else ()
    return ("account_id", "valid_from", "valid_to", *source_column, "key", "digest")


def _add_marks(buffer: _Buffer, source: Source, taken_at: datetime, marks: object) -> None:
    body = json_text(marks)
    digest = digest_of(body)
    if buffer.marks.get(source) != digest:
        buffer.marks[source] = digest
        buffer.add("mark", buffer.account.id, source, taken_at, digest, body)


def _add_prices(buffer: _Buffer, prices: Iterable[Price], taken_at: datetime) -> None:
    prices_by_symbol = {price.symbol: price for price in prices}
    for symbol, price in sorted(prices_by_symbol.items()):
        if buffer.prices.get(symbol) != price:
            buffer.prices[symbol] = price
            fields = (buffer.account.venue, taken_at, *(getattr(price, column) for column in PRICE_COLUMNS))
            buffer.last_price_lines[symbol] = len(buffer.price_lines)
            buffer.price_lines.append(line_of(fields))
            buffer.confirmed.append(taken_at)
        else:
            buffer.confirmed[buffer.last_price_lines[symbol]] = taken_at
    _add_marks(buffer, Source.PRICES, taken_at, symbols_of(prices_by_symbol.values()))


def _copy(connection: Connection, buffer: _Buffer) -> None:
    price_ids = _copy_prices(connection, buffer)
    tables = {versioned.table: versioned for versioned in VERSIONED.values()}
    for table, versioned in tables.items():
        insert_lines(connection, table, (*_leading_columns(versioned), *versioned.columns), buffer.lines.get(table, ()))
    insert_lines(connection, "mark", _MARK_COLUMNS, buffer.lines.get("mark", ()))
    insert_lines(connection, "refresh", _REFRESH_COLUMNS, _refresh_lines(buffer, price_ids))
    last = buffer.refreshes[-1][0]
    for source, success in last.results.items():
        assert not isinstance(success, Failure)
        digest = content_of(VERSIONED[source.kind], success.rows).digest if source.kind in VERSIONED else b""
        write_success(connection, buffer.account.id, source, digest, success, None)


def _copy_prices(connection: Connection, buffer: _Buffer) -> list[int]:
    """COPY the prices. Returns their ids in order. The lock keeps out prices of other accounts."""
    lock_price_writes(connection, buffer.account.venue)
    before = connection.execute(text(_HIGHEST_PRICE)).scalar_one()
    lines = (f"{line}\t{at.isoformat()}" for line, at in zip(buffer.price_lines, buffer.confirmed, strict=True))
    insert_lines(connection, "price", ("exchange", "at", *PRICE_COLUMNS, "confirmed_at"), lines)
    ids = connection.execute(text(_PRICE_IDS), {"exchange": buffer.account.venue, "before": before})
    return list(ids.scalars())


def _refresh_lines(buffer: _Buffer, price_ids: list[int]) -> Iterator[str]:
    valuation: Valuation | None = None
    for observation, price_count in buffer.refreshes:
        valuation = observation.valuation or valuation
        values = (None,) * len(VALUATION_COLUMNS) if valuation is None else valuation_fields(valuation)
        price_id = price_ids[price_count - 1] if price_count else 0
        expected_seconds = observation.account.refresh_seconds
        fields = (
            buffer.account.id,
            observation.taken_at,
            price_id,
            observation.duration_ms,
            expected_seconds,
            *map(_plain, values),
        )
        yield "\t".join(map(field_text, fields))


def _plain(value: object) -> object:
    """A value for COPY: lists become array literals."""
    if not isinstance(value, list):
        return value
    quoted = (str(word).replace("\\", "\\\\").replace('"', '\\"') for word in value)
    return "{" + ",".join(f'"{word}"' for word in quoted) + "}"


_MARK_COLUMNS = ("account_id", "source", "valid_from", "digest", "marks")
_REFRESH_COLUMNS = ("account_id", "taken_at", "price_id", "duration_ms", "expected_seconds", *VALUATION_COLUMNS)
_HAS_REFRESHES = "SELECT EXISTS (SELECT FROM refresh WHERE account_id = :account_id)"
_HIGHEST_PRICE = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM price_id_seq"
_PRICE_IDS = "SELECT id FROM price WHERE exchange = :exchange AND id > :before ORDER BY id"
