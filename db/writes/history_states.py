"""History states: of which stretch of time each source of the past is known, and how it fails."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from db.copying import json_text
from db.locks import lock_past_writes
from db.writes.failures import record_failure
from domain.history import TimeRange
from domain.sources import Failure, Source, Unreadable

# So many rows that could not be understood are kept with their payloads: more say nothing new.
MOST_UNREADABLE = 200


class Gap(ValueError):
    """A page that does not touch what is known: writing it would leave a stretch of which nobody knows."""


def write_history_success(
    engine: Engine,
    account_id: int,
    source: Source,
    known: TimeRange | None,
    at: datetime,
    unreadable: Sequence[Unreadable] = (),
) -> None:
    """Record that a source told everything of `known` (None: it was asked, and told of no stretch). Raises Gap."""
    with engine.begin() as connection:
        lock_past_writes(connection, account_id)
        extend_known(connection, account_id, source, known, at, unreadable)


def extend_known(
    connection: Connection,
    account_id: int,
    source: Source,
    known: TimeRange | None,
    at: datetime,
    unreadable: Iterable[Unreadable],
) -> None:
    """Extend what is known of a source by a page, and clear its failure, under the lock of the account's past.

    A page overlaps what is known or touches it; one that would leave a gap raises Gap, and nothing is written. Rows of
    earlier pages that could not be understood stay recorded until a page covers theirs whole.
    """
    key = {"account_id": account_id, "source": str(source)}
    row = connection.execute(text(_STATE), key).one_or_none()
    before = None if row is None or row[0] is None else TimeRange(row[0], row[1])
    joined = _joined(before, known, source)
    odd = _odd(row[2] if row is not None else None, known, unreadable)
    connection.execute(
        text(_SUCCESS),
        {
            **key,
            "known_from": joined.since if joined else None,
            "known_until": joined.until if joined else None,
            "as_of": at,
            "unreadable": json_text(odd) if odd else None,
        },
    )


def _joined(before: TimeRange | None, page: TimeRange | None, source: Source) -> TimeRange | None:
    if page is not None and page.since > page.until:
        raise ValueError(f"a stretch that ends before it begins: {page.since.isoformat()}, {page.until.isoformat()}")
    if before is None or page is None:
        return before or page
    if page.since > before.until or page.until < before.since:
        raise Gap(
            f"{source}: [{page.since.isoformat()}, {page.until.isoformat()}) does not touch what is known, "
            f"[{before.since.isoformat()}, {before.until.isoformat()})"
        )
    return TimeRange(min(before.since, page.since), max(before.until, page.until))


def _odd(
    before: Sequence[Mapping[str, Any]] | None, page: TimeRange | None, unreadable: Iterable[Unreadable]
) -> list[Mapping[str, Any]]:
    """The rows that are not understood now: those of pages that this one does not cover, and its own, each once."""
    since, until = (page.since.isoformat(), page.until.isoformat()) if page else (None, None)
    kept = [row for row in before or () if not _covers(page, row)]
    known = {json_text(row["raw"]) for row in kept}
    for row in unreadable:
        body = json_text(dict(row.raw))
        if body not in known:
            known.add(body)
            kept.append({"error": row.error, "raw": dict(row.raw), "since": since, "until": until})
    return kept[:MOST_UNREADABLE]


def _covers(page: TimeRange | None, row: Mapping[str, Any]) -> bool:
    if page is None or row["since"] is None:
        return page is None and row["since"] is None
    return page.since <= datetime.fromisoformat(row["since"]) and datetime.fromisoformat(row["until"]) <= page.until


def write_history_failure(engine: Engine, account_id: int, source: Source, at: datetime, failure: Failure) -> None:
    """Record a failed attempt; what is known stands."""
    with engine.begin() as connection:
        lock_past_writes(connection, account_id)
        named = {"account_id": account_id, "source": str(source)}
        has_failed = bool(connection.execute(text(_FAILURES), named).scalar())
        record_failure(
            connection, "history_state", account_id, source, at, failure, has_failed=has_failed, may_repeat=True
        )


def forget_history_failure(engine: Engine, account_id: int, source: Source) -> None:
    """Forget a source that only ever failed, and is asked by other names now."""
    with engine.begin() as connection:
        lock_past_writes(connection, account_id)
        connection.execute(text(_FORGET), {"account_id": account_id, "source": str(source)})


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
