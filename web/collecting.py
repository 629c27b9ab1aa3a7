"""Collecting: garbage is collected when no page computes, instead of after each page run.

Streamlit's own collection (`runner.postScriptGC`) looks at every object of the process after each page run, and no
other page runs meanwhile. With more in the caches it takes longer and longer. So it is off, Python's own full
collections are rare, and a thread collects at a calm moment. It also gives freed memory back to the system: glibc keeps
the memory of each thread's arena otherwise, and the process seems to grow.
"""

import ctypes
import gc
import threading
import time
from collections.abc import Callable

# Young objects are collected as usual. A full collection by Python itself is rare.
THRESHOLDS = (5_000, 20, 1_000)
LOOK_SECONDS = 0.5
# A collection comes this long after the last one at a calm moment, and later than this at any moment.
SOONEST_SECONDS, LATEST_SECONDS = 20.0, 180.0
# The names of Streamlit's threads that run a page.
_PAGE_THREADS = "ScriptRunner"
# It is calm if so many looks in a row see no page. A session that runs page after page has pauses of milliseconds.
_CALM_LOOKS, _PAUSE_SECONDS = 5, 0.01


def page_is_computing() -> bool:
    """True while a page runs."""
    return any(_PAGE_THREADS in thread.name for thread in threading.enumerate())


def wait_for_calm(
    most_seconds: float, is_busy: Callable[[], bool] = page_is_computing, clock: Callable[[], float] = time.monotonic
) -> None:
    """Wait until no page has run for some looks, `most_seconds` at most."""
    deadline = clock() + most_seconds
    calm_looks = 0
    while calm_looks < _CALM_LOOKS and clock() < deadline:
        calm_looks = 0 if is_busy() else calm_looks + 1
        time.sleep(_PAUSE_SECONDS)


class Collector:
    """Collects garbage in a thread of its own."""

    def __init__(
        self,
        is_busy: Callable[[], bool] = page_is_computing,
        clock: Callable[[], float] = time.monotonic,
        collect: Callable[[], object] = gc.collect,
    ) -> None:
        self._is_busy = is_busy
        self._clock = clock
        self._collect = collect
        self._collected_at = clock()
        self.collections = 0
        self.seconds = 0.0  # that collections took

    def start(self) -> None:
        """Collect in a daemon thread from now on."""
        gc.set_threshold(*THRESHOLDS)
        threading.Thread(target=self._run, name="collecting", daemon=True).start()

    def look(self) -> bool:
        """Collect if it is time to. Returns True if it did."""
        waited = self._clock() - self._collected_at
        if waited < SOONEST_SECONDS or (waited < LATEST_SECONDS and self._is_busy()):
            return False
        began = self._clock()
        self._collect()
        give_back_memory()
        self._collected_at = self._clock()
        self.collections += 1
        self.seconds += self._collected_at - began
        return True

    def _run(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            self.look()


def give_back_memory() -> None:
    """Return free memory of the C library to the system, where the library can (glibc)."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError):
        return
