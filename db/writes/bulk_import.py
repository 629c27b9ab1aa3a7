"""Write many refreshes of a new account in one transaction, as the demo does.

The result equals one write_refresh per observation, and a test compares the two. Hundreds of refreshes cost one COPY
per table, instead of two dozen statements each.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, text

from db.copying import digest_of, field_text, insert_lines, line_of
from db.locks import lock_account_writes, lock_price_writes
from db.records import VERSIONED, Versioned
from db.refresh_marks import MARKED, RefreshMarks
from db.valuations import VALUATION_COLUMNS, valuation_fields
from db.writes.demo import replace_demo
from db.writes.ended_sums import recount_account
from db.writes.marks import mark_text, marks_of, symbols_of
from db.writes.prices import read_tick_chain, write_ticks
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
    """COPY lines of each table so far, and the current versions and marks."""

    account: Account
    lines: dict[str, list[str]] = field(default_factory=dict)
    current: dict[Source, dict[str, _CurrentVersion]] = field(default_factory=dict)
    marks: RefreshMarks = field(default_factory=lambda: RefreshMarks({}))
    symbols: str = ""  # of the last prices, as JSON
    observations: list[tuple[Observation, bytes | None]] = field(default_factory=list)  # with their packed marks

    def add(self, table: str, *fields: object) -> None:
        self.lines.setdefault(table, []).append(line_of(fields))


def write_bulk_import(
    engine: Engine, account: Account, observations: Iterable[Observation], former: Account | None = None
) -> int:
    """Write observations, oldest first, of an account without refreshes. Returns how many were written.

    `former` is another demo that the account replaces in the same transaction, so that readers always see one of them.

    Raises ValueError if a source failed, or if an observation is not newer than the one before. Raises HistoryExists
    if the account has a refresh. Nothing is written in both cases.
    """
    buffer = _Buffer(account)
    for observation in observations:
        _add_observation(buffer, observation)
    if not buffer.observations:
        return 0
    for source, versions in buffer.current.items():
        for key, version in versions.items():
            _add_version(buffer, source, key, version, "infinity")
    with engine.begin() as connection:
        if former is not None:
            replace_demo(connection, former, account)
        lock_account_writes(connection, account.id)
        if connection.execute(text(_HAS_REFRESHES), {"account_id": account.id}).scalar():
            raise HistoryExists(f"account {account.name} already has refreshes")
        _copy(connection, buffer)
    return len(buffer.observations)


def _add_observation(buffer: _Buffer, observation: Observation) -> None:
    if buffer.observations and buffer.observations[-1][0].taken_at >= observation.taken_at:
        raise ValueError(f"not newer than the observation before: {observation.taken_at.isoformat()}")
    for source in buffer.account.sources:
        success = observation.results.get(source)
        if not isinstance(success, Success):
            raise ValueError(f"a failed source cannot be imported: {source} at {observation.taken_at.isoformat()}")
        if source is Source.PRICES:
            _add_symbols(buffer, success.rows, observation.taken_at)
        elif source.kind in VERSIONED:
            _add_versions(buffer, source, success.rows, observation.taken_at)
    buffer.observations.append((observation, _add_marks(buffer, observation)))


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


def _add_marks(buffer: _Buffer, observation: Observation) -> bytes | None:
    """Add the whole marks that are due. Returns what differs from the last whole ones."""
    observed = {
        source: mark_text(marks_of(VERSIONED[source.kind], rows))
        for source in MARKED
        if (rows := observation.rows(source)) is not None
    }
    buffer.marks = buffer.marks.followed_by(observed, observation.taken_at)
    for source, total in buffer.marks.whole.items():
        if total.valid_from == observation.taken_at:
            _add_mark(buffer, source, observation.taken_at, total.text)
    return buffer.marks.packed


def _add_symbols(buffer: _Buffer, prices: Iterable[Price], taken_at: datetime) -> None:
    symbols = mark_text(symbols_of(prices))
    if symbols != buffer.symbols:
        buffer.symbols = symbols
        _add_mark(buffer, Source.PRICES, taken_at, symbols)


def _add_mark(buffer: _Buffer, source: Source, taken_at: datetime, body: str) -> None:
    buffer.add("mark", buffer.account.id, source, taken_at, digest_of(body), body)


def _copy(connection: Connection, buffer: _Buffer) -> None:
    price_ids = _copy_prices(connection, buffer)
    tables = {versioned.table: versioned for versioned in VERSIONED.values()}
    for table, versioned in tables.items():
        insert_lines(connection, table, (*_leading_columns(versioned), *versioned.columns), buffer.lines.get(table, ()))
    recount_account(connection, buffer.account.id)
    insert_lines(connection, "mark", _MARK_COLUMNS, buffer.lines.get("mark", ()))
    insert_lines(connection, "refresh", _REFRESH_COLUMNS, _refresh_lines(buffer, price_ids))
    last, _ = buffer.observations[-1]
    for source, success in last.results.items():
        assert not isinstance(success, Failure)
        digest = content_of(VERSIONED[source.kind], success.rows).digest if source.kind in VERSIONED else b""
        write_success(connection, buffer.account.id, source, digest, success, None)


def _copy_prices(connection: Connection, buffer: _Buffer) -> list[int]:
    """COPY the prices. Returns the price id of each refresh. The lock keeps out prices of other accounts."""
    venue = buffer.account.venue
    lock_price_writes(connection, venue)
    chain = read_tick_chain(connection, venue)
    before, ids = chain.state.symbols, []
    for observation, _ in buffer.observations:
        observed = observation.rows(Source.PRICES)
        symbols = () if observed is None else {price.symbol for price in observed}
        ids.append(chain.add(observation.taken_at, observed or (), partial(before.union, symbols)))
    write_ticks(connection, venue, chain.added, before)
    return ids


def _refresh_lines(buffer: _Buffer, price_ids: list[int]) -> Iterator[str]:
    valuation: Valuation | None = None
    for (observation, marks), price_id in zip(buffer.observations, price_ids, strict=True):
        valuation = observation.valuation or valuation
        values = (None,) * len(VALUATION_COLUMNS) if valuation is None else valuation_fields(valuation)
        expected_seconds = observation.account.refresh_seconds
        fields = (
            buffer.account.id,
            observation.taken_at,
            price_id,
            observation.duration_ms,
            expected_seconds,
            marks,
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
_REFRESH_COLUMNS = (
    "account_id",
    "taken_at",
    "price_id",
    "duration_ms",
    "expected_seconds",
    "marks",
    *VALUATION_COLUMNS,
)
_HAS_REFRESHES = "SELECT EXISTS (SELECT FROM refresh WHERE account_id = :account_id)"
