"""A browser with letters of 200 %: first frame and page obey it, and the page takes over without a jump."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.whole.browser.browsing import DESK, PHONE, chromium, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.test_first_frame import FRAME_LINES, LIVE_LINES, ready, without_live_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The bar scrolls to no side: nothing in it is out of reach.
BAR_IS_WHOLE = """() => {
  const bar = document.querySelector(".st-key-bar").shadowRoot.querySelector(".sf-bar");
  return bar.scrollWidth <= bar.clientWidth;
}"""
LETTERS = "getComputedStyle(document.documentElement).fontSize"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Usual letters have 16 pixels, of which the theme takes 14."""
    with chromium("--blink-settings=defaultFontSize=32") as browser:
        yield browser


def tops(page: Page, selectors: list[str]) -> list[float]:
    boxes = [page.locator(selector).first.bounding_box() for selector in selectors]
    return [box["y"] for box in boxes if box is not None]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_takes_over_from_the_first_frame_without_a_jump(
    browser: Browser, stack: Stack, size: tuple[int, int]
) -> None:
    with tab(browser, size) as page:
        page.goto(ready(stack.site, "/"))  # the answer to the next request knows the time zone
        settled(page)
        without_live_page(page)
        page.goto(ready(stack.site, "/"))
        assert page.evaluate(LETTERS) == "28px"
        in_frame = tops(page, FRAME_LINES)
        page.unroute_all()
        page.goto(ready(stack.site, "/"))
        expect(page.locator("#first-frame")).to_have_count(0)
        settled(page)
        assert page.evaluate(LETTERS) == "28px"
        assert in_frame == pytest.approx(tops(page, LIVE_LINES), abs=5)
        assert page.evaluate(BAR_IS_WHOLE)


@pytest.mark.parametrize("width", [660, 800, 1000, 1200])
def test_no_window_cuts_the_bar(browser: Browser, stack: Stack, width: int) -> None:
    with tab(browser, (width, 900)) as page:
        page.goto(f"{stack.site.url}/status")
        settled(page)
        assert page.evaluate(BAR_IS_WHOLE)
