"""Read the states of history sources as of a refresh, in the form of snapshot sources."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from db.reads.history_states import read_all_states, read_unreadable_history
from domain.history import CONFIRM_EVERY, HistoryState
from domain.snapshot import Account
from domain.sources import Source, SourceState, Unreadable

# A request is obsolete if it was last made this long, and this many intervals, before others of its kind.
DROPPED_AFTER, DROPPED_AFTER_ROUNDS = timedelta(hours=1), 3 * CONFIRM_EVERY


def read_history_source_states(
    connection: Connection, account: Account, taken_at: datetime
) -> Mapping[Source, SourceState]:
    """The state of each kind of history of an account (see read_all_history_states)."""
    return read_all_history_states(connection, [(account, taken_at)])[account.id]


def read_all_history_states(
    connection: Connection, places: Collection[tuple[Account, datetime]]
) -> Mapping[int, Mapping[Source, SourceState]]:
    """The state of each kind of history of each account: the oldest time and the worst failure among its current
    requests.

    Only the current state is stored. For an earlier refresh, `as_of` is the earlier of that refresh and the current
    state, and failures are unknown, so none are shown.
    """
    states = read_all_states(connection, [account.id for account, _ in places])
    parameters = {"accounts": [account.id for account, _ in places], "moments": [at for _, at in places]}
    earlier = set(connection.execute(text(_FORMER), parameters).scalars())
    return {
        account.id: {
            state.source: _as_of(state, taken_at) if account.id in earlier else state
            for state in _states_of(connection, account, states.get(account.id, {}), account.id not in earlier)
        }
        for account, taken_at in places
    }


def _states_of(
    connection: Connection, account: Account, states: Mapping[Source, HistoryState], is_latest: bool
) -> Iterator[SourceState]:
    for kind in dict.fromkeys(source.kind for source in account.history):
        requests = _current_requests([states[source] for source in states if source.kind is kind], account)
        state = _combined(Source.of(kind), requests)
        if is_latest and state.unreadable_rows:
            state = replace(state, unreadable=_unreadable(connection, account.id, requests))
        yield state


def _current_requests(requests: Sequence[HistoryState], account: Account) -> Sequence[HistoryState]:
    """The requests that are still made."""
    last_attempts = {
        request.source: max(at for at in (request.as_of, request.error_at) if at)
        for request in requests
        if _was_tried(request)
    }
    longest = max(DROPPED_AFTER, DROPPED_AFTER_ROUNDS * timedelta(seconds=account.history_seconds))
    newest = max(last_attempts.values(), default=None)
    return [
        request
        for request in requests
        if newest is None or newest - last_attempts.get(request.source, newest) <= longest
    ]


def _unreadable(connection: Connection, account_id: int, requests: Sequence[HistoryState]) -> tuple[Unreadable, ...]:
    rows_by_source = read_unreadable_history(connection, account_id)
    return tuple(row for request in requests for row in rows_by_source.get(request.source, ()))


def _was_tried(request: HistoryState) -> bool:
    return request.as_of is not None or request.error_at is not None


def _combined(source: Source, requests: Sequence[HistoryState]) -> SourceState:
    moments = [request.as_of for request in requests if request.as_of is not None]
    failing = [request for request in requests if request.failures]
    worst = max(failing, key=lambda request: (request.failures, request.source), default=None)
    return SourceState(
        source=source,
        as_of=min(moments, default=None),
        carried=bool(failing),
        failing_since=min((request.failing_since for request in failing if request.failing_since), default=None),
        failures=worst.failures if worst else 0,
        error_kind=worst.error_kind if worst else None,
        error=_error_with_request(worst, len(requests)) if worst else None,
        error_at=worst.error_at if worst else None,
        next_attempt_at=worst.next_attempt_at if worst else None,
        unreadable_rows=sum(request.unreadable_rows for request in requests),
    )


def _error_with_request(request: HistoryState, request_count: int) -> str | None:
    """The error, prefixed with the request if there are several."""
    if request.error is None or request_count == 1 or request.source.part is None:
        return request.error
    return f"{request.source.part}: {request.error}"


def _as_of(state: SourceState, taken_at: datetime) -> SourceState:
    then = None if state.as_of is None else min(state.as_of, taken_at)
    return replace(SourceState(state.source, then, carried=False), unreadable_rows=state.unreadable_rows)


_FORMER = """
SELECT place.id
FROM unnest(CAST(:accounts AS integer[]), CAST(:moments AS timestamptz[])) AS place (id, at)
WHERE EXISTS (SELECT FROM refresh WHERE account_id = place.id AND taken_at > place.at)
"""
