"""Recording: each run of a job stands in the database, for Status to tell when it ran, how long, and when it will."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from db.writes.jobs import write_job_finished, write_job_started
from refresher.process.database_watch import first_line


@dataclass(frozen=True, slots=True)
class JobResult:
    """How a job went; `detail` is one line, free of secrets."""

    succeeded: bool
    detail: str | None = None


def recorded(
    engine: Engine, job: str, next_run_at: Callable[[], datetime | None], work: Callable[[], JobResult]
) -> JobResult:
    """Run `work` as a recorded run of `job`. What it raises is recorded as its failure and raised again."""
    run_id = write_job_started(engine, job, datetime.now(UTC), next_run_at())
    try:
        result = work()
    except BaseException as error:
        # The run may have failed because the database went away: then it cannot be recorded, and what went wrong
        # matters more than that.
        with suppress(SQLAlchemyError):
            _finish(engine, run_id, JobResult(False, _told(error)), next_run_at())
        raise
    _finish(engine, run_id, result, next_run_at())
    return result


def _told(error: BaseException) -> str:
    """What the database says may be shown; the words of any other error may quote what nobody should read."""
    return first_line(error) if isinstance(error, SQLAlchemyError) else f"{type(error).__name__}: see the log"


def _finish(engine: Engine, run_id: int, result: JobResult, next_run_at: datetime | None) -> None:
    outcome: Literal["succeeded", "failed"] = "succeeded" if result.succeeded else "failed"
    write_job_finished(engine, run_id, datetime.now(UTC), outcome, result.detail, next_run_at)
