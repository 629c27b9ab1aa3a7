"""When did each job last run, how did it go, and when does it run next?"""

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
        """How long it took; None while it runs, or if it died."""
        return None if self.finished_at is None else self.finished_at - self.started_at


def read_job_runs(connection: Connection) -> tuple[JobRun, ...]:
    """The last run of each job, by name. The refresh of an account is told by its refresh row: it has no other."""
    rows = connection.execute(text(_LAST_RUNS)).mappings()
    return tuple(JobRun(**row) for row in rows)


_LAST_RUNS = """
(
    SELECT DISTINCT ON (job) job, started_at, finished_at, outcome, detail, next_run_at
    FROM job_run
    ORDER BY job, started_at DESC
)
UNION ALL
SELECT 'refresh ' || name, taken_at, taken_at + duration_ms * interval '1 millisecond',
       -- Prices are public: an account of which nothing else answers has failed.
       CASE WHEN failed_of_its_own >= cardinality(array_remove(sources, 'prices')) THEN 'failed' ELSE 'succeeded' END,
       CASE WHEN failed > 0 THEN failed || ' of ' || cardinality(sources) || ' sources carried forward' END,
       taken_at + refresh_seconds * interval '1 second'
FROM account
CROSS JOIN LATERAL (
    SELECT taken_at, duration_ms, (SELECT count(*) FROM jsonb_object_keys(carried)) AS failed,
           (SELECT count(*) FROM jsonb_object_keys(carried) AS source WHERE source <> 'prices') AS failed_of_its_own
    FROM refresh
    WHERE account_id = account.id
    ORDER BY taken_at DESC
    LIMIT 1
) AS latest
WHERE is_configured
ORDER BY job
"""
