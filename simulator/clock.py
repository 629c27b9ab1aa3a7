"""The exchange's clock: the wall clock. A control call may move it ahead, and an option may speed it up."""

import time
from collections.abc import Callable

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Clock:
    """Simulated time in milliseconds since 1970. It never goes backwards."""

    def __init__(self, speed: float = 1.0, wall: Callable[[], float] = time.time) -> None:
        """`speed` is the number of simulated seconds per real second."""
        self._speed = speed
        self._wall = wall
        self._started = wall()
        self._ahead = 0.0

    def now(self) -> int:
        """Simulated milliseconds since 1970."""
        elapsed = self._wall() - self._started
        return int((self._started + elapsed * self._speed + self._ahead) * 1000)

    def wall(self) -> int:
        """Milliseconds since 1970 by the wall clock. Nonces are checked against it."""
        return int(self._wall() * 1000)

    def advance(self, seconds: float) -> None:
        """Move simulated time ahead at once."""
        if seconds < 0:
            raise ValueError("time does not go backwards")
        self._ahead += seconds
