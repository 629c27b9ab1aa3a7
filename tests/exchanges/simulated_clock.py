"""Clocks for tests: one that moves when somebody sleeps, and one for threads that sleep side by side."""

import heapq
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from exchanges.connection.clock import Clock

_BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
# How often a simulated wait for an event looks whether it is set.
_STEP = 0.01


class JoiningClock(Clock):
    """The machine's own time, with what a simulated clock has besides."""

    def start(self, work: Callable[[], None], name: str) -> threading.Thread:
        """Run `work` in a thread of its own."""
        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        return thread

    def join(self, *threads: threading.Thread) -> None:
        """Wait until these threads ended."""
        for thread in threads:
            thread.join()


class ManualClock(Clock):
    """A clock for one thread: to sleep moves it on. `pauses` are the sleeps."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.pauses: list[float] = []

    def now(self) -> float:
        return self.seconds

    def moment(self) -> datetime:
        return _BEGIN + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds


class SimulatedClock(JoiningClock):
    """A clock that moves on when every thread of the simulation sleeps, to whoever wakes first.

    The thread that makes it and the threads that it starts are the simulation. One of them runs at a time, so that
    a run is the same each time. Whatever a thread does without sleeping takes no time.
    """

    def __init__(self) -> None:
        self._seconds = 0.0
        self._running = 1
        self._sleepers: list[tuple[float, int, threading.Event]] = []
        self._numbers = count()
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._seconds

    def moment(self) -> datetime:
        return _BEGIN + timedelta(seconds=self._seconds)

    def sleep(self, seconds: float) -> None:
        awake = threading.Event()
        with self._lock:
            heapq.heappush(self._sleepers, (self._seconds + max(0.0, seconds), next(self._numbers), awake))
            self._stop_running()
        assert awake.wait(300), "the simulation stands still"

    def wait(self, event: threading.Event, seconds: float) -> bool:
        deadline = self._seconds + seconds
        while not event.is_set() and self._seconds < deadline:
            self.sleep(min(_STEP, deadline - self._seconds))
        return event.is_set()

    def start(self, work: Callable[[], None], name: str) -> threading.Thread:
        begins = threading.Event()

        def run() -> None:
            begins.wait()
            try:
                work()
            finally:
                with self._lock:
                    self._stop_running()

        thread = threading.Thread(target=run, name=name, daemon=True)
        with self._lock:
            heapq.heappush(self._sleepers, (self._seconds, next(self._numbers), begins))
        thread.start()
        return thread

    def join(self, *threads: threading.Thread) -> None:
        while any(thread.is_alive() for thread in threads):
            self.sleep(_STEP)

    def _stop_running(self) -> None:
        self._running -= 1
        if self._running == 0 and self._sleepers:
            self._seconds, _, awake = heapq.heappop(self._sleepers)
            self._running += 1
            awake.set()
