"""The request watch: checks each second if a page requested a refresh."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Engine

from db.stopping import Stop
from db.writes.requests import take_refresh_requests
from logs.lines import log
from refresher.present.served_account import ServedAccount
from refresher.process.repeated_look import RepeatedLook
from refresher.process.schedule import Schedule


class RequestWatch:
    """Passes requests to the schedule. A standby takes none, because it could not fulfil them."""

    def __init__(self, writer: Engine, accounts: Sequence[ServedAccount], schedule: Schedule, stop: Stop) -> None:
        self._writer = writer
        self._accounts = {served.account.id: served for served in accounts}
        self._schedule = schedule
        failure = "refresh requests cannot be read: retried each second"
        self._looks = RepeatedLook("refresh-requests", self.look, failure, stop)

    def start(self) -> None:
        """Watch in a thread. While the database is unavailable, requests wait in their table."""
        self._looks.start()

    def look(self) -> None:
        """Take the requests for the accounts we serve and pass them on. Other requests wait for their refresher."""
        ours = {account_id: served for account_id, served in self._accounts.items() if served.is_ours}
        if not ours:
            return
        for account_id in take_refresh_requests(self._writer, ours):
            self._refresh(ours.values() if account_id is None else [ours[account_id]])

    def _refresh(self, accounts: Iterable[ServedAccount]) -> None:
        for served in accounts:
            log().info("refresh requested", account=served.account.name)
            served.hurry()
            self._schedule.refresh_now(served.account.id)
