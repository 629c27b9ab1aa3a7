"""Pacing: an exchange is not asked more often than it allows, and nobody waits past the deadline."""

import threading
import time
from collections.abc import Callable

from exchanges.connection.calls import Call
from exchanges.connection.errors import OutOfTurn


class Turns:
    """Whose turn it is to ask, one after the other. Thread-safe: turns are given in order, and slept for side by side.

    `clock` tells seconds that never go back.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._pause = pause
        self._last = float("-inf")
        self._lock = threading.Lock()

    def wait(self, distance: float, patience: float) -> None:
        """Wait until `distance` seconds after the turn before, at most `patience` seconds.

        Raises OutOfTurn at once where that is longer: the turn is left to whoever comes next.
        """
        with self._lock:
            now = self._clock()
            turn = max(now, self._last + distance)
            if turn - now > 0 and turn - now >= patience:
                raise OutOfTurn("not asked in time: the exchange allows no more questions before that")
            self._last = turn
        if turn > now:
            self._pause(turn - now)


class Paces:
    """The turns of each call of one account that its exchange limits by itself. Other calls are not held up."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._pause = pause
        self._turns: dict[str, Turns] = {}
        self._lock = threading.Lock()

    def wait(self, call: Call, patience: float) -> None:
        """Wait for this call's turn; at once where the exchange does not limit it by itself. Raises OutOfTurn."""
        if not call.every:
            return
        with self._lock:
            turns = self._turns.setdefault(call.path, Turns(self._clock, self._pause))
        turns.wait(call.every, patience)
