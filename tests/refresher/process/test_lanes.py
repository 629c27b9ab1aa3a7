"""Lanes and fetch threads: bounded pools of threads, and none is taken wholly by an exchange that hangs."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from refresher.process.fetch_threads import FetchThreads
from refresher.process.lags import Lags, Meter
from refresher.process.lanes import Lanes
from tests.refresher.refresher_process import until

NOW = datetime.now(UTC)


@pytest.fixture
def hang() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


class Counted:
    """Work that hangs until the test lets it go, and counts how much of it runs at once."""

    def __init__(self, go_on: threading.Event) -> None:
        self._go_on = go_on
        self._lock = threading.Lock()
        self.began = self.ended = self.most = 0

    def __call__(self) -> None:
        with self._lock:
            self.began += 1
            self.most = max(self.most, self.began - self.ended)
        self._go_on.wait(60)
        with self._lock:
            self.ended += 1


def test_a_hundred_accounts_of_an_exchange_that_hangs_leave_threads_to_the_others(hang: threading.Event) -> None:
    lanes, hanging, ran = Lanes(8), Counted(hang), threading.Event()
    for number in range(100):
        lanes.submit(f"hanging {number}", "refresh slow", NOW, hanging)
    until(lambda: hanging.began == 6)
    lanes.submit("prompt", "refresh prompt", NOW, ran.set)
    assert ran.wait(60)
    assert hanging.began == 6  # three quarters of the threads
    hang.set()
    until(lambda: hanging.ended == 100)
    assert hanging.most == 6


def test_a_task_that_waits_is_not_added_again(hang: threading.Event) -> None:
    lanes, runs, blocking = Lanes(1), Counted(hang), Counted(hang)
    lanes.submit("busy", "a", NOW, blocking)
    until(lambda: lanes.busy == 1)
    assert [lanes.submit("once", "a", NOW, runs) for _ in range(3)] == [True, False, False]
    hang.set()
    until(lambda: runs.ended == 1)
    assert lanes.submit("once", "a", NOW, runs)
    until(lambda: runs.ended == 2)


def test_a_task_that_fails_frees_its_thread() -> None:
    lanes, ran = Lanes(1), threading.Event()

    def fail() -> None:
        raise SystemExit

    lanes.submit("failing", "a", NOW, fail)
    until(lambda: lanes.busy == 0)
    lanes.submit("next", "a", NOW, ran.set)
    assert ran.wait(60)


def test_fetch_threads_are_bounded_and_used_again(hang: threading.Event) -> None:
    threads, work = FetchThreads(most=4, idle_seconds=0.1), Counted(hang)
    running = [threads.start(work, "fetch") for _ in range(20)]
    until(lambda: work.began == 4)
    assert [each.is_alive() for each in running] == [True] * 20
    hang.set()
    until(lambda: not any(each.is_alive() for each in running))
    assert work.most == 4
    until(lambda: threads._threads == 0)  # idle ones end
    last = threads.start(work, "fetch")
    until(lambda: not last.is_alive())


def test_the_lag_of_refreshes_is_counted_and_its_cause_named() -> None:
    """The 99th percentile of 1 to 200 s is 198 s or 199 s, by the definition of a percentile."""
    time = [0.0]
    lags = Lags({"refresh main"}, lambda: time[0])
    meter = Meter(lags, lambda: 1.0)
    assert meter.load(3).bottleneck is None
    for seconds in range(1, 201):
        lags.note("refresh main", timedelta(seconds=seconds))
        lags.note("history main", timedelta(hours=1))  # history may wait
    assert lags.p99() in (198.0, 199.0)
    load = meter.load(3)
    assert (load.accounts, load.lag_seconds) == (3, lags.p99())
    assert load.bottleneck is not None
    time[0] = 121.0
    assert meter.load(3).lag_seconds is None


@pytest.mark.parametrize(
    ("core", "threads", "load", "cause"),
    [(0.95, 0.1, 0.0, "process"), (0.3, 0.1, 1e6, "machine"), (0.3, 1.0, 0.0, "exchange"), (0.3, 0.1, 0.0, "database")],
)
def test_the_cause_of_a_lag_is_the_resource_that_is_used_up(
    core: float, threads: float, load: float, cause: str
) -> None:
    meter = Meter(Lags(()), lambda: threads)
    meter._core, meter._threads = core, threads
    assert meter.bottleneck(load) == cause
