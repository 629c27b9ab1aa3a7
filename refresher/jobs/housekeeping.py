"""The housekeeping job: deletes old diagnostics and thins out the past. Versions, fills and transfers always stay."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from db.writes.housekeeping import delete_before, delete_sign_ins
from domain.retention import Retention
from logs.lines import log
from refresher.jobs.breaks import Breaks
from refresher.jobs.recording import JobResult, recorded
from refresher.jobs.thinning import thin_past
from refresher.process.database_watch import AWAY, DatabaseWatch

NAME = "housekeeping"
# A run thins out a long past for so long. The next one continues there.
LONGEST = timedelta(minutes=5)


class HousekeepingJob:
    """Deletes old failed attempts, job runs, unanswered requests and rows of sign-in, and thins out the past."""

    def __init__(self, writer: Engine, database: DatabaseWatch, retention: Retention | None = None) -> None:
        self.name = NAME
        self.next_run_at: Callable[[], datetime | None] = lambda: None
        self._writer = writer
        self._database = database
        self._retention = retention or Retention()

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
        now, ends, breaks = datetime.now(UTC), time.monotonic() + LONGEST.total_seconds(), Breaks()

        def may_continue() -> bool:
            breaks.take()
            return time.monotonic() < ends

        deleted = delete_before(self._writer, now - self._retention.attempts, may_continue)
        deleted |= delete_sign_ins(self._writer, now - self._retention.audit)
        deleted["points"] = thin_past(self._writer, self._retention, now, may_continue)
        summary = ", ".join(f"{count} of {table}" for table, count in deleted.items() if count)
        return JobResult(True, f"deleted {summary}" if summary else "nothing to delete")
