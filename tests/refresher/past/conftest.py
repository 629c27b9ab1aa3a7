"""An account on an exchange with a scripted history: the fixtures of the tests about history."""

from collections.abc import Iterator

import pytest

from exchanges.connection import retries
from tests.postgres import Database
from tests.refresher.conftest import WatchedPast, past_of, settings_for, watched_accounts
from tests.refresher.past_exchange import Past, exchange_with_past


@pytest.fixture
def past(monkeypatch: pytest.MonkeyPatch) -> Iterator[Past]:
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(retries, "RATE_LIMIT_PAUSE", 0.02)
    with exchange_with_past() as past:
        yield past


@pytest.fixture
def main(database: Database, past: Past) -> Iterator[WatchedPast]:
    (watched,) = watched_accounts(database, settings_for(past.server.url, "main"))
    watched.refresh()
    yield past_of(watched)
    watched.release()
