"""A browser with letters of 200 %: first frame and page obey it, and the page takes over without a jump."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.whole.browser.browsing import DESK, PHONE, chromium, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.test_first_frame import tops_in_frame, tops_in_page

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


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_takes_over_from_the_first_frame_without_a_jump(
    browser: Browser, stack: Stack, size: tuple[int, int]
) -> None:
    with tab(browser, size) as page:
        in_frame = tops_in_frame(page, stack.site)
        assert page.evaluate(LETTERS) == "28px"
        in_page = tops_in_page(page, stack.site)
        assert page.evaluate(LETTERS) == "28px"
        assert in_frame[:-1] == pytest.approx(in_page[:-1], abs=5)  # the list is below the screen
        assert page.evaluate(BAR_IS_WHOLE)


@pytest.mark.parametrize("width", [660, 800, 1000, 1200])
def test_no_window_cuts_the_bar(browser: Browser, stack: Stack, width: int) -> None:
    with tab(browser, (width, 900)) as page:
        page.goto(f"{stack.site.url}/status")
        settled(page)
        assert page.evaluate(BAR_IS_WHOLE)


# The height of an axis letter, the texts of a chart that its edges cut, and those that overlap another.
AXES = """() => {
  const pieces = [...document.querySelectorAll(".sf-piece")];
  const charts = pieces.map((piece) => piece.shadowRoot.querySelector(".sf-chart svg"));
  const texts = charts.filter(Boolean).flatMap((chart) => [...chart.querySelectorAll(".axis text")].map((text) => {
    const place = text.getBoundingClientRect(), edge = chart.getBoundingClientRect();
    const isCut = place.right > edge.right + 1 || place.left < edge.left - 1 || place.bottom > edge.bottom + 1;
    return { place, isCut, words: text.textContent, size: parseFloat(getComputedStyle(text).fontSize) };
  }));
  const over = (one, other) => one !== other && one.place.left < other.place.right && other.place.left < one.place.right
    && one.place.top + 3 < other.place.bottom && other.place.top + 3 < one.place.bottom;
  const bad = texts.filter((one) => one.isCut || texts.some((other) => over(one, other)));
  return [texts.length, Math.min(...texts.map(({ size }) => size)), bad.map(({ words }) => words)];
}"""


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_letters_of_charts_grow_too_and_none_is_cut_or_overlaps(
    browser: Browser, stack: Stack, size: tuple[int, int]
) -> None:
    with tab(browser, size) as page:
        page.goto(stack.site.url)
        settled(page)
        page.wait_for_function(f"() => ({AXES})()[0] > 2")
        _, letters, bad = page.evaluate(AXES)
        assert letters == 22
        assert bad == []
