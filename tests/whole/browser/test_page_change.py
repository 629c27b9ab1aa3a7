"""A page change in a real browser: the page that is left stays in sight until the next one is drawn."""

import pytest
from playwright.sync_api import Browser, expect

from tests.whole.browser.browsing import DESK, PHONE, opened, settled, tab
from tests.whole.browser.conftest import Stack

pytestmark = pytest.mark.browser

# Counts the frames in which no piece of a page is in sight.
WATCH = """() => {
  window.empty = 0;
  const isShown = (piece) => piece.getClientRects().length && getComputedStyle(piece).visibility === "visible";
  const look = () => {
    if (![...document.querySelectorAll(".sf-piece")].some(isShown)) window.empty += 1;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
PAGES = ("Orders", "Trades", "Cash flow", "Overview")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_frame_of_a_page_change_is_empty(browser: Browser, stack: Stack, size: tuple[int, int]) -> None:
    with tab(browser, size) as page:
        opened(page, stack.site.url, "Overview")
        page.evaluate(WATCH)
        for title in PAGES:
            page.locator(".pages").get_by_role("link", name=title, exact=True).first.click()
            expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
            settled(page)
            expect(page.locator("#first-page")).to_have_count(0)
        assert page.evaluate("empty") == 0
