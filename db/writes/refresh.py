"""The refresh: everything that one refresh learned of one account, in one transaction under one taken_at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, text

from db.copying import json_text
from db.locks import lock_account_writes
from db.records import VERSIONED
from db.valuations import VALUATION_COLUMNS, valuation_fields
from db.writes.failures import record_failure
from db.writes.marks import marks_of, symbols_of, write_marks
from db.writes.prices import write_prices
from db.writes.source_states import StoredState, forget_state, read_states, write_success
from db.writes.versions import Content, content_of, write_versions
from domain.snapshot import Account, Observation
from domain.sources import Failure, Source, Success


class OlderRefresh(Exception):
    """A refresh that is not newer than what is known: written out of order it would rewrite the past."""

    def __init__(self, account: str, taken_at: datetime, latest: datetime) -> None:
        super().__init__(f"refresh of {account} at {taken_at.isoformat()} is not newer than {latest.isoformat()}")


@dataclass(frozen=True, slots=True)
class Written:
    """What a refresh changed in the database."""

    closed: int
    opened: int
    carried: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class _Former:
    """The latest refresh before this one, as far as the next one builds on it."""

    taken_at: datetime
    price_id: int
    carried: Mapping[str, str | None]
    not_due: Mapping[str, str]
    unreadable: Mapping[str, int]
    values: tuple[object, ...]  # in the order of VALUATION_COLUMNS

    def as_of(self, source: Source) -> str | None:
        return self.carried.get(source, self.not_due.get(source, self.taken_at.isoformat()))


def write_refresh(engine: Engine, observation: Observation) -> Written:
    """Write one observation: whole or not at all.

    A source that succeeded replaces what stood; one that failed touches nothing, and the refresh says since when it is
    carried. One that was not due touches nothing either: it stands as it did, failed or not. Everything that can be
    prepared is prepared before the transaction begins.

    Raises OlderRefresh when the account has a refresh at or after `observation.taken_at`.
    """
    contents = {
        source: content_of(VERSIONED[source.kind], result.rows)
        for source, result in observation.results.items()
        if isinstance(result, Success) and source.kind in VERSIONED
    }
    with engine.begin() as connection:
        return _write(connection, observation, contents)


def _write(connection: Connection, seen: Observation, contents: Mapping[Source, Content]) -> Written:
    account = seen.account
    lock_account_writes(connection, account.id)
    former = _read_former(connection, account.id)
    if former is not None and former.taken_at >= seen.taken_at:
        raise OlderRefresh(account.name, seen.taken_at, former.taken_at)
    states = read_states(connection, account.id)
    closed = opened = 0
    carried: dict[Source, str | None] = {}
    not_due: dict[Source, str] = {}
    for source in dict.fromkeys((*account.sources, *seen.results)):
        match seen.results.get(source):
            case Success() as success:
                changes = _write_success(connection, seen, source, success, contents.get(source), states.get(source))
                closed, opened = closed + changes[0], opened + changes[1]
            case Failure() as failure:
                has_failed = source in states and states[source].failures > 0
                record_failure(
                    connection, "source_state", account.id, source, seen.taken_at, failure, has_failed=has_failed
                )
                carried[source] = _last_success(source, former, states)
            case None:
                as_of, has_failed = _last_success(source, former, states), source in (former.carried if former else ())
                if source in seen.not_due and as_of is not None and not has_failed:
                    not_due[source] = as_of
                else:
                    carried[source] = as_of
    closed += _retire(connection, seen, states)
    price_id = _write_prices(connection, seen, former)
    _insert_refresh(connection, seen, former, price_id, carried, not_due)
    return Written(closed, opened, tuple(carried))


def _retire(connection: Connection, seen: Observation, states: Mapping[Source, StoredState]) -> int:
    """Close what sources said that are not asked any more (a market left out since); how many versions.

    Nobody would ever tell when such an order or balance goes: it must not stand for ever.
    """
    closed = 0
    for source in states.keys() - {*seen.account.sources, *seen.results}:
        if (versioned := VERSIONED.get(source.kind)) is not None:
            nothing = content_of(versioned, ())
            closed += write_versions(connection, versioned, seen.account.id, source, nothing, seen.taken_at).closed
        forget_state(connection, seen.account.id, source)
    return closed


def _last_success(source: Source, former: _Former | None, states: Mapping[Source, StoredState]) -> str | None:
    """When a source last succeeded before this refresh; None if it never did."""
    if former is None or source not in states or not states[source].succeeded:
        return None
    return former.as_of(source)


def _write_success(
    connection: Connection,
    seen: Observation,
    source: Source,
    success: Success[object],
    content: Content | None,
    state: StoredState | None,
) -> tuple[int, int]:
    """Bring a source's versions and marks to what it answered; (closed, opened). Equal content writes nothing."""
    account_id, closed, opened = seen.account.id, 0, 0
    if content is not None:
        versioned = VERSIONED[source.kind]
        if state is None or state.digest != content.digest:
            changes = write_versions(connection, versioned, account_id, source, content, seen.taken_at)
            closed, opened = changes.closed, changes.opened
        if versioned.marks:
            write_marks(connection, account_id, source, seen.taken_at, marks_of(versioned, success.rows))
    digest = content.digest if content is not None else b""
    write_success(connection, account_id, source, digest, success, state)
    return closed, opened


