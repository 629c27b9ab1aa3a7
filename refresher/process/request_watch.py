"""The request watch: checks each second if a page requested a refresh."""

import threading
from collections.abc import Iterable, Sequence

from sqlalchemy import Engine

from db.writes.requests import take_refresh_requests
from logs.lines import log
from refresher.present.served_account import ServedAccount
from refresher.process.database_watch import AWAY, first_line
from refresher.process.schedule import Schedule
from refresher.process.stopping import Stop

LOOK_EVERY_SECONDS = 1.0


class RequestWatch:
    """Passes requests to the schedule. A standby takes none, because it could not fulfil them."""

    def __init__(self, writer: Engine, accounts: Sequence[ServedAccount], schedule: Schedule, stop: Stop) -> None:
        self._writer = writer
        self._accounts = {served.account.id: served for served in accounts}
        self._schedule = schedule
        self._stop = stop
        self._logged = ""

    def start(self) -> None:
        """Watch in a daemon thread, so that it cannot keep the process alive."""
        threading.Thread(target=self._watch, name="refresh-requests", daemon=True).start()

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            # The refresh jobs log that the database is unavailable. Requests wait in their table.
            try:
                self.look()
            except AWAY:
                continue
            except Exception as error:  # for example a read-only standby: the next look may succeed
                self._log_failure(error)
            else:
                self._logged = ""

    def look(self) -> None:
        """Take the requests for the accounts we serve and pass them on. Other requests wait for their refresher."""
        ours = {account_id: served for account_id, served in self._accounts.items() if served.is_ours}
        if not ours:
            return
        for account_id in take_refresh_requests(self._writer, ours):
            self._refresh(ours.values() if account_id is None else [ours[account_id]])

    def _log_failure(self, error: Exception) -> None:
        """Log one line per kind of failure, not one per second."""
        line = f"{type(error).__name__}: {first_line(error)}"
        if line != self._logged:
            log().error("refresh requests cannot be read: retried each second", error=line)
        self._logged = line

    def _refresh(self, accounts: Iterable[ServedAccount]) -> None:
        for served in accounts:
            log().info("refresh requested", account=served.account.name)
            served.hurry()
            self._schedule.refresh_now(served.account.id)
