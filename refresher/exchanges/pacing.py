"""Pacing: calls that an exchange limits by themselves are not asked more often than it allows, whoever asks them."""

import threading
import time
from collections.abc import Callable

from refresher.exchanges.calls import Call


class Paces:
    """When each limited call of one account may be asked next. Thread-safe; other calls are not held up meanwhile."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._pause = pause
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, call: Call) -> None:
        """Wait for this call's turn; at once where the exchange does not limit it by itself."""
        if not call.every:
            return
        with self._lock:
            now = self._clock()
            turn = max(now, self._next.get(call.path, now))
            self._next[call.path] = turn + call.every
        if turn > now:
            self._pause(turn - now)
