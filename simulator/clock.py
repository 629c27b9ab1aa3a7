"""The exchange's clock: the wall clock, which a control call may move ahead and an option may speed up."""

import time
from collections.abc import Callable

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Clock:
    """Simulated time in milliseconds since 1970. It never goes backwards."""

    def __init__(self, speed: float = 1.0, wall: Callable[[], float] = time.time) -> None:
        """`speed` is how many simulated seconds pass in a real one."""
        self._speed = speed
        self._wall = wall
        self._started = wall()
        self._ahead = 0.0

    def now(self) -> int:
        """Milliseconds since 1970, simulated."""
        elapsed = self._wall() - self._started
        return int((self._started + elapsed * self._speed + self._ahead) * 1000)

    def wall(self) -> int:
        """Milliseconds since 1970 by the wall clock: what the nonce of a request is held against."""
        return int(self._wall() * 1000)

    def advance(self, seconds: float) -> None:
        """Move simulated time ahead at once."""
        if seconds < 0:
            raise ValueError("time does not go backwards")
        self._ahead += seconds
