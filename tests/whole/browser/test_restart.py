"""The web process restarts under an open page: a tap on a page link meanwhile leads there once it answers again."""

import pytest
from playwright.sync_api import Browser, expect

from domain.snapshot import Account
from tests.ports import free_port
from tests.postgres import PostgresServer
from tests.whole.browser.browsing import PHONE, opened, tab
from tests.whole.browser.website import website

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_tap_during_a_restart_is_not_lost(browser: Browser, filled: tuple[PostgresServer, Account]) -> None:
    url, port = filled[0].database.url, free_port()
    with tab(browser, PHONE) as page:
        with website(url, port=port) as site:
            opened(page, site.url, "Overview")
        page.get_by_role("link", name="Orders", exact=True).tap()
        with website(url, port=port):
            expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_attached()
