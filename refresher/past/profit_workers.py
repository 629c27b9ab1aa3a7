"""Profit workers: limit how many books are computed at once, over all accounts of the process."""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PARTS_AT_ONCE = 2
LOOK_UP_SECONDS = 0.5
# A backfill of many accounts computes parts without a break. Garbage with circles waits no longer than this meanwhile.
LONGEST_PAUSE_SECONDS = 60.0

# Refreshes still find a connection and a processor, however many accounts have books to compute.
_slots = threading.BoundedSemaphore(PARTS_AT_ONCE)


class _Collections:
    """Garbage collections of this process, paused while parts are computed.

    A part makes a hundred thousand records and no circle. Python would look through all objects of the process again
    and again meanwhile, which takes a quarter of the time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts = 0
        self._were_enabled = False
        self._since = 0.0

    def pause(self) -> None:
        """Until `resume` was called as often."""
        with self._lock:
            if not self._parts:
                self._were_enabled, self._since = gc.isenabled(), time.monotonic()
                gc.disable()
            self._parts += 1

    def resume(self) -> None:
        """After a part. If others never let the pause end, garbage is collected in it."""
        with self._lock:
            self._parts -= 1
            is_due = bool(self._parts) and time.monotonic() - self._since >= LONGEST_PAUSE_SECONDS
            if is_due:
                self._since = time.monotonic()
            if not self._parts and self._were_enabled:
                gc.enable()
            is_due &= self._were_enabled
        if is_due:
            gc.collect()


_collections = _Collections()


@contextmanager
def worker_slot(may_continue: Callable[[], bool]) -> Iterator[None]:
    """Wait for a free worker slot and hold it for one part. `may_continue` may raise to end the wait."""
    while not _slots.acquire(timeout=LOOK_UP_SECONDS):
        may_continue()
    _collections.pause()
    try:
        yield
    finally:
        _collections.resume()
        _slots.release()
