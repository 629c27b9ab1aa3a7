"""The message watch: sends due messages each second, in a thread of its own. No refresh waits for a service."""

import threading
from collections.abc import Callable

from logs.lines import log
from refresher.process.database_watch import AWAY, first_line
from refresher.process.stopping import Stop

LOOK_EVERY_SECONDS = 1.0


class MessageWatch:
    """Runs a sender until the process is asked to end."""

    def __init__(self, send: Callable[[], int], stop: Stop) -> None:
        self._send = send
        self._stop = stop
        self._logged = ""

    def start(self) -> None:
        """Watch in a daemon thread, so that a service that hangs cannot keep the process alive."""
        threading.Thread(target=self._watch, name="messages", daemon=True).start()

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            self.look()

    def look(self) -> None:
        """Send what is due. A failure is logged once, and the next look tries again."""
        try:
            self._send()
        except AWAY:
            return  # messages wait in their table
        except Exception as error:
            line = f"{type(error).__name__}: {first_line(error)}"
            if line != self._logged:
                log().error("messages cannot be sent: retried each second", error=line)
            self._logged = line
        else:
            self._logged = ""
