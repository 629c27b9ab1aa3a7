"""History: a whole past in one transaction, as if each of its refreshes had been written when it was taken.

For a past that is known at once, such as the demo's: hundreds of refreshes cost a COPY for each table instead of two
dozen statements each. What a version, a mark or a price is, is decided as in refresh.py, and a test compares the two.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from db.copying import copy_lines, digest_of, field_text, json_text, line_of
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


class PastExists(Exception):
    """The account has refreshes already: its past is not written a second time."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """A version that stands, until an observation says otherwise."""

    row: Any
    valid_from: datetime
    digest: bytes
    line: str


@dataclass(slots=True)
class _Past:
    """What was gathered so far: finished lines for each table, and what stands now."""

    account: Account
    lines: dict[str, list[str]] = field(default_factory=dict)
    standing: dict[Source, dict[str, _Standing]] = field(default_factory=dict)
    marks: dict[Source, bytes] = field(default_factory=dict)
    prices: dict[str, Price] = field(default_factory=dict)
    # Lines of prices still without an id, and for each refresh how many of them it could see.
    price_lines: list[str] = field(default_factory=list)
    refreshes: list[tuple[Observation, int]] = field(default_factory=list)

    def add(self, table: str, *fields: object) -> None:
        self.lines.setdefault(table, []).append(line_of(fields))


def write_history(engine: Engine, account: Account, observations: Iterable[Observation]) -> int:
    """Write the past of an account that has none yet, oldest first: whole or not at all; how many refreshes.

    Every source of every observation succeeded, and each is newer than the one before (ValueError otherwise).
    Raises PastExists when the account has a refresh.
    """
    past = _Past(account)
    for observation in observations:
        _take(past, observation)
    if not past.refreshes:
        return 0
    for source, standing in past.standing.items():
        for key, version in standing.items():
            _end(past, source, key, version, "infinity")
    with engine.begin() as connection:
        lock_account_writes(connection, account.id)
        if connection.execute(text(_HAS_PAST), {"account_id": account.id}).scalar():
            raise PastExists(f"account {account.name} has a past already")
        _copy(connection, past)
    return len(past.refreshes)


def _take(past: _Past, seen: Observation) -> None:
    if past.refreshes and past.refreshes[-1][0].taken_at >= seen.taken_at:
        raise ValueError(f"not newer than the observation before: {seen.taken_at.isoformat()}")
    for source in past.account.sources:
        success = seen.results.get(source)
        if not isinstance(success, Success):
            raise ValueError(f"a past has no failures: {source} at {seen.taken_at.isoformat()}")
        if source is Source.PRICES:
            _take_prices(past, success.rows, seen.taken_at)
        elif source.kind in VERSIONED:
            _take_versions(past, source, success.rows, seen.taken_at)
    past.refreshes.append((seen, len(past.price_lines)))


def _take_versions(past: _Past, source: Source, rows: Iterable[Any], taken_at: datetime) -> None:
    versioned, standing = VERSIONED[source.kind], past.standing.setdefault(source, {})
    rows = {row.key: row for row in rows}
    for key in [key for key in standing if key not in rows]:
        _end(past, source, key, standing.pop(key), taken_at)
    for key, row in rows.items():
        known = standing.get(key)
        if known is not None and _is_surely_same(known.row, row):
            continue
        line = line_of(versioned.content(row))
        digest = version_digest(versioned, line)
        if known is not None and known.digest != digest:
            _end(past, source, key, known, taken_at)
        if known is None or known.digest != digest:
            standing[key] = _Standing(row, taken_at, digest, line)
    if versioned.marks:
        _mark(past, source, taken_at, marks_of(versioned, rows.values()))


def _is_surely_same(known: Any, row: Any) -> bool:
    """Whether a record says the same to the digit, without encoding it: it was read off the same payload."""
    raw = getattr(row, "raw", None)
    return bool(raw) and raw == known.raw and row == known


def _end(past: _Past, source: Source, key: str, version: _Standing, valid_to: object) -> None:
    versioned = VERSIONED[source.kind]
    named = [source] if "source" in _leading(versioned) else []
    start = line_of((past.account.id, version.valid_from, valid_to, *named, key, version.digest))
    past.lines.setdefault(versioned.table, []).append(f"{start}\t{version.line}")


def _leading(versioned: Versioned) -> tuple[str, ...]:
    named = ("source",) if versioned.table == "order_version" else ()
    return ("account_id", "valid_from", "valid_to", *named, "key", "digest")


def _mark(past: _Past, source: Source, taken_at: datetime, marks: object) -> None:
    body = json_text(marks)
    digest = digest_of(body)
    if past.marks.get(source) != digest:
        past.marks[source] = digest
        past.add("mark", past.account.id, source, taken_at, digest, body)


def _take_prices(past: _Past, prices: Iterable[Price], taken_at: datetime) -> None:
    told = {price.symbol: price for price in prices}
    for symbol, price in sorted(told.items()):
        if past.prices.get(symbol) != price:
            past.prices[symbol] = price
            fields = (past.account.venue, taken_at, *(getattr(price, column) for column in PRICE_COLUMNS))
            past.price_lines.append(line_of(fields))
    _mark(past, Source.PRICES, taken_at, symbols_of(told.values()))


def _copy(connection: Connection, past: _Past) -> None:
    price_ids = _copy_prices(connection, past)
    tables = {versioned.table: versioned for versioned in VERSIONED.values()}
    for table, versioned in tables.items():
        copy_lines(connection, table, (*_leading(versioned), *versioned.columns), past.lines.get(table, ()))
    copy_lines(connection, "mark", _MARK_COLUMNS, past.lines.get("mark", ()))
    copy_lines(connection, "refresh", _REFRESH_COLUMNS, _refresh_lines(past, price_ids))
    last = past.refreshes[-1][0]
    for source, success in last.results.items():
        assert not isinstance(success, Failure)
        digest = content_of(VERSIONED[source.kind], success.rows).digest if source.kind in VERSIONED else b""
        write_success(connection, past.account.id, source, digest, success, None)


def _copy_prices(connection: Connection, past: _Past) -> list[int]:
    """Copy the prices; the ids they were given, in their order. The lock keeps those of other accounts out."""
    lock_price_writes(connection, past.account.venue)
    before = connection.execute(text(_HIGHEST_PRICE)).scalar_one()
    copy_lines(connection, "price", ("exchange", "at", *PRICE_COLUMNS), past.price_lines)
    given = connection.execute(text(_PRICE_IDS), {"exchange": past.account.venue, "before": before})
    return list(given.scalars())


def _refresh_lines(past: _Past, price_ids: list[int]) -> Iterator[str]:
    valuation: Valuation | None = None
    for seen, prices in past.refreshes:
        valuation = seen.valuation or valuation
        values = (None,) * len(VALUATION_COLUMNS) if valuation is None else valuation_fields(valuation)
        price_id = price_ids[prices - 1] if prices else 0
        every = seen.account.refresh_seconds
        fields = (past.account.id, seen.taken_at, price_id, seen.duration_ms, every, *map(_plain, values))
        yield "\t".join(map(field_text, fields))


def _plain(value: object) -> object:
    """A value as COPY takes it: a list as an array literal."""
    if not isinstance(value, list):
        return value
    quoted = (str(word).replace("\\", "\\\\").replace('"', '\\"') for word in value)
    return "{" + ",".join(f'"{word}"' for word in quoted) + "}"


_MARK_COLUMNS = ("account_id", "source", "valid_from", "digest", "marks")
_REFRESH_COLUMNS = ("account_id", "taken_at", "price_id", "duration_ms", "expected_seconds", *VALUATION_COLUMNS)
_HAS_PAST = "SELECT EXISTS (SELECT FROM refresh WHERE account_id = :account_id)"
_HIGHEST_PRICE = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM price_id_seq"
_PRICE_IDS = "SELECT id FROM price WHERE exchange = :exchange AND id > :before ORDER BY id"
