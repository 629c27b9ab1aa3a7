"""Read the state of each source of an account at a refresh."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from db.reads.history_source_states import read_all_history_states
from domain.snapshot import Account, Refresh
from domain.sources import FailureKind, Source, SourceState, Unreadable


def read_all_source_states(
    connection: Connection, places: Collection[tuple[Account, Refresh]]
) -> Mapping[int, Mapping[Source, SourceState]]:
    """The state of each source of each account as of its refresh, history sources included.

    A carried source has the run of failed attempts since its last success. The next attempt and the unreadable rows
    are known only for the present, so they are included only for the latest refresh. The requests of one kind of
    history are combined.
    """
    present = _read_present(connection, places)
    # The current state already holds the count, so only other sources are counted from their attempts.
    to_count = [
        (refresh, source)
        for account, refresh in places
        for source in refresh.carried
        if not present[account.id].get(source, {}).get("failures")
    ]
    failures = _read_failures(connection, to_count)
    history = read_all_history_states(connection, [(account, refresh.taken_at) for account, refresh in places])
    states: dict[int, Mapping[Source, SourceState]] = {}
    for account, refresh in places:
        current = present[account.id]
        of_refresh = {
            source: _state_of(source, refresh, failures.get((account.id, source), {}), current.get(source, {}))
            for source in dict.fromkeys((*account.sources, *refresh.carried))
        }
        states[account.id] = {**of_refresh, **history[account.id]}
    return states


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
    connection: Connection, wanted: Sequence[tuple[Refresh, Source]]
) -> Mapping[tuple[int, Source], Mapping[str, Any]]:
    """By account and source, the run of failures between its last success and its refresh."""
    if not wanted:
        return {}
    parameters = {
        "accounts": [refresh.account_id for refresh, _ in wanted],
        "moments": [refresh.taken_at for refresh, _ in wanted],
        "sources": [str(source) for _, source in wanted],
        "since": [refresh.carried[source] for refresh, source in wanted],
    }
    rows = connection.execute(text(_FAILURES), parameters).mappings()
    return {(row["account_id"], Source(row["source"])): dict(row) for row in rows}


def _read_present(
    connection: Connection, places: Collection[tuple[Account, Refresh]]
) -> Mapping[int, Mapping[Source, Mapping[str, Any]]]:
    """By account, the current state of its sources. Empty if its refresh is not the latest."""
    present: dict[int, dict[Source, Mapping[str, Any]]] = {account.id: {} for account, _ in places}
    parameters = {
        "accounts": [account.id for account, _ in places],
        "moments": [refresh.taken_at for _, refresh in places],
    }
    for row in connection.execute(text(_PRESENT), parameters).mappings():
        present[row["account_id"]][Source(row["source"])] = dict(row)
    return present


_FAILURES = """
SELECT run.account_id, run.source, count(*) AS failures, min(at) AS failing_since, max(at) AS error_at,
       (array_agg(kind ORDER BY at DESC))[1] AS error_kind,
       (array_agg(error ORDER BY at DESC))[1] AS error
FROM unnest(CAST(:accounts AS integer[]), CAST(:sources AS text[]), CAST(:since AS timestamptz[]),
            CAST(:moments AS timestamptz[])) AS run (account_id, source, since, taken_at)
JOIN source_failure AS failed
  ON failed.account_id = run.account_id AND failed.source = run.source
 AND failed.at <= run.taken_at AND failed.at > coalesce(run.since, '-infinity')
GROUP BY run.account_id, run.source
"""

_PRESENT = """
SELECT account_id, source, rows, failing_since, failures, error_kind, error, error_at, next_attempt_at, unreadable
FROM unnest(CAST(:accounts AS integer[]), CAST(:moments AS timestamptz[])) AS place (id, at)
JOIN source_state ON account_id = place.id
WHERE NOT EXISTS (SELECT FROM refresh WHERE refresh.account_id = place.id AND taken_at > place.at)
"""
