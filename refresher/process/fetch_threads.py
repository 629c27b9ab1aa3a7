"""Fetch threads: the bounded pool that requests run in, reused from refresh to refresh."""

import queue
import threading
from collections.abc import Callable

from exchanges.connection.clock import Clock

# Sources of one refresh are fetched at the same time, so there are more of these than threads for jobs. A request that
# waits for a thread uses up its own time budget.
MOST_THREADS = 256
# An idle thread ends after this long.
IDLE_SECONDS = 30.0


class Fetching:
    """One piece of work in a thread of the pool."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._is_over = threading.Event()

    def is_alive(self) -> bool:
        """True until the work has ended."""
        return not self._is_over.is_set()

    def run(self) -> None:
        """Do the work."""
        try:
            self._work()
        finally:
            self._is_over.set()


class FetchThreads(Clock):
    """The machine's own time, with threads from a pool. They never keep the process alive."""

    def __init__(self, most: int = MOST_THREADS, idle_seconds: float = IDLE_SECONDS) -> None:
        self._most = most
        self._idle_seconds = idle_seconds
        self._waiting: queue.SimpleQueue[Fetching] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._unclaimed = 0  # idle threads less work that waits for them

    def start(self, work: Callable[[], None], name: str) -> Fetching:
        """Run `work` in a thread of the pool, as soon as one is free."""
        fetching = Fetching(work)
        with self._lock:
            self._waiting.put(fetching)
            self._unclaimed -= 1
            if self._unclaimed >= 0 or self._threads >= self._most:
                return fetching
            self._threads += 1
            self._unclaimed += 1
        threading.Thread(target=self._serve, name="fetch", daemon=True).start()
        return fetching

    def _serve(self) -> None:
        while True:
            try:
                fetching = self._waiting.get(timeout=self._idle_seconds)
            except queue.Empty:
                with self._lock:
                    if self._unclaimed > 0:
                        self._threads -= 1
                        self._unclaimed -= 1
                        return
                continue
            fetching.run()
            with self._lock:
                self._unclaimed += 1
