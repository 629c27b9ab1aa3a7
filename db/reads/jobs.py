"""Read the last run of each scheduled job, its outcome and its next run."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class JobRun:
    """One execution of a scheduled job."""

    job: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str  # running, succeeded, failed
    detail: str | None
    next_run_at: datetime | None

    @property
    def duration(self) -> timedelta | None:
        """The duration, None while it runs or if it died."""
        return None if self.finished_at is None else self.finished_at - self.started_at


def read_job_runs(connection: Connection, as_of: datetime | None = None) -> tuple[JobRun, ...]:
    """The last run of each job as of a moment, by name. A run that ended later counts as running.

    The run of an account's refresh job is its refresh row. job_run holds the other jobs.
    """
    rows = connection.execute(text(_LAST_RUNS), {"as_of": as_of or "infinity"}).mappings()
    return tuple(JobRun(**row) for row in rows)


# The last run of each job by steps through the index on (job, started_at): a few rows, however many runs there are.
_LAST_RUNS = """
WITH RECURSIVE named AS (
    (SELECT job FROM job_run ORDER BY job LIMIT 1)
    UNION ALL
    SELECT (SELECT job FROM job_run WHERE job > named.job ORDER BY job LIMIT 1)
    FROM named
    WHERE named.job IS NOT NULL
)
(
    SELECT named.job, started_at, CASE WHEN is_over THEN finished_at END AS finished_at,
           CASE WHEN is_over THEN outcome ELSE 'running' END AS outcome,
           CASE WHEN is_over THEN detail END AS detail,
           CASE WHEN is_over OR finished_at IS NULL THEN next_run_at END AS next_run_at
    FROM named
    CROSS JOIN LATERAL (
        SELECT started_at, finished_at, outcome, detail, next_run_at FROM job_run
        WHERE job = named.job AND started_at <= CAST(:as_of AS timestamptz)
        ORDER BY started_at DESC
        LIMIT 1
    ) AS run
    CROSS JOIN LATERAL (SELECT coalesce(finished_at <= CAST(:as_of AS timestamptz), false) AS is_over) AS known
)
UNION ALL
SELECT 'refresh ' || name, taken_at, taken_at + duration_ms * interval '1 millisecond',
       -- Prices are public, so an account has failed if only its prices succeeded.
       CASE WHEN failed_of_its_own >= cardinality(array_remove(sources, 'prices')) THEN 'failed' ELSE 'succeeded' END,
       CASE WHEN failed > 0 THEN failed || ' of ' || cardinality(sources) || ' sources carried forward' END,
       taken_at + coalesce(expected_seconds, refresh_seconds) * interval '1 second'
FROM account
CROSS JOIN LATERAL (
    SELECT taken_at, duration_ms, expected_seconds, (SELECT count(*) FROM jsonb_object_keys(carried)) AS failed,
           (SELECT count(*) FROM jsonb_object_keys(carried) AS source WHERE source <> 'prices') AS failed_of_its_own
    FROM refresh
    WHERE account_id = account.id AND taken_at <= CAST(:as_of AS timestamptz)
    ORDER BY taken_at DESC
    LIMIT 1
) AS latest
WHERE is_configured
ORDER BY job
"""
