"""A scripted week of the simulated exchange, refreshed every half an hour, and every message that it sends."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from domain.rules import RuleDefinition, Severity
from refresher.alerts.sender import Sender
from refresher.alerts.setup import set_up_alerts
from refresher.candles.keeper import CandleKeeper
from refresher.configuration.alert_settings import AlertSettings
from refresher.jobs.alerts import AlertsJob
from refresher.process.database_watch import DatabaseWatch
from simulator.week import LASTS, OUTAGE, OUTAGE_OF
from tests.postgres import Database
from tests.refresher.alerts.desk import phone
from tests.refresher.alerts.receivers import TelegramServer
from tests.refresher.conftest import WatchedPast, past_of, settings_for, watched_accounts
from tests.simulator.exchange_process import API_KEY
from tests.simulator.in_process import Month, month

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
EVERY = timedelta(minutes=30)
SPANS = {"1h": timedelta(days=2), "15m": timedelta(days=1)}
RULES = (
    RuleDefinition("Deposit", 'deposit("1d")', severity=Severity.INFO),
    RuleDefinition("Below 90,000", 'close("1h") < 90000', ("BTC/USD",)),
    RuleDefinition("Touched 90,000", 'low("1h") < 90000', ("BTC/USD",)),
)


class Then:
    """The present of the week."""

    moment: ClassVar[datetime]


@dataclass
class Desk:
    """One refresher over the week."""

    played: Month
    main: WatchedPast
    candles: CandleKeeper
    alerts: AlertsJob
    sender: Sender

    def look(self, at: datetime) -> None:
        """One turn of every job at a moment. Messages are due 15 seconds after it."""
        Then.moment = at
        self.played.until(_milliseconds(at))
        self.played.faults.clear()
        since, until = (MONDAY + timedelta(milliseconds=offset) for offset in OUTAGE)
        if since <= at < until:
            self.played.faults.order({"method": OUTAGE_OF, "kind": "http_500"})
        self.main.refresh()
        self.main.look_back()
        self.candles.keep(["BTC/USD"], lambda: True)
        result = self.alerts.run()
        assert result is not None
        assert result.succeeded, result.detail
        Then.moment = at + timedelta(seconds=20)
        self.sender.run()


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@pytest.fixture
def desk(database: Database, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr("exchanges.connection.pacing.Pace.wait_for_call", lambda *_: None)
    monkeypatch.setattr("exchanges.connection.retries.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("exchanges.connection.ccxt_overrides.ReadOnlyCcxt.throttle", lambda *_: None)
    monkeypatch.setattr("exchanges.connection.clock.Clock.moment", lambda _: Then.moment)
    Then.moment = MONDAY
    with month(seed=3, days=2, scenario="week", at=_milliseconds(MONDAY)) as played:
        played.exchange.fast_forward()
        configured = settings_for(played.url, "main", key=API_KEY, budget=60.0)
        (account,) = configured.accounts
        every = replace(account, refresh_seconds=int(EVERY.total_seconds()))
        (watched,) = watched_accounts(database, replace(configured, accounts=(every,)))
        settings = AlertSettings(channels=(phone(telegram.url),), rules=RULES)
        served, venue = watched.job.served, watched.account.venue
        set_up_alerts(database.writer, settings, [venue])
        candles = CandleKeeper(venue, served.reader, database.writer, SPANS, now)
        alerts = AlertsJob([served], database.writer, DatabaseWatch(), settings, now)
        sender = Sender(database.writer, settings, now)
        yield Desk(played, past_of(watched, now=now), candles, alerts, sender)


def now() -> datetime:
    return Then.moment


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_week_sends_exactly_these_messages(desk: Desk, telegram: TelegramServer) -> None:
    """Each message by hand from the script of the week (simulator/week.py)."""
    sent: list[str] = []
    for step in range(int(timedelta(milliseconds=LASTS) / EVERY)):
        at = MONDAY + step * EVERY
        desk.look(at)
        new, telegram.texts[:] = list(telegram.texts), []
        sent += [f"{at:%a %H:%M}\n{text}" for text in new]
    expected = Path(__file__).with_name("week.txt").read_text()
    assert "\n\n".join(sent) + "\n" == expected
