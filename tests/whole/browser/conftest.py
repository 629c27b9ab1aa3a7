"""Shared by browser tests: one Chromium, and one website on a database of its own with a small account in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from domain.snapshot import Account
from tests.postgres import PostgresServer, own_server
from tests.whole.browser.browsing import chromium
from tests.whole.browser.market import configured, refreshed
from tests.whole.browser.website import Website, website


@dataclass(frozen=True)
class Stack:
    """A Postgres that may be killed, an account in it, and a web process that reads it."""

    server: PostgresServer
    account: Account
    site: Website


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one file on one worker, because each file starts a Postgres and a website of its own."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group(item.path.name))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ends with its file, because Playwright runs an event loop that later tests of the worker cannot share."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def filled() -> Iterator[tuple[PostgresServer, Account]]:
    """A Postgres of this module's own, with one account refreshed a minute ago and now."""
    with own_server() as server:
        account = configured(server.database)
        refreshed(server.database, account, ago=60)
        refreshed(server.database, account)
        yield server, account


@pytest.fixture(scope="module")
def stack(filled: tuple[PostgresServer, Account]) -> Iterator[Stack]:
    server, account = filled
    with website(server.database.url) as site:
        yield Stack(server, account, site)
