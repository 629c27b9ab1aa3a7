"""Write the state of each source, only on change."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from db.copying import json_text
from domain.sources import Source, Success


@dataclass(frozen=True, slots=True)
class StoredState:
    """The stored state of a source."""

    digest: bytes | None
    rows: int | None
    failures: int
    has_unreadable: bool

    @property
    def succeeded(self) -> bool:
        """True if this source has ever succeeded."""
        return self.digest is not None


def read_states(connection: Connection, account_id: int) -> Mapping[Source, StoredState]:
    """The stored state of each source that was ever fetched."""
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
    """Record a success, unless the state of the source is unchanged."""
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
    """Delete the state of a source no longer fetched."""
    connection.execute(
        text("DELETE FROM source_state WHERE account_id = :account_id AND source = :source"),
        {"account_id": account_id, "source": str(source)},
    )


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
