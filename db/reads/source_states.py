"""Read the state of each source of an account at a refresh."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from db.reads.history_source_states import read_history_source_states
from domain.snapshot import Account, Refresh
from domain.sources import FailureKind, Source, SourceState, Unreadable


def read_source_states(connection: Connection, account: Account, refresh: Refresh) -> Mapping[Source, SourceState]:
    """The state of each source as of a refresh, history sources included.

    A carried source has the run of failed attempts since its last success. The next attempt and the unreadable rows
    are known only for the present, so they are included only for the latest refresh. The requests of one kind of
    history are combined.
    """
    present = _read_present(connection, account.id, refresh.taken_at)
    # The current state already holds the count, so only other sources are counted from their attempts.
    sources_to_count = [source for source in refresh.carried if not present.get(source, {}).get("failures")]
    failures = _read_failures(connection, account.id, refresh, sources_to_count)
    states = {
        source: _state_of(source, refresh, failures.get(source, {}), present.get(source, {}))
        for source in dict.fromkeys((*account.sources, *refresh.carried))
    }
    return {**states, **read_history_source_states(connection, account, refresh.taken_at)}


def _state_of(source: Source, refresh: Refresh, failed: Mapping[str, Any], present: Mapping[str, Any]) -> SourceState:
    carried = source in refresh.carried
    unreadable = tuple(Unreadable(row["error"], row["raw"]) for row in present.get("unreadable") or ())
    failure = (present if present.get("failures") else failed) if carried else {}
    return SourceState(
        source=source,
        as_of=refresh.as_of(source),
        carried=carried,
        failing_since=failure.get("failing_since"),
        failures=failure.get("failures") or 0,
        error_kind=FailureKind(kind) if (kind := failure.get("error_kind")) else None,
        error=failure.get("error"),
        error_at=failure.get("error_at"),
        next_attempt_at=present.get("next_attempt_at") if carried else None,
        rows=present.get("rows"),
        unreadable_rows=refresh.unreadable.get(source, 0),
        unreadable=unreadable,
    )


def _read_failures(
    connection: Connection, account_id: int, refresh: Refresh, sources: Sequence[Source]
) -> Mapping[Source, Mapping[str, Any]]:
    """By source, the run of failures between its last success and this refresh."""
    if not sources:
        return {}
    rows = connection.execute(
        text(_FAILURES),
        {
            "account_id": account_id,
            "taken_at": refresh.taken_at,
            "sources": [str(source) for source in sources],
            "since": [refresh.carried[source] for source in sources],
        },
    ).mappings()
    return {Source(row["source"]): dict(row) for row in rows}


def _read_present(connection: Connection, account_id: int, taken_at: datetime) -> Mapping[Source, Mapping[str, Any]]:
    rows = connection.execute(text(_PRESENT), {"account_id": account_id, "taken_at": taken_at}).mappings()
    return {Source(row["source"]): dict(row) for row in rows}


_FAILURES = """
SELECT run.source, count(*) AS failures, min(at) AS failing_since, max(at) AS error_at,
       (array_agg(kind ORDER BY at DESC))[1] AS error_kind,
       (array_agg(error ORDER BY at DESC))[1] AS error
FROM unnest(CAST(:sources AS text[]), CAST(:since AS timestamptz[])) AS run (source, since)
JOIN source_failure AS failed
  ON failed.account_id = :account_id AND failed.source = run.source
 AND failed.at <= :taken_at AND failed.at > coalesce(run.since, '-infinity')
GROUP BY run.source
"""

_PRESENT = """
SELECT source, rows, failing_since, failures, error_kind, error, error_at, next_attempt_at, unreadable
FROM source_state
WHERE account_id = :account_id
  AND NOT EXISTS (SELECT FROM refresh WHERE account_id = :account_id AND taken_at > :taken_at)
"""
