"""Lags: how late refreshes begin, and what limits them. Status names it when a machine has too many accounts."""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from datetime import timedelta

from db.leases import Load

# Lags of this time are counted.
WINDOW_SECONDS = 120.0
# A lag above this needs a word. A request or a slow refresh may delay a few others for a moment.
MOST_LAG_SECONDS = 10.0
# One process computes on one core at a time, so this share of a core is all of it.
BUSY_CORE = 0.8
BUSY_MACHINE = 1.5  # the load average per core
BUSY_THREADS = 0.9
_SHARE = 0.99


class Lags:
    """The lags of refreshes. Thread-safe."""

    def __init__(self, counted: Collection[str], now: Callable[[], float] = time.monotonic) -> None:
        self._counted = counted
        self._now = now
        self._lock = threading.Lock()
        self._lags: deque[tuple[float, float]] = deque()

    def note(self, name: str, lag: timedelta) -> None:
        """Note that a job of this name began this late."""
        if name in self._counted:
            with self._lock:
                self._lags.append((self._now(), max(0.0, lag.total_seconds())))

    def p99(self) -> float | None:
        """The lag in seconds that 99 of 100 refreshes did not exceed lately. None without a refresh."""
        with self._lock:
            while self._lags and self._lags[0][0] < self._now() - WINDOW_SECONDS:
                self._lags.popleft()
            ordered = sorted(lag for _, lag in self._lags)
        return ordered[min(len(ordered) - 1, int(_SHARE * len(ordered)))] if ordered else None


class Meter:
    """Measures the load of this process between two calls of `load`."""

    def __init__(self, lags: Lags, busy_threads: Callable[[], float]) -> None:
        self._lags = lags
        self._busy_threads = busy_threads  # as a share of the pool
        self._at = time.monotonic()
        self._computed = time.process_time()
        self._core = self._threads = 0.0

    def load(self, accounts: int) -> Load:
        """The load since the last call, smoothed over several."""
        at, computed = time.monotonic(), time.process_time()
        share = (computed - self._computed) / max(at - self._at, 0.001)
        self._at, self._computed = at, computed
        self._core += (share - self._core) / 4
        self._threads += (self._busy_threads() - self._threads) / 4
        lag = self._lags.p99()
        is_late = lag is not None and lag > MOST_LAG_SECONDS
        return Load(accounts, lag, self.bottleneck(os.getloadavg()[0]) if is_late else None)

    def bottleneck(self, load_average: float) -> str:
        """The resource that limits the refreshes: process, machine, exchange or database."""
        if self._core >= BUSY_CORE:
            return "process"
        if load_average / (os.cpu_count() or 1) >= BUSY_MACHINE:
            return "machine"
        return "exchange" if self._threads >= BUSY_THREADS else "database"
