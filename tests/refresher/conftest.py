"""Shared fixtures of the refresher's tests: a scripted exchange, and one account refreshed on it."""

import logging
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from db.leases import Leases, shard_of
from db.reads.moments import read_latest
from db.reads.snapshots import read_snapshot
from db.stopping import Stop
from domain.snapshot import Account, Snapshot
from domain.sources import SourceKind
from exchanges.connection.pacing import Pace
from refresher.configuration.settings import AccountSettings, Settings
from refresher.jobs.history import HistoryJob
from refresher.jobs.recording import JobResult
from refresher.jobs.refresh import RefreshJob
from refresher.present.accounts import open_accounts, open_readers
from refresher.process.clock import utc_now
from refresher.process.database_watch import DatabaseWatch
from tests.exchanges.payload_server import PayloadServer
from tests.postgres import Database
from tests.refresher.scripted_exchange import scripted_exchange


def settings_for(
    url: str,
    *names: str,
    budget: float = 30.0,
    budgets: Mapping[SourceKind, float] | None = None,
    secret: str = "demo-secret",
    key: str | None = None,
    file: Path | None = None,
) -> Settings:
    """A configuration of accounts at `url`, each with a key of its own or all with `key`."""
    accounts = tuple(
        AccountSettings(name, "cryptocom", SecretStr(key or f"key of {name}"), SecretStr(secret), base_url=url)
        for name in names
    )
    return Settings(
        base_currency="USD",
        display_currencies=("USD", "EUR", "BTC"),
        accounts=accounts,
        is_demo=False,
        demo_url=None,
        log_format="console",
        log_level="info",
        budgets=dict.fromkeys(SourceKind, budget) | dict(budgets or {}),
        file=file,
    )


@dataclass
class Watched:
    """One account, refreshed on demand of the test."""

    job: RefreshJob
    database: Database
    leases: Leases

    @property
    def account(self) -> Account:
        return self.job.served.account

    def refresh(self) -> JobResult:
        result = self.job.run()
        assert result is not None
        return result

    def take(self) -> bool:
        """Take the account's shard if it is free. True if this refresher serves the account."""
        self.leases.beat()
        self.leases.take({shard_of(self.account.id)}, 1)
        return self.job.served.is_ours

    def release(self) -> None:
        """End this refresher, as far as its leases are concerned."""
        self.leases.leave()

    def snapshot(self) -> Snapshot:
        """The snapshot that a page would read now."""
        with self.database.reader.connect() as connection:
            return read_snapshot(connection, self.account, read_latest(connection)[self.account.id])


def watched_accounts(database: Database, settings: Settings) -> tuple[Watched, ...]:
    """Every account of a configuration, ready to be refreshed in this process."""
    leases = Leases(database.writer)
    opened = open_accounts(settings, open_readers(settings), database.writer, leases, Stop())
    watched = tuple(Watched(RefreshJob(served, DatabaseWatch()), database, leases) for served in opened)
    for account in watched:
        account.take()
    return watched


@dataclass
class WatchedPast:
    """One account, with refreshes and history runs on demand of the test."""

    watched: Watched
    history: HistoryJob

    def refresh(self) -> JobResult:
        return self.watched.refresh()

    def look_back(self) -> JobResult:
        result = self.history.run()
        assert result is not None
        return result

    def read(self, query: str, **values: Any) -> Sequence[Any]:
        """Rows of the database, as a page may read them."""
        with self.watched.database.reader.connect() as connection:
            return connection.execute(text(query), values).all()

    def outcomes(self) -> dict[str, tuple[str, str]]:
        """Ending and evidence of every order with a known outcome, by key."""
        return {key: (ending, by) for key, ending, by in self.read("SELECT key, ending, evidence FROM order_outcome")}

    def fills(self) -> list[str]:
        """The keys of the stored fills, oldest first."""
        return [key for (key,) in self.read("SELECT key FROM fill ORDER BY at, key")]

    def failing(self) -> dict[str, str]:
        """The last errors of the failing sources of history."""
        return dict(map(tuple, self.read("SELECT source, error FROM history_state WHERE error IS NOT NULL")))


def past_of(watched: Watched, stop: Stop | None = None, now: Callable[[], datetime] = utc_now) -> WatchedPast:
    """The history job of an account, run in this process."""
    served, writer = watched.job.served, watched.database.writer
    past = served.reader.history
    assert past is not None
    return WatchedPast(watched, HistoryJob(served, past, writer, DatabaseWatch(), stop or Stop(), served.scope, now))


@pytest.fixture
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exchange without a rate limit on its history."""
    monkeypatch.setattr(Pace, "wait_for_call", lambda *_: None)


@pytest.fixture
def own_process_state() -> Iterator[None]:
    """Restore log handlers and signal handlers after commands that run in the test's process."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    signals = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    root.handlers, root.level = handlers, level
    for number, handler in signals.items():
        signal.signal(number, handler)


@pytest.fixture
def exchange() -> Iterator[PayloadServer]:
    with scripted_exchange() as exchange:
        yield exchange


@pytest.fixture
def main(database: Database, exchange: PayloadServer) -> Iterator[Watched]:
    (watched,) = watched_accounts(database, settings_for(exchange.url, "main"))
    yield watched
    watched.release()
