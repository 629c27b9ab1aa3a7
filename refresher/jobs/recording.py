"""Recording: stores each run of a job in the database. The Status page shows its time, duration and next run."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from db.writes.jobs import write_job_finished, write_job_started
from refresher.process.database_watch import first_line
from refresher.process.metrics import job_timed


@dataclass(frozen=True, slots=True)
class JobResult:
    """The result of a job. `detail` is one line, without secrets."""

    succeeded: bool
    detail: str | None = None


def recorded(
    engine: Engine, job: str, next_run_at: Callable[[], datetime | None], work: Callable[[], JobResult]
) -> JobResult:
    """Run `work` as a recorded run of `job`. An exception is recorded as its failure and raised again."""
    run_id = write_job_started(engine, job, datetime.now(UTC), next_run_at())
    try:
        with job_timed(job) as outcome:
            result = work()
            outcome.has_failed = not result.succeeded
    except BaseException as error:
        # If the run failed because the database is unavailable, it cannot be recorded. The original error matters more.
        with suppress(SQLAlchemyError):
            _finish(engine, run_id, JobResult(False, _error_text(error)), next_run_at())
        raise
    _finish(engine, run_id, result, next_run_at())
    return result


def _error_text(error: BaseException) -> str:
    """The error text for the record. Database errors may be shown. Other texts may contain secrets."""
    return first_line(error) if isinstance(error, SQLAlchemyError) else f"{type(error).__name__}: see the log"


def _finish(engine: Engine, run_id: int, result: JobResult, next_run_at: datetime | None) -> None:
    outcome: Literal["succeeded", "failed"] = "succeeded" if result.succeeded else "failed"
    write_job_finished(engine, run_id, datetime.now(UTC), outcome, result.detail, next_run_at)
