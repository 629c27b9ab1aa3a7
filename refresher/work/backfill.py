"""The backfill job: one account's history from the queue, with its progress in the database."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from db.stopping import Stop, Stopped
from db.writes.work import write_work_begun, write_work_ended, write_work_interrupted, write_work_progress
from logs.lines import log
from refresher.past.backfill import backfill_account
from refresher.present.served_account import ServedAccount
from refresher.process.database_watch import AWAY

# The progress is written at most this often.
WRITE_EVERY_SECONDS = 1.0


class RecordedProgress(Progress):
    """A progress display that also reports its sums: finished steps, all steps, and the present step."""

    def __init__(self, report: Callable[[int, int, str], None], *columns: Any, **options: Any) -> None:
        super().__init__(*columns, **options)
        self._report = report
        self._reported_at = float("-inf")

    def update(self, *args: Any, **values: Any) -> None:
        """Update a step and report."""
        super().update(*args, **values)
        self._note()

    def advance(self, *args: Any, **values: Any) -> None:
        """Advance a step and report."""
        super().advance(*args, **values)
        self._note()

    def _note(self) -> None:
        if time.monotonic() - self._reported_at < WRITE_EVERY_SECONDS:
            return
        self._reported_at = time.monotonic()
        tasks = [task for task in self.tasks if task.total]
        done, total = sum(task.completed for task in tasks), sum(task.total or 0 for task in tasks)
        self._report(round(done), round(total), tasks[-1].description if tasks else "")


class BackfillJob:
    """Runs the backfill of one of the configured accounts. `show` opens the display: none in the refresher."""

    def __init__(
        self, accounts: Iterable[ServedAccount], writer: Engine, stop: Stop, columns: tuple[Any, ...] = ()
    ) -> None:
        self._accounts = {served.account.id: served for served in accounts}
        self._writer = writer
        self._stop = stop
        self._columns = columns

    def __call__(self, account: str, account_id: int, work_id: int, since: str) -> None:
        """Backfill `account` since a moment in ISO 8601. Raises Stopped or an error of AWAY, to be retried."""
        served = self._accounts.get(account_id)
        if served is None:
            self._end(account_id, work_id, "this worker's configuration has no such account", succeeded=False)
            return
        write_work_begun(self._writer, account_id, work_id)

        def report(done: int, total: int, step: str) -> None:
            write_work_progress(self._writer, account_id, work_id, done, total, step)

        try:
            with self._display(report) as progress:
                is_complete = backfill_account(
                    self._writer, served, datetime.fromisoformat(since), self._stop, progress
                )
        except (Stopped, *AWAY):
            with suppress(SQLAlchemyError):  # the database may be away
                write_work_interrupted(self._writer, account_id, work_id)
            raise
        except Exception as error:
            log().exception("backfill failed", account=account)
            self._end(account_id, work_id, f"{type(error).__name__}: see the log", succeeded=False)
            return
        words = None if is_complete else "incomplete: see the log, then backfill again"
        self._end(account_id, work_id, words, succeeded=is_complete)

    def _display(self, report: Callable[[int, int, str], None]) -> RecordedProgress:
        console = Console(stderr=True)
        return RecordedProgress(report, *self._columns, console=console, disable=not self._columns)

    def _end(self, account_id: int, work_id: int, words: str | None, *, succeeded: bool) -> None:
        write_work_ended(self._writer, account_id, work_id, succeeded=succeeded, detail=words)
