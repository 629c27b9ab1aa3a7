"""The edit watch: checks each second if a page filed an edit. An edit may take long, so no refresh waits for it."""

import threading
from collections.abc import Callable, Collection, Sequence

from sqlalchemy import Engine

from logs.lines import log
from refresher.present.served_account import ServedAccount
from refresher.process.database_watch import AWAY, first_line
from refresher.process.stopping import Stop

LOOK_EVERY_SECONDS = 1.0


class EditWatch:
    """Has the edits of the accounts that this process serves applied. A standby leaves them to the one that serves."""

    def __init__(
        self,
        writer: Engine,
        accounts: Sequence[ServedAccount],
        apply: Callable[[Engine, Collection[int]], int],
        stop: Stop,
    ) -> None:
        self._writer = writer
        self._accounts = accounts
        self._apply = apply
        self._stop = stop
        self._logged = ""

    def start(self) -> None:
        """Watch in a daemon thread, so that it cannot keep the process alive."""
        threading.Thread(target=self._watch, name="edits", daemon=True).start()

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            self.look()

    def look(self) -> None:
        """Apply what waits. A failure is logged, and the next look tries again."""
        ours = [served.account.id for served in self._accounts if served.is_ours]
        try:
            if ours:
                self._apply(self._writer, ours)
        except AWAY:
            return  # the refresh jobs log it, and edits wait in their table
        except Exception as error:  # for example a read-only standby
            self._log_failure(error)
        else:
            self._logged = ""

    def _log_failure(self, error: Exception) -> None:
        """Log one line per kind of failure, not one per second."""
        line = f"{type(error).__name__}: {first_line(error)}"
        if line != self._logged:
            log().error("edits cannot be read: retried each second", error=line)
        self._logged = line
