"""The schedule: never twice at once, never skipped, no account in the way of another, ended within a moment."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from refresher.jobs.recording import JobResult
from refresher.jobs.refresh import RefreshJob
from refresher.present.changes import Changes
from refresher.process import schedule as schedule_module
from refresher.process.schedule import Schedule
from tests import factories


@dataclass
class Job:
    """Stands for a job: counts its runs, and can be made to hang in one."""

    name: str
    account_id: int = 0
    every: int = 3600
    go_on: threading.Event = field(default_factory=threading.Event)
    runs: int = 0
    most_at_once: int = 0
    at_once: int = 0
    next_run_at: Callable[[], datetime | None] = lambda: None
    ran: threading.Condition = field(default_factory=threading.Condition)

    @property
    def served(self) -> Any:
        return SimpleNamespace(account=factories.account(id=self.account_id, refresh_seconds=self.every))

    def run(self) -> None:
        with self.ran:
            self.runs += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.ran.notify_all()
        self.go_on.wait(60)
        with self.ran:
            self.at_once -= 1

    def wait_for_runs(self, number: int) -> None:
        with self.ran:
            assert self.ran.wait_for(lambda: self.runs >= number, timeout=60), f"{self.name} ran {self.runs} times"


def quick(name: str, **values: Any) -> Job:
    job = Job(name, **values)
    job.go_on.set()
    return job


@pytest.fixture
def scheduled() -> Iterator[Callable[..., Schedule]]:
    started: list[tuple[Schedule, tuple[Job, ...]]] = []

    def start(*jobs: Job) -> Schedule:
        schedule = Schedule(jobs, quick("housekeeping"))  # type: ignore[arg-type]
        started.append((schedule, jobs))
        schedule.start()
        schedule.serve({job.account_id for job in jobs})
        return schedule

    yield start
    for schedule, jobs in started:
        for job in jobs:
            job.go_on.set()
        schedule.stop(5)


def test_every_account_is_refreshed_at_once_and_knows_its_next_run(scheduled: Callable[..., Schedule]) -> None:
    job = quick("one", account_id=1)
    scheduled(job)
    job.wait_for_runs(1)
    assert job.next_run_at() is not None


def test_an_account_that_hangs_holds_up_no_other(scheduled: Callable[..., Schedule]) -> None:
    hanging, other = Job("hanging", account_id=1), quick("other", account_id=2)
    schedule = scheduled(hanging, other)
    hanging.wait_for_runs(1)
    other.wait_for_runs(1)
    schedule.refresh_now(2)
    other.wait_for_runs(2)


def test_an_account_is_never_refreshed_twice_at_once_and_no_request_is_lost(
    scheduled: Callable[..., Schedule],
) -> None:
    job = Job("one", account_id=1)
    schedule = scheduled(job)
    job.wait_for_runs(1)
    schedule.refresh_now(1)
    schedule.refresh_now(1)
    job.go_on.set()
    job.wait_for_runs(2)
    assert job.most_at_once == 1


def test_a_request_during_the_end_of_a_run_is_not_lost(
    scheduled: Callable[..., Schedule], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run is over before the scheduler knows it."""
    ended, noticed = threading.Event(), threading.Event()
    run = Schedule._run

    def run_and_linger(schedule: Schedule, job: Any) -> None:
        run(schedule, job)
        if job.name == "one" and not ended.is_set():
            ended.set()
            noticed.wait(60)

    monkeypatch.setattr(Schedule, "_run", run_and_linger)
    job = quick("one", account_id=1)
    schedule = scheduled(job)
    assert ended.wait(60)
    schedule.refresh_now(1)
    try:
        job.wait_for_runs(2)
    finally:
        noticed.set()
    assert job.most_at_once == 1


def test_runs_that_fell_due_while_one_was_running_are_one_late_run_not_none(
    scheduled: Callable[..., Schedule],
) -> None:
    job = Job("one", account_id=1, every=1)
    scheduled(job)
    job.wait_for_runs(1)
    threading.Timer(1.5, job.go_on.set).start()
    job.wait_for_runs(2)
    assert job.most_at_once == 1


def test_a_schedule_goes_on_while_runs_are_started_however_long_one_takes(
    scheduled: Callable[..., Schedule], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job("one", account_id=1)
    schedule = scheduled(job)
    job.wait_for_runs(1)
    assert schedule.is_alive()
    monkeypatch.setattr(schedule._scheduler, "_process_jobs", lambda: 3600)  # nobody starts runs any more
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        assert not schedule.is_alive()


def test_an_account_that_another_refresher_takes_over_is_refreshed_no_more(scheduled: Callable[..., Schedule]) -> None:
    moved, staying = quick("moved", account_id=1, every=1), quick("staying", account_id=2, every=1)
    schedule = scheduled(moved, staying)
    moved.wait_for_runs(1)
    schedule.serve({2})
    runs, others = moved.runs, staying.runs
    staying.wait_for_runs(others + 3)
    assert moved.runs <= runs + 1  # a run that had begun
    schedule.serve({1, 2})
    moved.wait_for_runs(runs + 2)


def test_a_thousand_accounts_need_a_bounded_number_of_threads(scheduled: Callable[..., Schedule]) -> None:
    jobs = [quick(f"job {number}", account_id=number) for number in range(1, 1001)]
    scheduled(*jobs)
    jobs[0].wait_for_runs(1)
    assert sum(thread.name.startswith("jobs-") for thread in threading.enumerate()) <= schedule_module.MOST_THREADS


def test_stopping_waits_for_what_is_in_hand_and_no_longer_than_it_may(scheduled: Callable[..., Schedule]) -> None:
    job = Job("one", account_id=1)
    schedule = scheduled(job)
    job.wait_for_runs(1)
    assert schedule.stop(0.2) is False
    assert not job.go_on.is_set()


def test_stopping_is_done_as_soon_as_nothing_is_in_hand() -> None:
    job = Job("one", account_id=1)
    schedule = Schedule([job], quick("housekeeping"))  # type: ignore[list-item, arg-type]
    schedule.start()
    schedule.serve({1})
    job.wait_for_runs(1)
    threading.Timer(0.1, job.go_on.set).start()
    assert schedule.stop(3600) is True


def test_history_has_its_own_thread_and_is_read_at_once_after_a_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A long look back holds up no refresh, and is told to hurry when an order went."""
    monkeypatch.setattr(schedule_module, "HISTORY_AFTER", timedelta())
    refreshed, looking_back = Refreshing(), LookingBack("history one", account_id=1)
    schedule = Schedule([refreshed], quick("housekeeping"), [looking_back])  # type: ignore[arg-type, list-item]
    schedule.start()
    schedule.serve({1})
    looking_back.wait_for_runs(1)
    refreshed.changes = Changes(symbols=frozenset({"BTC/USD"}))
    schedule.refresh_now(1)
    assert looking_back.hurried.wait(60)
    assert looking_back.runs == 1
    looking_back.go_on.set()
    looking_back.wait_for_runs(2)
    assert looking_back.most_at_once == 1
    assert schedule.stop(5)


class Refreshing(RefreshJob):
    """A refresh of nothing, that says it changed something when the test says so."""

    def __init__(self) -> None:
        self.name, self.changes = "refresh one", Changes()
        self.served: Any = SimpleNamespace(account=factories.account(id=1, refresh_seconds=3600))

    def run(self) -> JobResult:
        return JobResult(True)


@dataclass
class LookingBack(Job):
    """Stands for a history job."""

    hurried: threading.Event = field(default_factory=threading.Event)

    def hurry(self, changes: Changes) -> None:
        assert changes.symbols
        self.hurried.set()
