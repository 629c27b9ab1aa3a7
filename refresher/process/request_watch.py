"""The request watch: looks each second whether a page asked for a refresh now."""

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
    """Hands requests to the schedule. A standby takes none: it could not fulfil them."""

    def __init__(self, writer: Engine, accounts: Sequence[ServedAccount], schedule: Schedule, stop: Stop) -> None:
        self._writer = writer
        self._accounts = {served.account.id: served for served in accounts}
        self._schedule = schedule
        self._stop = stop
        self._told = ""

    def start(self) -> None:
        """Watch in a thread of its own, which never keeps the process alive."""
        threading.Thread(target=self._watch, name="refresh-requests", daemon=True).start()

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            # The refresh jobs tell that the database is away; requests wait in their table.
            try:
                self.look()
            except AWAY:
                continue
            except Exception as error:  # whatever it is (a read-only standby, say): the next look may succeed
                self._tell(error)
            else:
                self._told = ""

    def look(self) -> None:
        """Take what was asked of the accounts we serve and hand it on; requests for others wait for who serves them."""
        ours = {account_id: served for account_id, served in self._accounts.items() if served.is_ours}
        if not ours:
            return
        for account_id in take_refresh_requests(self._writer, ours):
            self._refresh(ours.values() if account_id is None else [ours[account_id]])

    def _tell(self, error: Exception) -> None:
        """One line a kind of failure, not one a second."""
        line = f"{type(error).__name__}: {first_line(error)}"
        if line != self._told:
            log().error("requests to refresh now cannot be taken: tried again each second", error=line)
        self._told = line

    def _refresh(self, asked: Iterable[ServedAccount]) -> None:
        for served in asked:
            log().info("refresh asked for", account=served.account.name)
            served.hurry()
            self._schedule.refresh_now(served.account.id)
