"""A page stands still while sources begin to fail and answer again, on a desk and on a phone."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.visits import observe, shift_of
from domain.sources import Failure, FailureKind
from tests.whole.browser.browsing import DESK, PHONE, opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.market import refreshed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REASON = "the exchange did not answer within 10 s"
# Each lists holdings, orders or figures of sources that fail.
PAGES = {
    "/": "Overview",
    "/open_orders": "Orders",
    "/performance": "Performance",
    "/coin?coin=BTC": "Coin",
    "/watchlist": "Watchlist",
    "/alerts": "Alerts",
}
WHOLE = "(text) => text.scrollHeight <= text.clientHeight + 1"


def failing(stack: Stack, *sources: str) -> None:
    failures: dict[str, Any] = {source: Failure(FailureKind.TEMPORARY, REASON) for source in sources}
    refreshed(stack.server.database, stack.account, **failures)


def has_new_badge(page: Page, state: str) -> None:
    expect(page.locator(".sf-bar .age")).to_have_attribute("data-state", state)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_moves_when_sources_fail_and_answer_again(
    browser: Browser, stack: Stack, size: tuple[int, int]
) -> None:
    shifts: dict[str, float] = {}
    for path, title in PAGES.items():
        failing(stack)
        with tab(browser, size) as page:
            observe(page)
            opened(page, stack.site.url + path, title)
            has_new_badge(page, "fresh")
            before, band = shift_of(page), page.locator(".sf-band", has_text="The exchange did not answer")
            failing(stack, "prices", "triggers", "balances", "positions")
            expect(band).to_contain_text("not updated since")
            has_new_badge(page, "failing")
            shift_of(page)  # the band is painted
            failing(stack)
            expect(page.locator(".sf-band")).to_have_count(0)
            has_new_badge(page, "fresh")
            shifts[title] = shift_of(page) - before
    assert {title: shift for title, shift in shifts.items() if shift} == {}


def test_a_phone_shows_two_lines_of_a_band_and_all_of_it_on_a_tap(browser: Browser, stack: Stack) -> None:
    failing(stack, "prices", "triggers", "balances", "positions")
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url, "Overview")
        band = page.locator(".st-key-dock .sf-band")
        text = band.locator("summary span")
        expect(band.locator("time")).to_be_visible()
        assert not text.evaluate(WHOLE)
        band.locator("summary").tap()
        expect(band.locator("details")).to_have_attribute("open", "")
        assert text.evaluate(WHOLE)
        bar = page.locator(".sf-bar .opener").bounding_box()
        dock = page.locator(".st-key-dock").bounding_box()
        assert bar is not None
        assert dock is not None
        assert dock["y"] + dock["height"] <= bar["y"]  # the pages of the bar stay in reach
        page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 1e6)")
        last = page.locator(".sf-kpis").last.bounding_box()
        assert last is not None
        assert last["y"] + last["height"] <= dock["y"]  # the end of the page is not hidden
    failing(stack)
