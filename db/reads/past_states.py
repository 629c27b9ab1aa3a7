"""How did the sources of an account's past stand at one of its refreshes, in the shape of all other sources?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from db.reads.history_states import read_history_states, read_unreadable_history
from domain.history import HistoryState
from domain.snapshot import Account
from domain.sources import Source, SourceState, Unreadable

# A call that was not made for so long, and so many rounds, while others of its kind were, is not made any more.
DROPPED_AFTER, DROPPED_AFTER_ROUNDS = timedelta(hours=1), 10


def read_past_states(connection: Connection, account: Account, taken_at: datetime) -> Mapping[Source, SourceState]:
    """The state of each kind of the account's past: of the calls still made, as old as the oldest, as bad as the worst.

    Only its present is kept. Of a refresh that is not the account's latest it is told that the past was known up to it,
    or up to where it is known by now; whether a source failed then is not known any more.
    """
    if not account.history:
        return {}
    known = read_history_states(connection, account.id)
    is_latest = not connection.execute(text(_IS_FORMER), {"account_id": account.id, "taken_at": taken_at}).scalar()
    states = {}
    for kind in dict.fromkeys(source.kind for source in account.history):
        parts = _asked([known[source] for source in known if source.kind is kind], account)
        state = _folded(Source.of(kind), parts)
        if is_latest and state.unreadable_rows:
            state = replace(state, unreadable=_unreadable(connection, account.id, parts))
        states[state.source] = state if is_latest else _as_of(state, taken_at)
    return states


def _asked(parts: Sequence[HistoryState], account: Account) -> Sequence[HistoryState]:
    """The calls that are still made."""
    tried = {part.source: max(at for at in (part.as_of, part.error_at) if at) for part in parts if _was_tried(part)}
    longest = max(DROPPED_AFTER, DROPPED_AFTER_ROUNDS * timedelta(seconds=account.history_seconds))
    newest = max(tried.values(), default=None)
    return [part for part in parts if newest is None or newest - tried.get(part.source, newest) <= longest]


def _unreadable(connection: Connection, account_id: int, parts: Sequence[HistoryState]) -> tuple[Unreadable, ...]:
    told = read_unreadable_history(connection, account_id)
    return tuple(row for part in parts for row in told.get(part.source, ()))


def _was_tried(part: HistoryState) -> bool:
    return part.as_of is not None or part.error_at is not None


def _folded(source: Source, parts: Sequence[HistoryState]) -> SourceState:
    moments = [part.as_of for part in parts if part.as_of is not None]
    failing = [part for part in parts if part.failures]
    worst = max(failing, key=lambda part: (part.failures, part.source), default=None)
    return SourceState(
        source=source,
        as_of=min(moments, default=None),
        carried=bool(failing),
        failing_since=min((part.failing_since for part in failing if part.failing_since), default=None),
        failures=worst.failures if worst else 0,
        error_kind=worst.error_kind if worst else None,
        error=_named(worst, len(parts)) if worst else None,
        error_at=worst.error_at if worst else None,
        next_attempt_at=worst.next_attempt_at if worst else None,
        unreadable_rows=sum(part.unreadable_rows for part in parts),
    )


def _named(part: HistoryState, parts: int) -> str | None:
    """The error, with the call that it belongs to where there are several."""
    if part.error is None or parts == 1 or part.source.part is None:
        return part.error
    return f"{part.source.part}: {part.error}"


def _as_of(state: SourceState, taken_at: datetime) -> SourceState:
    then = None if state.as_of is None else min(state.as_of, taken_at)
    return replace(SourceState(state.source, then, carried=False), unreadable_rows=state.unreadable_rows)


_IS_FORMER = "SELECT EXISTS (SELECT FROM refresh WHERE account_id = :account_id AND taken_at > :taken_at)"
