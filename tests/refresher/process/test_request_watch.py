"""The request watch goes on looking, whatever one look met."""

import queue

from apscheduler.jobstores.base import JobLookupError
from structlog.testing import capture_logs

from db.refresh_requests import insert_refresh_request
from db.stopping import Stop
from refresher.process.request_watch import RequestWatch
from tests.exchanges.payload_server import PayloadServer
from tests.postgres import Database
from tests.refresher.conftest import settings_for, watched_accounts


class Unready:
    """Stands for a schedule that fails the first time it is asked."""

    def __init__(self) -> None:
        self.asked: queue.Queue[str] = queue.Queue()
        self._fails = True

    def refresh_now(self, account_id: int) -> None:
        if self._fails:
            self._fails = False
            self.asked.put("failed")
            raise JobLookupError(f"refresh {account_id}")
        self.asked.put("taken")


def test_the_request_watch_survives_what_it_did_not_expect(database: Database, exchange: PayloadServer) -> None:
    (account,) = watched_accounts(database, settings_for(exchange.url, "one"))
    account.refresh()
    schedule, stop = Unready(), Stop()
    with capture_logs() as lines:
        RequestWatch(database.writer, [account.job.served], schedule, stop).start()  # type: ignore[arg-type]
        try:
            for outcome in ("failed", "taken"):
                insert_refresh_request(database.reader, account.account.id)
                assert schedule.asked.get(timeout=60) == outcome
        finally:
            stop.request()
    assert [line["log_level"] for line in lines if "cannot be read" in line["event"]] == ["error"]
