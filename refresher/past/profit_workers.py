"""Profit workers: limit how many books are computed at once, over all accounts of the process."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PARTS_AT_ONCE = 2
LOOK_UP_SECONDS = 0.5

# Refreshes still find a connection and a processor, however many accounts have books to compute.
_slots = threading.BoundedSemaphore(PARTS_AT_ONCE)


@contextmanager
def worker_slot(may_continue: Callable[[], bool]) -> Iterator[None]:
    """Wait for a free worker slot and hold it for one part. `may_continue` may raise to end the wait."""
    while not _slots.acquire(timeout=LOOK_UP_SECONDS):
        may_continue()
    try:
        yield
    finally:
        _slots.release()
