"""The web process restarts under an open page: taps meanwhile count once it answers again, and choices stay."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.snapshot import Account
from tests.ports import free_port
from tests.postgres import PostgresServer
from tests.whole.browser.browsing import PHONE, opened, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.market import refreshed
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


def hide_small(page: Page) -> None:
    page.locator(".opener").click()
    page.get_by_text("Hide small balances", exact=True).click()


def choose_hour(page: Page) -> None:
    page.get_by_role("button", name="1 h", exact=True).click()


@pytest.mark.parametrize(("choose", "address"), [(hide_small, "hide_small=true"), (choose_hour, "as_of=")])
def test_a_choice_during_a_restart_is_not_lost(
    browser: Browser, filled: tuple[PostgresServer, Account], choose: Callable[[Page], None], address: str
) -> None:
    url, port = filled[0].database.url, free_port()
    with tab(browser) as page:
        with website(url, port=port) as site:
            opened(page, site.url + "/?currency=EUR", "Overview")
        choose(page)
        with website(url, port=port):
            expect(page).to_have_url(re.compile(address))
            settled(page)
            expect(page).to_have_url(re.compile("currency=EUR"))


def test_a_run_that_the_stream_asks_for_waits_for_the_connection(browser: Browser, stack: Stack) -> None:
    """The stream may come back before the connection of the page."""
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        page.evaluate("""() => {
            document.querySelector('[data-testid="stApp"]').dataset.testConnectionState = "CONNECTING";
            window.runs = 0;
            stillframeLive.run = () => (runs += 1);
            stillframeLive.askForRun(0);
        }""")
        assert page.evaluate("runs") == 0
        page.evaluate("""document.querySelector('[data-testid="stApp"]').dataset.testConnectionState = "CONNECTED" """)
        page.wait_for_function("runs >= 1")


def test_figures_are_renewed_after_a_restart(browser: Browser, filled: tuple[PostgresServer, Account]) -> None:
    server, account = filled
    port = free_port()
    with tab(browser) as page:
        with website(server.database.url, port=port) as site:
            opened(page, site.url, "Overview")
            value = page.locator(".st-key-headline .value").first
            former = value.inner_text()
        refreshed(server.database, account, moved="1.1")
        with website(server.database.url, port=port):
            expect(value).not_to_have_text(former)
