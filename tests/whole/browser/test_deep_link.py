"""A link to any page works as the very first request of a fresh process."""

import pytest
from playwright.sync_api import Browser, expect

from domain.snapshot import Account
from tests.postgres import PostgresServer
from tests.whole.browser.browsing import opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.website import website

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_deep_link_into_a_fresh_process_shows_its_page(
    browser: Browser, filled: tuple[PostgresServer, Account]
) -> None:
    server, _ = filled
    with website(server.database.url) as site, tab(browser) as page:
        opened(page, site.url + "/open_orders", "Orders")
        expect(page).to_have_title("Orders · Stillframe")
        assert page.url.startswith(site.url + "/open_orders")


def test_app_py_works_alone(browser: Browser, filled: tuple[PostgresServer, Account]) -> None:
    server, _ = filled
    with website(server.database.url, script="app.py") as site, tab(browser) as page:
        opened(page, site.url, "Overview")
        expect(page.get_by_text("200,000").first).to_be_visible()


def test_a_link_to_the_first_page_keeps_its_parameters(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url + "/overview?currency=BTC", "Overview")
        assert page.url == stack.site.url + "/?currency=BTC"


def test_an_unknown_address_shows_the_first_page_with_its_style(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        page.goto(stack.site.url + "/no_such_page")
        expect(page.locator(".sf-title").first).to_have_css("position", "absolute")
