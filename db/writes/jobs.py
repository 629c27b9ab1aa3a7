"""Write the runs of scheduled jobs."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Engine, text


def write_job_started(engine: Engine, job: str, started_at: datetime, next_run_at: datetime | None = None) -> int:
    """Record the start of a job. Returns the id of the run."""
    with engine.begin() as connection:
        run_id = connection.execute(
            text("""
                INSERT INTO job_run (job, started_at, next_run_at, outcome)
                VALUES (:job, :started_at, :next_run_at, 'running')
                RETURNING id
            """),
            {"job": job, "started_at": started_at, "next_run_at": next_run_at},
        ).scalar_one()
    return int(run_id)


def write_job_finished(
    engine: Engine,
    run_id: int,
    finished_at: datetime,
    outcome: Literal["succeeded", "failed"],
    detail: str | None = None,
    next_run_at: datetime | None = None,
) -> None:
    """Record the end of a run. `detail` is one line without secrets."""
    with engine.begin() as connection:
        connection.execute(
            text("""
                UPDATE job_run
                SET finished_at = :finished_at, outcome = :outcome, detail = :detail,
                    next_run_at = coalesce(:next_run_at, next_run_at)
                WHERE id = :run_id
            """),
            {
                "run_id": run_id,
                "finished_at": finished_at,
                "outcome": outcome,
                "detail": detail,
                "next_run_at": next_run_at,
            },
        )
