"""Steps on a phone: Back closes an order, a line brings its list into view, and the bar tells the present page."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.whole.browser.browsing import PHONE, opened, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.grid import Grid
from tests.whole.browser.market import orders_of, refreshed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PANEL = ".st-key-side_panel"


def test_back_closes_an_order_and_forward_opens_it(browser: Browser, stack: Stack) -> None:
    refreshed(stack.server.database, stack.account)
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/open_orders?tab=all", "Orders")
        for _ in range(2):
            Grid(page).select(1)
            expect(page.locator(PANEL)).to_have_count(1)
            settled(page)
            page.go_back()
            expect(page.locator(PANEL)).to_have_count(0)
            settled(page)
        page.go_forward()
        expect(page.locator(PANEL)).to_have_count(1)


def test_back_from_an_order_of_the_overview_goes_to_what_was_seen(browser: Browser, stack: Stack) -> None:
    """It stopped at the Overview with the order in its address."""
    refreshed(stack.server.database, stack.account)
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/?currency=EUR", "Overview")
        page.get_by_text(re.compile("^Closest stop")).tap()
        expect(page.locator(PANEL)).to_have_count(1)
        settled(page)
        page.go_back()
        expect(page.get_by_role("heading", name="Overview", exact=True)).to_be_attached()
        expect(page).to_have_url(f"{stack.site.url}/?currency=EUR")


def test_a_choice_that_a_page_refuses_is_no_step(browser: Browser, stack: Stack) -> None:
    """Back went to the refused address, which led forward again."""
    with tab(browser) as page:
        opened(page, stack.site.url + "/status", "Status")
        opened(page, stack.site.url + "/?currency=XYZ", "Overview")
        expect(page).to_have_url(stack.site.url + "/")
        page.go_back()
        expect(page.get_by_role("heading", name="Status", exact=True)).to_be_attached()


def test_after_back_a_change_of_the_address_is_no_step(browser: Browser, stack: Stack) -> None:
    """Back by the keyboard, and a key or click before Back that led to nothing, made it one. Forward was lost."""
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        page.keyboard.press("Shift")
        steps = page.evaluate("""() => {
            dispatchEvent(new PopStateEvent("popstate"));
            const before = history.length;
            history.pushState({}, "", "/?currency=EUR");
            return history.length - before;
        }""")
    assert steps == 0


def test_coins_without_a_stop_scroll_into_view(browser: Browser, stack: Stack) -> None:
    refreshed(stack.server.database, stack.account, orders=orders_of(stack.account)[:1])
    with tab(browser, PHONE) as page:
        page.set_viewport_size({"width": PHONE[0], "height": 500})  # as with a list that begins lower
        opened(page, stack.site.url, "Overview")
        tools = page.locator(".st-key-holdings_tools")
        expect(tools).not_to_be_in_viewport()
        page.get_by_text(re.compile(r"coins? without a stop")).first.tap()
        expect(tools.get_by_role("button", name="Without stop")).to_have_attribute("aria-pressed", "true")
        expect(tools).to_be_in_viewport()
    refreshed(stack.server.database, stack.account)


@pytest.mark.parametrize(("path", "title"), [("/alerts", "Alerts"), ("/status", "Status")])
def test_a_page_without_a_place_in_the_bar_lights_more(browser: Browser, stack: Stack, path: str, title: str) -> None:
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url, "Overview")
        more = page.locator(".menu-place")
        expect(more).to_have_css("box-shadow", "none")
        opened(page, stack.site.url + path, title)
        expect(more).not_to_have_css("box-shadow", "none")


def test_one_tap_leads_from_the_week_to_what_it_came_from(browser: Browser, stack: Stack) -> None:
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url, "Overview")
        page.evaluate("window.isSamePage = true")
        page.locator("a.sf-period", has_text="7 d").tap()
        expect(page.get_by_role("heading", name="Performance", exact=True)).to_be_visible()
        expect(page).to_have_url(re.compile(r"/performance\?.*period=7"))
        assert page.evaluate("window.isSamePage")  # the app was not loaded anew
