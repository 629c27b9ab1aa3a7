"""The housekeeping job: deletes old diagnostics. The history itself always stays."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from db.writes.housekeeping import delete_before
from logs.lines import log
from refresher.jobs.recording import JobResult, recorded
from refresher.process.database_watch import AWAY, DatabaseWatch

NAME = "housekeeping"


class HousekeepingJob:
    """Deletes failed attempts, job runs and unanswered requests older than `keep_days`."""

    def __init__(self, writer: Engine, keep_days: int, database: DatabaseWatch) -> None:
        self.name = NAME
        self.next_run_at: Callable[[], datetime | None] = lambda: None
        self._writer = writer
        self._keep = timedelta(days=keep_days)
        self._database = database

    def run(self) -> JobResult | None:
        """Delete once. None if the database does not answer."""
        try:
            result = recorded(self._writer, self.name, self.next_run_at, self._delete)
        except AWAY as error:
            self._database.lost(error)
            return None
        log().info("housekeeping", result=result.detail)
        return result

    def _delete(self) -> JobResult:
        deleted = delete_before(self._writer, datetime.now(UTC) - self._keep)
        summary = ", ".join(f"{count} of {table}" for table, count in deleted.items() if count)
        return JobResult(True, f"deleted {summary}" if summary else "nothing to delete")
