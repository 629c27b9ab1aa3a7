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
    """The last run of each job, by name."""
    rows = connection.execute(
        text("""
            SELECT DISTINCT ON (job) job, started_at, finished_at, outcome, detail, next_run_at
            FROM job_run
            ORDER BY job, started_at DESC
        """)
    ).mappings()
    return tuple(JobRun(**row) for row in rows)
