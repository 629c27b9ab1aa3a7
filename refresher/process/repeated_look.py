"""Repeated look: something is looked at every second or two, in a thread of its own. A failure ends nothing."""

import threading
from collections.abc import Callable

from db.stopping import Stop
from logs.lines import log
from refresher.process.database_watch import AWAY, first_line

LOOK_EVERY_SECONDS = 1.0


class RepeatedLook:
    """Calls `look` until the process is asked to end. `failure` is the log line if it fails."""

    def __init__(
        self,
        name: str,
        look: Callable[[], object],
        failure: str,
        stop: Stop,
        *,
        every: float = LOOK_EVERY_SECONDS,
        at_once: bool = False,
    ) -> None:
        self._name = name
        self._look = look
        self._failure = failure
        self._stop = stop
        self._every = every
        self._at_once = at_once
        self._logged = ""

    def start(self) -> None:
        """Look in a daemon thread, so that it cannot keep the process alive."""
        threading.Thread(target=self._repeat, name=self._name, daemon=True).start()

    def once(self) -> None:
        """Look once. A failure is logged if it is new, and the next look tries again."""
        try:
            self._look()
        except AWAY:
            return  # the refresh jobs log that the database is unavailable
        except Exception as error:  # for example a read-only standby
            line = f"{type(error).__name__}: {first_line(error)}"
            if line != self._logged:
                log().error(self._failure, error=line)
            self._logged = line
        else:
            self._logged = ""

    def _repeat(self) -> None:
        if self._at_once:
            self.once()
        while not self._stop.wait(self._every):
            self.once()
