"""Write a failed attempt, and the failure in the state table of its source."""

from datetime import datetime

from sqlalchemy import Connection, text

from domain.sources import Failure, FailureKind, Source


def record_failure(
    connection: Connection,
    table: str,
    account_id: int,
    source: Source,
    at: datetime,
    failure: Failure,
    *,
    has_failed: bool,
    may_repeat: bool = False,
) -> None:
    """Record a failed attempt, and the failure of the source in `table` (source_state or history_state).

    A source that was not fetched made no attempt, so its previous error stays. Without a previous error (`has_failed`
    is False) "not fetched" is recorded once as the error. `may_repeat`: ignore a second attempt with the same time.
    """
    parameters = {
        "account_id": account_id,
        "source": str(source),
        "at": at,
        "kind": str(failure.kind),
        "error": failure.error,
        "duration_ms": failure.duration_ms,
        "next_attempt_at": failure.next_attempt_at,
    }
    if failure.kind is FailureKind.NOT_ASKED and has_failed:
        connection.execute(text(_NOT_ASKED.format(table=table)), parameters)
        return
    connection.execute(text(_ATTEMPT + (_REPEATED if may_repeat else "")), parameters)
    connection.execute(text(_FAILURE.format(table=table)), parameters)


_ATTEMPT = """
INSERT INTO source_failure (account_id, source, at, kind, error, duration_ms)
VALUES (:account_id, :source, :at, :kind, :error, :duration_ms)
"""

_REPEATED = "ON CONFLICT (account_id, source, at) DO NOTHING"

_FAILURE = """
INSERT INTO {table} AS state
    (account_id, source, failures, failing_since, error_kind, error, error_at, next_attempt_at)
VALUES (:account_id, :source, 1, :at, :kind, :error, :at, :next_attempt_at)
ON CONFLICT (account_id, source) DO UPDATE SET
    failures = state.failures + 1, failing_since = coalesce(state.failing_since, excluded.failing_since),
    error_kind = excluded.error_kind, error = excluded.error, error_at = excluded.error_at,
    next_attempt_at = excluded.next_attempt_at
"""

# The error of the last attempt stays, because it is the reason why the source is not fetched.
_NOT_ASKED = """
UPDATE {table}
SET next_attempt_at = :next_attempt_at
WHERE account_id = :account_id AND source = :source
"""
