"""A link to any page works as the very first request of a fresh process."""

import pytest
from playwright.sync_api import Browser, expect

from domain.snapshot import Account
from tests.browser.browsing import settled, tab
from tests.browser.website import website
from tests.postgres import PostgresServer

pytestmark = pytest.mark.browser


def test_a_deep_link_into_a_fresh_process_shows_its_page(
    browser: Browser, filled: tuple[PostgresServer, Account]
) -> None:
    server, _ = filled
    with website(server.database.url) as site, tab(browser) as page:
        page.goto(site.url + "/open_orders")
        expect(page.get_by_role("heading", name="Open orders", exact=True)).to_be_visible()
        settled(page)
        expect(page.get_by_text("Page not found")).to_have_count(0)
        expect(page).to_have_title("Open orders · Stillframe")
        assert page.url.startswith(site.url + "/open_orders")


def test_app_py_works_alone(browser: Browser, filled: tuple[PostgresServer, Account]) -> None:
    server, _ = filled
    with website(server.database.url, script="app.py") as site, tab(browser) as page:
        page.goto(site.url)
        expect(page.get_by_role("heading", name="Overview", exact=True)).to_be_visible()
        settled(page)
        expect(page.get_by_text("200,000").first).to_be_visible()
