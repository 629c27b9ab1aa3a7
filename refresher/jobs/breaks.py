"""Breaks between the short transactions of a long job, so that refreshes get processor and disk."""

import time
from collections.abc import Callable

# A step that waited itself, for a slow disk, ends in no longer break.
LONGEST = 0.25


class Breaks:
    """A break after each step, as long as the step took: the job takes half of a processor at most."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, wait: Callable[[float], None] = time.sleep) -> None:
        self._clock = clock
        self._wait = wait
        self._step_began = clock()

    def take(self) -> None:
        """Wait after a step. The next step begins when this returns."""
        self._wait(min(self._clock() - self._step_began, LONGEST))
        self._step_began = self._clock()