def _write_prices(connection: Connection, seen: Observation, former: _Former | None) -> int:
    """Write the prices this refresh saw; the highest price id that belongs to this moment."""
    prices = seen.rows(Source.PRICES)
    if prices is None:
        return former.price_id if former else 0
    write_marks(connection, seen.account.id, Source.PRICES, seen.taken_at, symbols_of(prices))
    return write_prices(connection, seen.account.venue, seen.taken_at, prices)


def _read_former(connection: Connection, account_id: int) -> _Former | None:
    row = connection.execute(text(_FORMER), {"account_id": account_id}).one_or_none()
    if row is None:
        return None
    taken_at, price_id, carried, not_due, unreadable, *values = row
    return _Former(taken_at, price_id, carried or {}, not_due or {}, unreadable or {}, tuple(values))


def _insert_refresh(
    connection: Connection,
    seen: Observation,
    former: _Former | None,
    price_id: int,
    carried: Mapping[Source, str | None],
    not_due: Mapping[Source, str],
) -> None:
    if seen.valuation is not None:
        values = valuation_fields(seen.valuation)
    else:
        values = former.values if former else (None,) * len(VALUATION_COLUMNS)
    connection.execute(
        text(_INSERT),
        {
            "account_id": seen.account.id,
            "taken_at": seen.taken_at,
            "price_id": price_id,
            "duration_ms": seen.duration_ms,
            "expected": seen.account.refresh_seconds,
            "carried": json_text(dict(carried)) if carried else None,
            "not_due": json_text(dict(not_due)) if not_due else None,
            "intervals": json_text(intervals) if (intervals := _intervals(seen.account)) else None,
            "unreadable": json_text(unreadable) if (unreadable := _unreadable(seen, former)) else None,
            **dict(zip(VALUATION_COLUMNS, values, strict=True)),
        },
    )


def _intervals(account: Account) -> dict[str, int]:
    """Every how many seconds each source is expected that is not expected at each refresh."""
    expected = {source: int(account.request_interval(source).total_seconds()) for source in account.sources}
    return {source: seconds for source, seconds in expected.items() if seconds != account.refresh_seconds}


def _unreadable(seen: Observation, former: _Former | None) -> dict[str, int]:
    """How many rows of each source's last success were not understood; sources without any are left out."""
    known = dict(former.unreadable) if former else {}
    for source, result in seen.results.items():
        if isinstance(result, Success):
            known[source] = len(result.unreadable)
    return {source: count for source, count in known.items() if count}


_VALUES = ", ".join(VALUATION_COLUMNS)

_FORMER = f"""
SELECT taken_at, price_id, carried, not_due, unreadable, {_VALUES}
FROM refresh
WHERE account_id = :account_id
ORDER BY taken_at DESC
LIMIT 1
"""  # noqa: S608 - column names from code

_INSERT = f"""
INSERT INTO refresh (account_id, taken_at, price_id, duration_ms, expected_seconds, carried, unreadable, not_due,
                     intervals, {_VALUES})
VALUES (:account_id, :taken_at, :price_id, :duration_ms, :expected, CAST(:carried AS jsonb), CAST(:unreadable AS jsonb),
        CAST(:not_due AS jsonb), CAST(:intervals AS jsonb),
        {", ".join(f":{column}" for column in VALUATION_COLUMNS)})
"""  # noqa: S608 - column names from code
