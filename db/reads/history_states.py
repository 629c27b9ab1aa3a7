"""Read the states of history requests: the complete time range, and the current failure."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, text

from domain.history import HistoryState, TimeRange
from domain.sources import FailureKind, Source, Unreadable


def read_history_states(connection: Connection, account_id: int) -> Mapping[Source, HistoryState]:
    """The current state of every history request ever made."""
    return read_all_states(connection, [account_id]).get(account_id, {})


def read_all_states(
    connection: Connection, account_ids: Collection[int]
) -> Mapping[int, Mapping[Source, HistoryState]]:
    """The current state of every history request of each account."""
    states: dict[int, dict[Source, HistoryState]] = {}
    for row in connection.execute(text(_STATES), {"accounts": list(account_ids)}).mappings():
        states.setdefault(row["account_id"], {})[Source(row["source"])] = _state_from(dict(row))
    return states


def read_unreadable_history(connection: Connection, account_id: int) -> Mapping[Source, tuple[Unreadable, ...]]:
    """Unreadable rows of history by source. Sources without any are left out."""
    rows = connection.execute(text(_UNREADABLE), {"account_id": account_id})
    return {
        Source(source): tuple(Unreadable(row["error"], row["raw"]) for row in unreadable) for source, unreadable in rows
    }


def _state_from(row: Mapping[str, Any]) -> HistoryState:
    return HistoryState(
        source=Source(row["source"]),
        complete_range=None if row["known_from"] is None else TimeRange(row["known_from"], row["known_until"]),
        as_of=row["as_of"],
        failing_since=row["failing_since"],
        failures=row["failures"],
        error_kind=None if row["error_kind"] is None else FailureKind(row["error_kind"]),
        error=row["error"],
        error_at=row["error_at"],
        next_attempt_at=row["next_attempt_at"],
        unreadable_rows=row["unreadable_rows"],
    )


_STATES = """
SELECT account_id, source, known_from, known_until, as_of, failing_since, failures, error_kind, error, error_at,
       next_attempt_at,
       coalesce(jsonb_array_length(unreadable), 0) AS unreadable_rows
FROM history_state
WHERE account_id = ANY (CAST(:accounts AS integer[]))
ORDER BY account_id, source
"""

_UNREADABLE = """
SELECT source, unreadable
FROM history_state
WHERE account_id = :account_id AND unreadable IS NOT NULL
ORDER BY source
"""
