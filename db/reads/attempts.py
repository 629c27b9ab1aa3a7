"""Read the attempts of an account's sources: successes, failures, and the share of time on schedule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, text

from domain.freshness import LATE_AFTER, LEAST_LATE
from domain.snapshot import Account
from domain.sources import FailureKind, Source


@dataclass(frozen=True, slots=True)
class Slot:
    """A time slot with the numbers of successful and failed attempts of a source."""

    start: datetime
    succeeded: int
    failed: int


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """One attempt that failed."""

    source: Source
    at: datetime
    kind: FailureKind
    error: str
    duration_ms: int


def read_attempts(
    connection: Connection, account: Account, since: datetime, until: datetime, slots: int
) -> Mapping[Source, tuple[Slot, ...]]:
    """Attempts of each source in `slots` equal parts of [since, until), oldest first."""
    width = (until - since) / slots
    starts = [since + width * n for n in range(slots)]
    rows = connection.execute(text(_ATTEMPTS), _window(account, since, until) | {"width": width})
    counts = {(source, slot): (succeeded, failed) for source, slot, succeeded, failed in rows}
    return {
        source: tuple(Slot(start, *counts.get((source, n), (0, 0))) for n, start in enumerate(starts))
        for source in account.sources
    }


def read_on_time(
    connection: Connection, account: Account, since: datetime, until: datetime
) -> Mapping[Source, Decimal | None]:
    """The share of [since, until) during which each source was not late, None without any refresh.

    The window starts no earlier than the first refresh. A source is late while its last success is older than
    `domain.freshness.late_after` of the interval in force at that success.
    """
    limits = {"every": account.refresh_seconds, "late_after": LATE_AFTER, "least": LEAST_LATE}
    parameters = _window(account, since, until) | limits
    rows = connection.execute(text(_LATE), parameters)
    shares = {source: _share(window_start, late, until) for source, window_start, late in rows}
    return {source: shares.get(source) for source in account.sources}


def read_failures(
    connection: Connection, account_id: int, since: datetime, until: datetime, limit: int
) -> tuple[FailedAttempt, ...]:
    """The failed attempts in [since, until), newest first, at most `limit`."""
    rows = connection.execute(
        text("""
            SELECT source, at, kind, error, duration_ms
            FROM source_failure
            WHERE account_id = :account_id AND at >= :since AND at < :until
            ORDER BY at DESC, source
            LIMIT :limit
        """),
        {"account_id": account_id, "since": since, "until": until, "limit": limit},
    )
    return tuple(FailedAttempt(Source(row[0]), row[1], FailureKind(row[2]), row[3], row[4]) for row in rows)


def _window(account: Account, since: datetime, until: datetime) -> dict[str, object]:
    return {"account_id": account.id, "sources": [str(s) for s in account.sources], "since": since, "until": until}


def _share(window_start: datetime | None, late: timedelta, until: datetime) -> Decimal | None:
    if window_start is None or until <= window_start:
        return None
    share = 1 - late / (until - window_start)
    return Decimal(str(round(max(share, 0.0), 6)))


# A refresh row proves a success of each source that was due and is not carried. Only failures have their own rows.
_ATTEMPTS = """
SELECT source, slot, CAST(sum(succeeded) AS integer), CAST(sum(failed) AS integer)
FROM (
    SELECT source, CAST(floor(extract(epoch FROM taken_at - :since) / extract(epoch FROM :width)) AS integer) AS slot,
           count(*) AS succeeded, 0 AS failed
    FROM refresh CROSS JOIN unnest(CAST(:sources AS text[])) AS source
    WHERE account_id = :account_id AND taken_at >= :since AND taken_at < :until
      AND NOT coalesce(carried ? source, false) AND NOT coalesce(not_due ? source, false)
    GROUP BY 1, 2
    UNION ALL
    SELECT source, CAST(floor(extract(epoch FROM at - :since) / extract(epoch FROM :width)) AS integer),
           0, count(*)
    FROM source_failure
    WHERE account_id = :account_id AND at >= :since AND at < :until
    GROUP BY 1, 2
) AS attempts
GROUP BY source, slot
"""

# The interval in force at a success: that of the source, or else that of the account.
_EXPECTED = "coalesce(CAST(intervals ->> source AS integer), expected_seconds) AS expected_seconds"

_LATE = f"""
WITH began AS (
    SELECT greatest(CAST(:since AS timestamptz), min(taken_at)) AS begins
    FROM refresh
    WHERE account_id = :account_id
    HAVING min(taken_at) IS NOT NULL
), moment AS (
    -- Start with the last success before the window, so that a source that was already down is late from the start.
    SELECT source, coalesce(taken_at, begins) AS at, {_EXPECTED}
    FROM began CROSS JOIN unnest(CAST(:sources AS text[])) AS source
    LEFT JOIN LATERAL (
        SELECT taken_at, expected_seconds, intervals FROM refresh
        WHERE account_id = :account_id AND taken_at <= begins
          AND NOT coalesce(carried ? source, false) AND NOT coalesce(not_due ? source, false)
        ORDER BY taken_at DESC
        LIMIT 1
    ) AS last ON true
    UNION ALL
    SELECT source, taken_at, {_EXPECTED}
    FROM began, refresh CROSS JOIN unnest(CAST(:sources AS text[])) AS source
    WHERE account_id = :account_id AND taken_at > begins AND taken_at < :until
      AND NOT coalesce(carried ? source, false) AND NOT coalesce(not_due ? source, false)
), gap AS (
    SELECT source, greatest(
               at + greatest(coalesce(expected_seconds, :every) * CAST(:late_after AS float) * interval '1 second',
                             CAST(:least AS interval)),
               (SELECT begins FROM began)
           ) AS late_from,
           lead(at, 1, CAST(:until AS timestamptz)) OVER (PARTITION BY source ORDER BY at) AS next_at
    FROM moment
)
SELECT source, (SELECT begins FROM began), sum(greatest(next_at - late_from, interval '0'))
FROM gap
GROUP BY source
"""  # noqa: S608 - text from code
