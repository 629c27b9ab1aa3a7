"""The schedule: the jobs of the served accounts on a bounded pool. No job runs twice at once, and none is skipped.

It uses APScheduler's BackgroundScheduler instead of the blocking one. The main thread stays free for signals, so a stop
request is handled at once, whatever the jobs do.
"""

import sys
import threading
import time
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from logs.lines import log
from refresher.jobs.alerts import AlertsJob
from refresher.jobs.candles import CandlesJob
from refresher.jobs.history import HistoryJob
from refresher.jobs.housekeeping import HousekeepingJob
from refresher.jobs.permissions import PermissionsJob
from refresher.jobs.recording import JobResult
from refresher.jobs.refresh import RefreshJob
from refresher.process.lags import Lags
from refresher.process.lanes import Lanes
from refresher.process.metrics import note_lag

HOUSEKEEPING_EVERY = timedelta(hours=1)
HOUSEKEEPING_AFTER = timedelta(seconds=10)
# Accounts start this far apart, or closer so that all have started within an interval. They drift by a tenth of their
# interval, so that they do not all send requests at once.
SPREAD = timedelta(seconds=0.2)
LONGEST_JITTER_SECONDS = 5.0
# The first history run comes after the first refresh.
HISTORY_AFTER = timedelta(seconds=3)
# Key permissions are due once a day. The job runs more often, for accounts that failed or were taken over.
PERMISSIONS_EVERY = timedelta(hours=1)
PERMISSIONS_AFTER = timedelta(seconds=15)
# The shortest candles close every 15 minutes. The past is fetched in the runs between.
CANDLES_EVERY = timedelta(minutes=1)
CANDLES_AFTER = timedelta(seconds=8)
# Rules are evaluated soon after each refresh. The runs between are for candles that closed and for reminders.
ALERTS_EVERY = timedelta(seconds=10)
ALERTS_AFTER = timedelta(seconds=5)
# If a run is overdue by more than this, no runs are started any more.
OVERDUE = timedelta(seconds=30)
# A job waits for an exchange most of the time, so a few dozen threads serve a thousand accounts.
MOST_THREADS = 64
_OTHERS = "others"  # the lane of jobs that belong to no exchange

Job = RefreshJob | HistoryJob | HousekeepingJob | PermissionsJob | CandlesJob | AlertsJob


