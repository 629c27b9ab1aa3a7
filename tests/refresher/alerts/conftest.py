"""Shared by tests of alerts: a messenger that takes every message, and a desk that sends to it."""

from collections.abc import Iterator

import pytest

from tests.postgres import Database
from tests.refresher.alerts.desk import Desk
from tests.refresher.alerts.receivers import TelegramServer, telegram_server


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with telegram_server() as server:
        yield server


@pytest.fixture
def desk(database: Database, telegram: TelegramServer) -> Desk:
    return Desk(database, telegram)
