"""Turns: how many books and pools are worked out at once, over all accounts of the process."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PARTS_AT_ONCE = 2
LOOK_UP_SECONDS = 0.5

# However many accounts have books to be worked out, refreshes find a connection and a processor.
_slots = threading.BoundedSemaphore(PARTS_AT_ONCE)


@contextmanager
def turn(goes_on: Callable[[], bool]) -> Iterator[None]:
    """Wait for a turn, which is short: it is given back after each part. `goes_on` may raise, to end the wait."""
    while not _slots.acquire(timeout=LOOK_UP_SECONDS):
        goes_on()
    try:
        yield
    finally:
        _slots.release()
