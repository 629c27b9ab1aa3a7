"""The schedule: two jobs per account and two for all accounts. No job runs twice at once or is skipped for being late.

It uses APScheduler's BackgroundScheduler instead of the blocking one. The main thread stays free for signals, so a stop
request is handled at once, whatever the jobs do.
"""

import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from logs.lines import log
from refresher.jobs.history import HistoryJob
from refresher.jobs.housekeeping import HousekeepingJob
from refresher.jobs.permissions import PermissionsJob
from refresher.jobs.refresh import RefreshJob

HOUSEKEEPING_EVERY = timedelta(hours=1)
HOUSEKEEPING_AFTER = timedelta(seconds=10)
# Accounts start this far apart and drift by a tenth of their interval, so that they do not all send requests at once.
SPREAD = timedelta(seconds=0.2)
LONGEST_JITTER_SECONDS = 5.0
# The first history run comes after the first refresh.
HISTORY_AFTER = timedelta(seconds=3)
# Key permissions are due once a day. The job runs more often, for accounts that failed or were taken over.
PERMISSIONS_EVERY = timedelta(hours=1)
PERMISSIONS_AFTER = timedelta(seconds=15)
# If a run is overdue by more than this, no runs are started any more.
OVERDUE = timedelta(seconds=30)

Job = RefreshJob | HistoryJob | HousekeepingJob | PermissionsJob


class Schedule:
    """Runs the jobs until it is stopped."""

    def __init__(
        self,
        refreshes: Sequence[RefreshJob],
        housekeeping: HousekeepingJob,
        histories: Sequence[HistoryJob] = (),
        permissions: PermissionsJob | None = None,
    ) -> None:
        self._refreshes = {job.served.account.id: job for job in refreshes}
        self._histories = {job.served.account.id: job for job in histories}
        self._housekeeping = housekeeping
        self._permissions = permissions
        self._idle = threading.Condition()
        self._again: set[str] = set()
        self._running: set[str] = set()
        # One thread for each account's refreshes and one for its history, so that none delays another.
        pool = ThreadPoolExecutor(max_workers=len(refreshes) + len(histories) + 2)
        self._scheduler = BackgroundScheduler(
            executors={"default": pool},
            # A late run is better than none, however late. Several missed runs become one. `_run` makes sure that none
            # runs twice at once: APScheduler counts a run for a moment after its end and would skip a request at that
            # moment.
            job_defaults={"coalesce": True, "max_instances": 3, "misfire_grace_time": None},
            timezone=UTC,
        )
        self._scheduler.add_listener(_log_event, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)

    def start(self) -> None:
        """Start the jobs. Each account's first refresh runs at once."""
        now = datetime.now(UTC)
        for number, job in enumerate(self._refreshes.values()):
            every = job.served.account.refresh_seconds
            trigger = IntervalTrigger(seconds=every, jitter=min(every / 10, LONGEST_JITTER_SECONDS))
            self._add(job, trigger, now + SPREAD * number)
        for number, history in enumerate(self._histories.values()):
            every = history.served.account.history_seconds
            trigger = IntervalTrigger(seconds=every, jitter=min(every / 10, LONGEST_JITTER_SECONDS))
            self._add(history, trigger, now + HISTORY_AFTER + SPREAD * number)
        self._add(self._housekeeping, IntervalTrigger(seconds=HOUSEKEEPING_EVERY.seconds), now + HOUSEKEEPING_AFTER)
        if self._permissions is not None:
            self._add(self._permissions, IntervalTrigger(seconds=PERMISSIONS_EVERY.seconds), now + PERMISSIONS_AFTER)
        self._scheduler.start()

    def refresh_now(self, account_id: int) -> None:
        """Refresh an account at once. If it is being refreshed now, it is refreshed again after that."""
        self._soon(self._refreshes[account_id])

    def _soon(self, job: Job) -> None:
        with self._idle:
            if job.name in self._running:
                self._again.add(job.name)
                return
        self._scheduler.modify_job(job.name, next_run_time=datetime.now(UTC))

    def is_alive(self) -> bool:
        """True if due runs are started, however long the running ones take."""
        due = [job.next_run_time for job in self._scheduler.get_jobs() if job.next_run_time is not None]
        return bool(due) and min(due) > datetime.now(UTC) - OVERDUE

    def waiting(self) -> int:
        """The number of jobs that are due and have not begun."""
        now = datetime.now(UTC)
        return sum(job.next_run_time is not None and job.next_run_time <= now for job in self._scheduler.get_jobs())

    def stop(self, patience: float) -> bool:
        """Start no more jobs and wait up to `patience` seconds for the running ones. Returns True if they are done."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        deadline = time.monotonic() + patience
        with self._idle:
            return self._idle.wait_for(lambda: not self._running, timeout=max(0.0, deadline - time.monotonic()))

    def _add(self, job: Job, trigger: IntervalTrigger, first: datetime) -> None:
        job.next_run_at = lambda: self._next_run_at(job.name)
        self._scheduler.add_job(self._run, trigger, args=[job], id=job.name, next_run_time=first)

    def _next_run_at(self, name: str) -> datetime | None:
        scheduled = self._scheduler.get_job(name)
        return None if scheduled is None else scheduled.next_run_time

    def _run(self, job: Job) -> None:
        if not self._begins(job.name):
            return
        try:
            self._run_once(job)
            while not self._is_done(job.name):
                self._run_once(job)
        except BaseException:
            with self._idle:
                self._leave(job.name)
            raise

    def _run_once(self, job: Job) -> None:
        result = job.run()
        if isinstance(job, RefreshJob) and result is not None and job.changed:
            self._ask_history(job.served.account.id)

    def _ask_history(self, account_id: int) -> None:
        """Read the history soon, because an order left or a balance changed."""
        history = self._histories.get(account_id)
        if history is not None and self._scheduler.running:
            history.hurry()
            self._soon(history)

    def _begins(self, name: str) -> bool:
        with self._idle:
            if name in self._running:
                log().info("still running at its next due time: it continues", job=name)
                return False
            self._running.add(name)
            return True

    def _is_done(self, name: str) -> bool:
        """True if nobody requested the job again meanwhile.

        It then stops counting as running, under the same lock. A later request starts it anew, and no request is lost
        between.
        """
        with self._idle:
            if name in self._again and self._scheduler.running:
                self._again.discard(name)
                return False
            self._leave(name)
            return True

    def _leave(self, name: str) -> None:
        self._running.discard(name)
        self._again.discard(name)
        self._idle.notify_all()


def _log_event(event: Any) -> None:
    """Log what APScheduler would skip silently."""
    if event.code == EVENT_JOB_MAX_INSTANCES:
        log().info("still running at its next due time: it continues", job=event.job_id)
    elif event.code == EVENT_JOB_MISSED:
        log().warning("run missed", job=event.job_id)
    else:
        log().error("job failed", job=event.job_id, error=str(event.exception))
