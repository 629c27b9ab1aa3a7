"""The alerts job: evaluates rules after refreshes and closes of candles, writes digests, and pings a watchdog."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import requests
from pydantic import SecretStr
from sqlalchemy import Engine

from logs.lines import log
from refresher.alerts.digests import Digests
from refresher.alerts.evaluator import Evaluator
from refresher.alerts.reminders import remind
from refresher.configuration.alert_settings import AlertSettings
from refresher.jobs.recording import JobResult
from refresher.present.served_account import ServedAccount
from refresher.process.clock import utc_now
from refresher.process.database_watch import AWAY, DatabaseWatch

NAME = "alerts"
_PING_EVERY = timedelta(minutes=1)
_PING_SECONDS = 5.0


class AlertsJob:
    """One run evaluates the accounts that this process serves. It runs too often to record each run."""

    def __init__(
        self,
        accounts: Sequence[ServedAccount],
        writer: Engine,
        database: DatabaseWatch,
        settings: AlertSettings,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.name = NAME
        self.next_run_at: Callable[[], datetime | None] = lambda: None
        self._accounts = accounts
        self._writer = writer
        self._database = database
        self._settings = settings
        self._now = now
        self._evaluator = Evaluator(writer, settings.wait)
        self._digests = Digests(writer, settings)
        self._pinged_at: datetime | None = None

    def run(self) -> JobResult | None:
        """Evaluate what is new. None if no account is served here, or if the database does not answer."""
        ours = [served.account.id for served in self._accounts if served.is_ours]
        if not ours:
            return None
        now = self._now()
        try:
            events = self._evaluator.run(ours, now)
            events += remind(self._writer, self._settings.remind_every, now)
            events += self._digests.run(now)
        except AWAY as error:
            self._database.lost(error)
            return None
        except Exception:
            log().exception("rules could not be evaluated: tried again")
            return JobResult(False, "see the log")
        self._ping(now)
        return JobResult(True, f"{events} events")

    def _ping(self, now: datetime) -> None:
        """Tell the watchdog that rules are evaluated. If the pings end, it tells the user."""
        url = self._settings.ping_url
        if url is None or (self._pinged_at is not None and now - self._pinged_at < _PING_EVERY):
            return
        self._pinged_at = now
        ping(url)


def ping(url: SecretStr) -> bool:
    """Request the address of a watchdog once. Its answer changes nothing here."""
    try:
        return requests.get(url.get_secret_value(), timeout=_PING_SECONDS).ok
    # Hosts that urllib3 cannot parse come as ValueError. The texts of all of them name the URL.
    except (requests.RequestException, ValueError, OSError) as error:
        log().warning("the watchdog does not answer", error=type(error).__name__)
        return False
