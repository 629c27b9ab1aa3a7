"""Controls of the coin page in a real browser: a choice is a step of Back, menus stay open, and links reproduce it."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.whole.browser.browsing import PHONE, opened, settled, tab
from tests.whole.browser.conftest import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def candles(page: Page, timeframe: str) -> Locator:
    return page.get_by_role("group", name="Candles").get_by_role("button", name=timeframe, exact=True)


def test_a_choice_is_a_step_of_back_and_of_forward(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url + "/coin?coin=BTC", "Coin")
        candles(page, "15m").click()
        expect(page).to_have_url(re.compile("candles=15m"))
        expect(candles(page, "15m")).to_have_attribute("aria-pressed", "true")
        settled(page)
        page.go_back()
        expect(candles(page, "1h")).to_have_attribute("aria-pressed", "true")
        settled(page)
        page.go_forward()
        expect(candles(page, "15m")).to_have_attribute("aria-pressed", "true")
        page.get_by_role("combobox", name="Coin", exact=True).select_option("ETH")
        expect(page.get_by_text("Price of ETH")).to_be_visible()
        expect(page).to_have_url(re.compile(r"coin=ETH"))


@pytest.mark.parametrize("size", [(1440, 900), PHONE])
def test_a_menu_stays_open_for_several_choices_until_escape(
    browser: Browser, stack: Stack, size: tuple[int, int]
) -> None:
    with tab(browser, size) as page:
        opened(page, stack.site.url + "/coin?coin=BTC", "Coin")
        page.get_by_text("Lines and signals", exact=True).click()
        for line in ("EMA 10", "MA 200"):
            page.get_by_role("button", name=line).click()
            expect(page).to_have_url(re.compile("means=" + line.replace(" ", ".+")))
            settled(page)
        shown = page.get_by_role("button", name="MA 200")
        expect(shown).to_have_attribute("aria-pressed", "true")
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), "the page scrolls to the side"
        page.keyboard.press("Escape")
        expect(shown).to_be_hidden()


def test_a_tapped_price_is_answered_in_the_open_menu(browser: Browser, stack: Stack) -> None:
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/coin?coin=BTC", "Coin")
        page.get_by_text("Tell me at a price", exact=True).tap()
        page.get_by_role("group", name="Prices").get_by_role("button").first.tap()
        expect(page.get_by_text(re.compile("You are told when BTC falls to"))).to_be_visible()
        page.get_by_label("Another price").fill("two")
        page.keyboard.press("Enter")
        expect(page.get_by_text("two is no price")).to_be_visible()
        expect(page.get_by_label("Another price")).to_have_value("two")


def test_choices_come_back_with_the_page(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url + "/coin?coin=ETH&candles=1d", "Coin")
        page.get_by_role("link", name="Alerts", exact=True).first.click()
        expect(page).to_have_url(re.compile("/alerts"))
        settled(page)
        page.get_by_role("link", name="Coin", exact=True).first.click()
        expect(candles(page, "1d")).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_text("Price of ETH")).to_be_visible()
        expect(page).to_have_url(re.compile("coin=ETH.*candles=1d"))


def test_another_page_with_the_same_name_in_its_address_keeps_its_own_choice(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url + "/watchlist?candles=1d", "Watchlist")
        page.get_by_role("link", name="Coin", exact=True).first.click()
        expect(candles(page, "1h")).to_have_attribute("aria-pressed", "true")
        candles(page, "15m").click()
        expect(page).to_have_url(re.compile("/coin.*candles=15m"))
        settled(page)
        page.get_by_role("link", name="Watchlist", exact=True).first.click()
        expect(candles(page, "1d")).to_have_attribute("aria-pressed", "true")
