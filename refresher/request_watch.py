"""The request watch: looks each second whether a page asked for a refresh now."""

import threading
from collections.abc import Sequence

from sqlalchemy import Engine

from db.refresh_requests import insert_refresh_request
from db.writes.requests import take_refresh_requests
from refresher.database_watch import AWAY
from refresher.log_lines import log
from refresher.schedule import Schedule
from refresher.served_account import ServedAccount
from refresher.stopping import Stop

LOOK_EVERY_SECONDS = 1.0


class RequestWatch:
    """Hands requests to the schedule. A standby takes none: it could not fulfil them."""

    def __init__(self, writer: Engine, accounts: Sequence[ServedAccount], schedule: Schedule, stop: Stop) -> None:
        self._writer = writer
        self._accounts = {served.account.id: served for served in accounts}
        self._schedule = schedule
        self._stop = stop

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

    def look(self) -> None:
        """Take what was asked for and hand it on; what another refresher serves is put back for it."""
        if not any(served.is_ours for served in self._accounts.values()):
            return
        for account_id in take_refresh_requests(self._writer):
            if account_id is None:
                self._refresh([served for served in self._accounts.values() if served.is_ours])
            elif (served := self._accounts.get(account_id)) is not None and served.is_ours:
                self._refresh([served])
            elif served is not None:
                insert_refresh_request(self._writer, account_id)

    def _refresh(self, asked: Sequence[ServedAccount]) -> None:
        for served in asked:
            log().info("refresh asked for", account=served.account.name)
            self._schedule.refresh_now(served.account.id)
