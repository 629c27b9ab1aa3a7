"""Write one refresh of one account in one transaction, under one taken_at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, text

from db.copying import json_text
from db.leases import Fence, check_fence
from db.locks import lock_account_writes
from db.reads.versions import read_refresh_marks
from db.records import VERSIONED
from db.refresh_marks import MARKED
from db.valuations import VALUATION_COLUMNS, valuation_fields
from db.writes.ended_sums import count_refresh
from db.writes.failures import record_failure
from db.writes.marks import mark_text, marks_of, write_symbols, write_whole_marks
from db.writes.prices import write_prices
from db.writes.source_states import StoredState, forget_state, read_states, write_success
from db.writes.versions import Content, content_of, write_versions
from domain.snapshot import Account, Observation
from domain.sources import Failure, Source, Success


class OlderRefresh(Exception):
    """The refresh is not newer than the latest one. Writing it would change past snapshots."""

    def __init__(self, account: str, taken_at: datetime, latest: datetime) -> None:
        super().__init__(f"refresh of {account} at {taken_at.isoformat()} is not newer than {latest.isoformat()}")


@dataclass(frozen=True, slots=True)
class Written:
    """The numbers of closed and opened versions, and the carried sources."""

    closed: int
    opened: int
    carried: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class _PreviousRefresh:
    """The columns of the previous refresh that the new one builds on."""

    taken_at: datetime
    price_id: int
    carried: Mapping[str, str | None]
    not_due: Mapping[str, str]
    unreadable: Mapping[str, int]
    values: tuple[object, ...]  # in the order of VALUATION_COLUMNS

    def as_of(self, source: Source) -> str | None:
        return self.carried.get(source, self.not_due.get(source, self.taken_at.isoformat()))


def write_refresh(engine: Engine, observation: Observation, fence: Fence | None = None) -> Written:
    """Write one observation in one transaction.

    A successful source replaces its current rows. A failed source keeps them, and the refresh records the time of its
    last success (`carried`). A source that was not due keeps its rows and its state. The content is encoded before the
    transaction begins.

    Raises LeaseLost if the `fence` is not valid any more (None: nobody else serves the account), and OlderRefresh if
    the account has a refresh at or after `observation.taken_at`.
    """
    contents = {
        source: content_of(VERSIONED[source.kind], result.rows)
        for source, result in observation.results.items()
        if isinstance(result, Success) and source.kind in VERSIONED
    }
    with engine.begin() as connection:
        if fence is not None:
            check_fence(connection, fence)
        return _write(connection, observation, contents)


def _write(connection: Connection, observation: Observation, contents: Mapping[Source, Content]) -> Written:
    account = observation.account
    lock_account_writes(connection, account.id)
    previous = _read_previous(connection, account.id)
    if previous is not None and previous.taken_at >= observation.taken_at:
        raise OlderRefresh(account.name, observation.taken_at, previous.taken_at)
    states = read_states(connection, account.id)
    closed = opened = 0
    carried: dict[Source, str | None] = {}
    not_due: dict[Source, str] = {}
    for source in dict.fromkeys((*account.sources, *observation.results)):
        match observation.results.get(source):
            case Success() as success:
                changes = _write_success(
                    connection, observation, source, success, contents.get(source), states.get(source)
                )
                closed, opened = closed + changes[0], opened + changes[1]
            case Failure() as failure:
                has_failed = source in states and states[source].failures > 0
                record_failure(
                    connection, "source_state", account.id, source, observation.taken_at, failure, has_failed=has_failed
                )
                carried[source] = _last_success(source, previous, states)
            case None:
                as_of, has_failed = (
                    _last_success(source, previous, states),
                    source in (previous.carried if previous else ()),
                )
                if source in observation.not_due and as_of is not None and not has_failed:
                    not_due[source] = as_of
                else:
                    carried[source] = as_of
    closed += _retire(connection, observation, states)
    if previous is not None and (closed or opened):
        count_refresh(connection, account.id, observation.taken_at)
    price_id = _write_prices(connection, observation, previous)
    marks = _write_marks(connection, observation)
    _insert_refresh(connection, observation, previous, price_id, carried, not_due, marks)
    return Written(closed, opened, tuple(carried))


def _retire(connection: Connection, observation: Observation, states: Mapping[Source, StoredState]) -> int:
    """Close the versions of sources that are no longer fetched (a removed market). Returns how many.

    No response would ever close them, so these orders and balances would stay for ever.
    """
    closed = 0
    for source in states.keys() - {*observation.account.sources, *observation.results}:
        if (versioned := VERSIONED.get(source.kind)) is not None:
            nothing = content_of(versioned, ())
            closed += write_versions(
                connection, versioned, observation.account.id, source, nothing, observation.taken_at
            ).closed
        forget_state(connection, observation.account.id, source)
    return closed


def _last_success(
    source: Source, previous: _PreviousRefresh | None, states: Mapping[Source, StoredState]
) -> str | None:
    """The time of the last success of a source before this refresh, None if it never succeeded."""
    if previous is None or source not in states or not states[source].succeeded:
        return None
    return previous.as_of(source)


def _write_success(
    connection: Connection,
    observation: Observation,
    source: Source,
    success: Success[object],
    content: Content | None,
    state: StoredState | None,
) -> tuple[int, int]:
    """Update the versions of a source. Returns (closed, opened). Equal content writes nothing."""
    account_id, closed, opened = observation.account.id, 0, 0
    if content is not None:
        versioned = VERSIONED[source.kind]
        if state is None or state.digest != content.digest:
            changes = write_versions(connection, versioned, account_id, source, content, observation.taken_at)
            closed, opened = changes.closed, changes.opened
    digest = content.digest if content is not None else b""
    write_success(connection, account_id, source, digest, success, state)
    return closed, opened


def _write_prices(connection: Connection, observation: Observation, previous: _PreviousRefresh | None) -> int:
    """Write the prices of this refresh. Returns the highest price id visible to it."""
    prices = observation.rows(Source.PRICES)
    if prices is None:
        return previous.price_id if previous else 0
    write_symbols(connection, observation.account.id, observation.taken_at, prices)
    return write_prices(connection, observation.account.venue, observation.taken_at, prices)


def _write_marks(connection: Connection, observation: Observation) -> bytes | None:
    """Write whole marks if they are due. Returns what differs from the last whole ones."""
    account_id = observation.account.id
    observed = {
        source: mark_text(marks_of(VERSIONED[source.kind], rows))
        for source in MARKED
        if (rows := observation.rows(source)) is not None
    }
    before = read_refresh_marks(connection, account_id, observation.taken_at)
    marks = before.followed_by(observed, observation.taken_at)
    write_whole_marks(connection, account_id, observation.taken_at, marks)
    return marks.packed


def _read_previous(connection: Connection, account_id: int) -> _PreviousRefresh | None:
    row = connection.execute(text(_PREVIOUS), {"account_id": account_id}).one_or_none()
    if row is None:
        return None
    taken_at, price_id, carried, not_due, unreadable, *values = row
    return _PreviousRefresh(taken_at, price_id, carried or {}, not_due or {}, unreadable or {}, tuple(values))


def _insert_refresh(
    connection: Connection,
    observation: Observation,
    previous: _PreviousRefresh | None,
    price_id: int,
    carried: Mapping[Source, str | None],
    not_due: Mapping[Source, str],
    marks: bytes | None,
) -> None:
    if observation.valuation is not None:
        values = valuation_fields(observation.valuation)
    else:
        values = previous.values if previous else (None,) * len(VALUATION_COLUMNS)
    connection.execute(
        text(_INSERT),
        {
            "account_id": observation.account.id,
            "taken_at": observation.taken_at,
            "price_id": price_id,
            "duration_ms": observation.duration_ms,
            "expected": observation.account.refresh_seconds,
            "carried": json_text(dict(carried)) if carried else None,
            "not_due": json_text(dict(not_due)) if not_due else None,
            "intervals": json_text(intervals) if (intervals := _intervals(observation.account)) else None,
            "unreadable": json_text(unreadable) if (unreadable := _unreadable(observation, previous)) else None,
            "marks": marks,
            **dict(zip(VALUATION_COLUMNS, values, strict=True)),
        },
    )


def _intervals(account: Account) -> dict[str, int]:
    """The intervals in seconds of sources that are not fetched at each refresh."""
    expected = {source: int(account.request_interval(source).total_seconds()) for source in account.sources}
    return {source: seconds for source, seconds in expected.items() if seconds != account.refresh_seconds}


def _unreadable(observation: Observation, previous: _PreviousRefresh | None) -> dict[str, int]:
    """The number of unreadable rows in the last success of each source. Sources without any are left out."""
    counts = dict(previous.unreadable) if previous else {}
    for source, result in observation.results.items():
        if isinstance(result, Success):
            counts[source] = len(result.unreadable)
    return {source: count for source, count in counts.items() if count}


_VALUES = ", ".join(VALUATION_COLUMNS)

_PREVIOUS = f"""
SELECT taken_at, price_id, carried, not_due, unreadable, {_VALUES}
FROM refresh
WHERE account_id = :account_id
ORDER BY taken_at DESC
LIMIT 1
"""  # noqa: S608 - column names from code

_INSERT = f"""
INSERT INTO refresh (account_id, taken_at, price_id, duration_ms, expected_seconds, carried, unreadable, not_due,
                     intervals, marks, {_VALUES})
VALUES (:account_id, :taken_at, :price_id, :duration_ms, :expected, CAST(:carried AS jsonb), CAST(:unreadable AS jsonb),
        CAST(:not_due AS jsonb), CAST(:intervals AS jsonb), :marks,
        {", ".join(f":{column}" for column in VALUATION_COLUMNS)})
"""  # noqa: S608 - column names from code