class Schedule:
    """Runs the jobs of the accounts named by `serve` until it is stopped."""

    def __init__(
        self,
        refreshes: Sequence[RefreshJob],
        housekeeping: HousekeepingJob,
        histories: Sequence[HistoryJob] = (),
        permissions: PermissionsJob | None = None,
        candles: CandlesJob | None = None,
        alerts: AlertsJob | None = None,
    ) -> None:
        self._refreshes = {job.served.account.id: job for job in refreshes}
        self._histories = {job.served.account.id: job for job in histories}
        self._housekeeping = housekeeping
        self._permissions = permissions
        self._candles = candles
        self._alerts = alerts
        self._idle = threading.Condition()
        self._again: set[str] = set()
        self._running: set[str] = set()
        self._served: frozenset[int] = frozenset()
        self.lags = Lags({job.name for job in refreshes})
        # A few accounts have two threads each, so that none waits for another. Many accounts share the threads.
        self.lanes = Lanes(min(MOST_THREADS, len(refreshes) + len(histories) + 2), self._note_lag)
        self._accounts = {job.name: job.served.account.name for job in refreshes}
        self._scheduler = BackgroundScheduler(
            executors={"default": _LaneExecutor(self.lanes)},
            # A late run is better than none, however late. Several missed runs become one. `_run` makes sure that none
            # runs twice at once: APScheduler counts a run for a moment after its end and would skip a request at that
            # moment.
            job_defaults={"coalesce": True, "max_instances": 3, "misfire_grace_time": None},
            timezone=UTC,
        )
        self._scheduler.add_listener(_log_event, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)

    def start(self) -> None:
        """Start the jobs that belong to no account."""
        now = datetime.now(UTC)
        self._add(self._housekeeping, IntervalTrigger(seconds=HOUSEKEEPING_EVERY.seconds), now + HOUSEKEEPING_AFTER)
        if self._permissions is not None:
            self._add(self._permissions, IntervalTrigger(seconds=PERMISSIONS_EVERY.seconds), now + PERMISSIONS_AFTER)
        if self._candles is not None:
            self._add(self._candles, IntervalTrigger(seconds=CANDLES_EVERY.seconds), now + CANDLES_AFTER)
        if self._alerts is not None:
            self._add(self._alerts, IntervalTrigger(seconds=ALERTS_EVERY.seconds), now + ALERTS_AFTER)
        self._scheduler.start()

    def serve(self, account_ids: Collection[int]) -> None:
        """Run the jobs of these accounts, and those of no others. The first refresh of a new account runs at once."""
        ids = self._refreshes.keys() & set(account_ids)
        now, new = datetime.now(UTC), sorted(ids - self._served)
        for gone in self._served - ids:
            for job in self._jobs_of(gone):
                self._scheduler.remove_job(job.name)
        for number, account_id in enumerate(new):
            account = self._refreshes[account_id].served.account
            first = now + min(SPREAD * number, timedelta(seconds=account.refresh_seconds) * number / len(new))
            self._add(self._refreshes[account_id], _interval(account.refresh_seconds), first)
            if account_id in self._histories:
                self._add(self._histories[account_id], _interval(account.history_seconds), first + HISTORY_AFTER)
        self._served = frozenset(ids)

    def is_busy(self, account_id: int) -> bool:
        """True while a job of the account runs."""
        with self._idle:
            return any(job.name in self._running for job in self._jobs_of(account_id))

    def refresh_now(self, account_id: int) -> None:
        """Refresh an account at once. If it is being refreshed now, it is refreshed again after that."""
        self._soon(self._refreshes[account_id])

    def _jobs_of(self, account_id: int) -> list[Job]:
        jobs: list[Job] = [self._refreshes[account_id]]
        return [*jobs, self._histories[account_id]] if account_id in self._histories else jobs

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

    def _note_lag(self, name: str, lag: timedelta) -> None:
        self.lags.note(name, lag)
        if (account := self._accounts.get(name)) is not None:
            note_lag(account, lag)

    def stop(self, patience: float) -> bool:
        """Start no more jobs and wait up to `patience` seconds for the running ones. Returns True if they are done."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        self.lanes.close()
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
        result: JobResult | None = job.run_due() if isinstance(job, HistoryJob) else job.run()
        if isinstance(job, RefreshJob) and result is not None:
            if job.changes:
                self._ask_history(job)
            if self._alerts is not None and self._scheduler.running:
                self._soon(self._alerts)

    def _ask_history(self, job: RefreshJob) -> None:
        """Read the history soon, because an order left or a balance changed."""
        account_id = job.served.account.id
        history = self._histories.get(account_id)
        if history is not None and self._scheduler.running and account_id in self._served:
            history.hurry(job.changes)
            if job.changes.is_certain:  # else every refresh would, for as long as a source fails
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


class _LaneExecutor(BaseExecutor):  # type: ignore[misc]
    """Runs APScheduler's jobs in lanes: the refreshes of a venue are one lane, its histories another."""

    def __init__(self, lanes: Lanes) -> None:
        super().__init__()
        self._lanes = lanes

    def _do_submit_job(self, job: Any, run_times: Sequence[datetime]) -> None:
        def work() -> None:
            try:
                events = run_job(job, job._jobstore_alias, run_times, self._logger.name)
            except BaseException:
                self._run_job_error(job.id, *sys.exc_info()[1:])
            else:
                self._run_job_success(job.id, events)

        if not self._lanes.submit(job.id, _lane_of(job.args[0]), run_times[0], work):
            self._run_job_success(job.id, [])  # the run that waits for a thread is this one


def _lane_of(job: Job) -> str:
    if isinstance(job, HousekeepingJob | PermissionsJob | CandlesJob | AlertsJob):
        return _OTHERS
    kind = "history" if isinstance(job, HistoryJob) else "refresh"
    return f"{kind} {job.served.account.venue}"


def _interval(seconds: int) -> IntervalTrigger:
    return IntervalTrigger(seconds=seconds, jitter=min(seconds / 10, LONGEST_JITTER_SECONDS))


def _log_event(event: Any) -> None:
    """Log what APScheduler would skip silently."""
    if event.code == EVENT_JOB_MAX_INSTANCES:
        log().info("still running at its next due time: it continues", job=event.job_id)
    elif event.code == EVENT_JOB_MISSED:
        log().warning("run missed", job=event.job_id)
    else:
        log().error("job failed", job=event.job_id, error=str(event.exception))
