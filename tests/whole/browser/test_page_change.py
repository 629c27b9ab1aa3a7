"""A page change in a real browser: the page that is left stays in sight until the next one is drawn."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.serving import until
from tests.whole.browser.browsing import DESK, PHONE, opened, settled, tab
from tests.whole.browser.conftest import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow]

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


# Keeps the data of tables from being read, as a fault in a script does.
FAULT = """() => {
  const parse = JSON.parse;
  JSON.parse = (text, ...rest) => {
    if (window.fails && text.includes('"columns"')) throw new Error("a fault");
    return parse(text, ...rest);
  };
  const next = requestAnimationFrame;
  window.asked = 0;
  window.requestAnimationFrame = (call) => { window.asked += 1; return next(call); };
}"""


def test_a_piece_that_fails_lets_the_next_page_change_be_as_quiet(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        page.evaluate(FAULT)
        page.evaluate("fails = true")
        page.locator(".pages").get_by_role("link", name="Orders", exact=True).first.click()
        expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
        expect(page.locator("#first-page")).to_have_count(0)
        page.evaluate("fails = false")
        before = page.evaluate("asked")
        page.wait_for_timeout(500)
        assert page.evaluate("asked") - before < 10  # nothing waits at each frame any more
        page.evaluate(WATCH)
        page.locator(".pages").get_by_role("link", name="Trades", exact=True).first.click()
        expect(page.get_by_role("heading", name="Trades", exact=True)).to_be_visible()
        settled(page)
        assert page.evaluate("empty") == 0


# Goes back once the next page has pieces that are not drawn yet.
BACK_TWICE = """() => {
  window.most = 0;
  const look = () => {
    window.most = Math.max(window.most, document.querySelectorAll("#first-page").length);
    requestAnimationFrame(look);
  };
  const again = () => {
    if (document.querySelector("#first-page") && document.querySelector("#root .sf-piece")) {
      history.back();
    } else requestAnimationFrame(again);
  };
  window.fails = true;
  look();
  again();
  history.back();
}"""


def test_a_page_that_is_left_before_it_is_drawn_leaves_no_second_one_in_sight(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        for title in ("Trades", "Orders", "Cash flow"):
            page.locator(".pages").get_by_role("link", name=title, exact=True).first.click()
            expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
            page.wait_for_timeout(1200)  # the address is settled, and each page is a step
        page.evaluate(FAULT)
        page.evaluate(WATCH)
        page.evaluate(BACK_TWICE)
        expect(page.locator("#root").get_by_role("heading", name="Trades", exact=True)).to_be_visible()
        settled(page)
        assert page.evaluate("[most, empty]") == [1, 0]


def test_a_page_that_is_left_before_its_first_sheet_is_taken_over_does_not_come_back(
    browser: Browser, stack: Stack
) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")  # the cookie makes the next answer a first sheet
        page.add_init_script("window.requestIdleCallback = (call) => setTimeout(call, 700)")
        until(lambda: _has_first_sheet(page, stack.site.url))
        page.locator("#first-page .pages").get_by_role("link", name="Trades", exact=True).first.click(
            no_wait_after=True
        )
        page.wait_for_function("document.querySelector('#root .sf-sheet h1')?.textContent === 'Trades'")
        page.wait_for_timeout(800)
        came = page.evaluate("""async () => {
          const seen = [];
          for (let frame = 0; frame < 90; frame += 1) {
            seen.push(...[...document.querySelectorAll("#first-page h1")].map((title) => title.textContent));
            document.querySelector("#root").append(document.createElement("i")); // any change of the page
            await new Promise(requestAnimationFrame);
          }
          return [...new Set(seen)];
        }""")
        assert came == []


def _has_first_sheet(page: Page, url: str) -> bool:
    """Open a page. False if the server left out a sheet that came too late, as a slow machine does."""
    taken = "performance.getEntriesByName('stillframe-answers').length > 0"
    page.goto(url)
    page.wait_for_function(f"{taken} || document.querySelector('#root .sf-sheet')?.hasChildNodes()")
    return bool(page.evaluate(taken))
