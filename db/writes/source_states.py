"""Source states: how each source stands, written only when that changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from db.copying import json_text
from domain.sources import Failure, FailureKind, Source, Success


@dataclass(frozen=True, slots=True)
class StoredState:
    """What the last refreshes left of a source."""

    digest: bytes | None
    rows: int | None
    failures: int
    has_unreadable: bool

    @property
    def succeeded(self) -> bool:
        """Whether this source has ever succeeded."""
        return self.digest is not None


def read_states(connection: Connection, account_id: int) -> Mapping[Source, StoredState]:
    """The stored state of each source that was ever asked."""
    rows = connection.execute(text(_STATES), {"account_id": account_id})
    return {
        Source(source): StoredState(None if digest is None else bytes(digest), count, failures, has_unreadable)
        for source, digest, count, failures, has_unreadable in rows
    }


def write_success(
    connection: Connection,
    account_id: int,
    source: Source,
    digest: bytes,
    success: Success[object],
    state: StoredState | None,
) -> None:
    """Record a success, unless nothing about the source's state changed: a quiet source costs no row."""
    now = StoredState(digest, len(success.rows), 0, bool(success.unreadable))
    if state == now and not success.unreadable:
        return
    unreadable = [{"error": row.error, "raw": dict(row.raw)} for row in success.unreadable]
    connection.execute(
        text(_SUCCESS),
        {
            "account_id": account_id,
            "source": str(source),
            "digest": digest,
            "rows": now.rows,
            "unreadable": json_text(unreadable) if unreadable else None,
        },
    )


def forget_state(connection: Connection, account_id: int, source: Source) -> None:
    """Forget how a source stands that is not asked any more."""
    connection.execute(
        text("DELETE FROM source_state WHERE account_id = :account_id AND source = :source"),
        {"account_id": account_id, "source": str(source)},
    )


def write_failure(
    connection: Connection,
    account_id: int,
    source: Source,
    at: datetime,
    failure: Failure,
    state: StoredState | None,
) -> None:
    """Record a failed attempt and that the source is failing.

    A source that was not asked made no attempt: the error it failed with before stands. If it did not fail before, that
    it was not asked is the reason, and is recorded once.
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
    if failure.kind is FailureKind.NOT_ASKED and state is not None and state.failures:
        connection.execute(text(_NOT_ASKED), parameters)
        return
    connection.execute(text(_ATTEMPT), parameters)
    connection.execute(text(_FAILURE), parameters)


_STATES = """
SELECT source, digest, rows, failures, unreadable IS NOT NULL
FROM source_state
WHERE account_id = :account_id
"""

_SUCCESS = """
INSERT INTO source_state AS state (account_id, source, digest, rows, unreadable)
VALUES (:account_id, :source, :digest, :rows, CAST(:unreadable AS jsonb))
ON CONFLICT (account_id, source) DO UPDATE SET
    digest = excluded.digest, rows = excluded.rows, unreadable = excluded.unreadable,
    failures = 0, failing_since = NULL, error_kind = NULL, error = NULL, error_at = NULL, next_attempt_at = NULL
"""

_ATTEMPT = """
INSERT INTO source_failure (account_id, source, at, kind, error, duration_ms)
VALUES (:account_id, :source, :at, :kind, :error, :duration_ms)
"""

_FAILURE = """
INSERT INTO source_state AS state
    (account_id, source, failures, failing_since, error_kind, error, error_at, next_attempt_at)
VALUES (:account_id, :source, 1, :at, :kind, :error, :at, :next_attempt_at)
ON CONFLICT (account_id, source) DO UPDATE SET
    failures = state.failures + 1, failing_since = coalesce(state.failing_since, excluded.failing_since),
    error_kind = excluded.error_kind, error = excluded.error, error_at = excluded.error_at,
    next_attempt_at = excluded.next_attempt_at
"""

# The error of the last attempt made stays: it is why the source is not asked.
_NOT_ASKED = """
UPDATE source_state
SET next_attempt_at = :next_attempt_at
WHERE account_id = :account_id AND source = :source
"""
