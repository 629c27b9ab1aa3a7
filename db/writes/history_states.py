"""Write the states of history requests: the complete time range, and the current failure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from db.copying import json_text
from db.locks import lock_history_writes
from db.writes.failures import record_failure
from domain.history import TimeRange
from domain.sources import Failure, Source, Unreadable

# The most unreadable rows to keep per source, with payloads.
MOST_UNREADABLE = 200


class HistoryGap(ValueError):
    """A page neither touches nor overlaps the known time range, so writing it would leave a gap."""


def write_history_success(
    engine: Engine,
    account_id: int,
    source: Source,
    covered: TimeRange | None,
    at: datetime,
    unreadable: Sequence[Unreadable] = (),
) -> None:
    """Record a successful request for the time range `covered`, or for none (None). Raises HistoryGap."""
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        extend_known(connection, account_id, source, covered, at, unreadable)


def extend_known(
    connection: Connection,
    account_id: int,
    source: Source,
    covered: TimeRange | None,
    at: datetime,
    unreadable: Iterable[Unreadable],
) -> None:
    """Extend the known range of a source by a page, and clear its failure. The caller holds the history lock.

    A page must overlap or touch the known range. Otherwise HistoryGap is raised and nothing is written.
    Unreadable rows of earlier pages stay recorded until a page covers their range.
    """
    key = {"account_id": account_id, "source": str(source)}
    row = connection.execute(text(_STATE), key).one_or_none()
    stored = None if row is None or row[0] is None else TimeRange(row[0], row[1])
    joined = _joined(stored, covered, source)
    unreadable_rows = _merged_unreadable(row[2] if row is not None else None, covered, unreadable)
    connection.execute(
        text(_SUCCESS),
        {
            **key,
            "known_from": joined.since if joined else None,
            "known_until": joined.until if joined else None,
            "as_of": at,
            "unreadable": json_text(unreadable_rows) if unreadable_rows else None,
        },
    )


def _joined(stored: TimeRange | None, page: TimeRange | None, source: Source) -> TimeRange | None:
    if page is not None and page.since > page.until:
        raise ValueError(f"a time range ends before it begins: {page.since.isoformat()}, {page.until.isoformat()}")
    if stored is None or page is None:
        return stored or page
    if page.since > stored.until or page.until < stored.since:
        raise HistoryGap(
            f"{source}: [{page.since.isoformat()}, {page.until.isoformat()}) does not touch the known range, "
            f"[{stored.since.isoformat()}, {stored.until.isoformat()})"
        )
    return TimeRange(min(stored.since, page.since), max(stored.until, page.until))


def _merged_unreadable(
    stored: Sequence[Mapping[str, Any]] | None, page: TimeRange | None, unreadable: Iterable[Unreadable]
) -> list[Mapping[str, Any]]:
    """Unreadable rows after this page: stored rows outside its range, and its own, without duplicates."""
    since, until = (page.since.isoformat(), page.until.isoformat()) if page else (None, None)
    kept = [row for row in stored or () if not _covers(page, row)]
    bodies = {json_text(row["raw"]) for row in kept}
    for row in unreadable:
        body = json_text(dict(row.raw))
        if body not in bodies:
            bodies.add(body)
            kept.append({"error": row.error, "raw": dict(row.raw), "since": since, "until": until})
    return kept[:MOST_UNREADABLE]


def _covers(page: TimeRange | None, row: Mapping[str, Any]) -> bool:
    if page is None or row["since"] is None:
        return page is None and row["since"] is None
    return page.since <= datetime.fromisoformat(row["since"]) and datetime.fromisoformat(row["until"]) <= page.until


def write_history_failure(engine: Engine, account_id: int, source: Source, at: datetime, failure: Failure) -> None:
    """Record a failed request. The known range stays."""
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        named = {"account_id": account_id, "source": str(source)}
        has_failed = bool(connection.execute(text(_FAILURES), named).scalar())
        record_failure(
            connection, "history_state", account_id, source, at, failure, has_failed=has_failed, may_repeat=True
        )


def write_nothing_missing(engine: Engine, account_id: int, source: Source, at: datetime) -> None:
    """Record that a source was complete at a moment without a request. A request that failed keeps its failure."""
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        row = {"account_id": account_id, "source": str(source), "as_of": at}
        connection.execute(text(_NOTHING_MISSING), row)


def forget_history_failure(engine: Engine, account_id: int, source: Source) -> None:
    """Delete the state of a request that never succeeded and was replaced by others."""
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        connection.execute(text(_FORGET), {"account_id": account_id, "source": str(source)})


_NOTHING_MISSING = """
INSERT INTO history_state (account_id, source, as_of)
VALUES (:account_id, :source, :as_of)
ON CONFLICT (account_id, source) DO UPDATE SET as_of = greatest(history_state.as_of, excluded.as_of)
WHERE history_state.failures = 0
"""

_FORGET = """
DELETE FROM history_state
WHERE account_id = :account_id AND source = :source AND known_from IS NULL AND as_of IS NULL
"""

_STATE = """
SELECT known_from, known_until, unreadable
FROM history_state
WHERE account_id = :account_id AND source = :source
"""

_SUCCESS = """
INSERT INTO history_state (account_id, source, known_from, known_until, as_of, unreadable)
VALUES (:account_id, :source, :known_from, :known_until, :as_of, CAST(:unreadable AS jsonb))
ON CONFLICT (account_id, source) DO UPDATE SET
    known_from = excluded.known_from, known_until = excluded.known_until, unreadable = excluded.unreadable,
    as_of = greatest(history_state.as_of, excluded.as_of),
    failures = 0, failing_since = NULL, error_kind = NULL, error = NULL, error_at = NULL, next_attempt_at = NULL
"""

_FAILURES = "SELECT failures FROM history_state WHERE account_id = :account_id AND source = :source"
