"""Choices that the browser keeps: a new tab and its first frame obey them from the first paint on."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.serving import until
from tests.whole.browser.browsing import opened, settled, tab
from tests.whole.browser.conftest import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow]

VALUE = ".st-key-headline .value"
NET_VALUE = "200,000"
# Each state of the document that shows the net value, from the first byte on.
GLIMPSES = """
window.glimpses = [];
new MutationObserver(() => {
  const text = document.body?.innerText ?? "";
  if (text.includes("200,000")) window.glimpses.push(text.slice(0, 200));
}).observe(document, { childList: true, subtree: true, characterData: true });
"""


def test_a_cookie_that_is_not_ours_stops_no_choice(browser: Browser, stack: Stack) -> None:
    """A server on another port of the same machine shares the cookies."""
    with tab(browser) as page:
        page.context.add_cookies([{"name": "stillframe_kept", "value": "%", "url": stack.site.url}])
        opened(page, stack.site.url, "Overview")
        page.get_by_label("Currency").first.select_option("EUR")
        expect(page).to_have_url(re.compile("currency=EUR"))


def choose_hidden(page: Page) -> None:
    page.locator(".opener").click()
    page.get_by_text("Hide amounts", exact=True).click()


def test_a_new_tab_hides_amounts_that_another_one_hid(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        expect(page.locator(VALUE).first).to_contain_text(NET_VALUE)
        choose_hidden(page)
        expect(page.locator(VALUE).first).to_contain_text("•")
        other = page.context.new_page()
        other.add_init_script(GLIMPSES)
        for path, title in (("/", "Overview"), ("/open_orders", "Orders"), ("/", "Overview")):
            opened(other, stack.site.url + path, title)
            assert other.evaluate("glimpses") == []
        until(lambda: "first-frame" in page.context.request.get(stack.site.url).text(), 60)
        assert NET_VALUE not in page.context.request.get(stack.site.url).text()
        expect(other).not_to_have_url(re.compile("hide_amounts"))
        expect(other.locator(VALUE).first).to_contain_text("•")
        choose_hidden(other)
        expect(other.locator(VALUE).first).to_contain_text(NET_VALUE)
        settled(other)
        opened(other, stack.site.url, "Overview")
        expect(other.locator(VALUE).first).to_contain_text(NET_VALUE)


def test_open_tabs_follow_when_amounts_are_hidden_in_one_of_them(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        other = page.context.new_page()
        opened(other, stack.site.url, "Overview")
        expect(other.locator(VALUE).first).to_contain_text(NET_VALUE)
        choose_hidden(page)
        expect(other.locator(VALUE).first).to_contain_text("•")
        settled(other)
        choose_hidden(other)
        expect(page.locator(VALUE).first).to_contain_text(NET_VALUE)


def test_a_currency_is_a_choice_of_its_own_tab(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        other = page.context.new_page()
        opened(other, stack.site.url, "Overview")
        page.get_by_label("Currency").first.select_option("EUR")
        expect(page).to_have_url(re.compile("currency=EUR"))
        page.locator(".opener").click()
        page.get_by_text("Hide amounts", exact=True).click()
        expect(other.locator(VALUE).first).to_contain_text("$•")
