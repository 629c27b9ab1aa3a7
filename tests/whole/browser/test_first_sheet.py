"""The first sheet in a real browser: all of the page before Streamlit runs, and the same page afterwards."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from playwright.sync_api import TimeoutError as BrowserTimeout

from tests.api.serving import until
from tests.whole.browser.browsing import DESK, PHONE, settled, tab
from tests.whole.browser.conftest import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHEET = "#first-page.complete"
PATHS = ["/", "/open_orders?tab=all", "/performance?waterfall=true", "/coin?coin=BTC", "/alerts", "/status"]
STREAMLIT, SHEETS = re.compile(r"/static/js/"), re.compile(r"/first_sheet/")
# The place, the letters and the colours of each piece, in order. `within` is where the sheet stands.
LOOK = """(within) => [...document.querySelectorAll(`${within} :is(.sf-piece, .sf-html)`)].map((piece) => {
  const inner = piece.shadowRoot?.querySelector("td, button, svg, a") ?? piece, style = getComputedStyle(inner);
  const { x, y, width, height } = piece.getBoundingClientRect();
  return [piece.className, ...[x, y, width, height].map(Math.round), style.fontFamily, style.fontSize, style.lineHeight,
    style.color, style.backgroundColor].join(" ");
})"""


class Held:
    """Streamlit's scripts, or other files, which a page gets when `release` is called."""

    def __init__(self, page: Page, files: re.Pattern[str] = STREAMLIT) -> None:
        self._routes: list[Route] | None = []
        page.route(files, self._hold)

    def _hold(self, route: Route) -> None:
        if self._routes is None:
            route.continue_()
        else:
            self._routes.append(route)

    def release(self) -> None:
        waiting, self._routes = self._routes or (), None
        for route in waiting:
            route.continue_()


@contextmanager
def held(
    browser: Browser,
    stack: Stack,
    path: str = "/",
    size: tuple[int, int] = DESK,
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[tuple[Page, Callable[[], None]]]:
    """A page that shows its first sheet, and what lets Streamlit run. The time zone is known from an earlier visit."""
    until(lambda: 'id="first-frame"' in stack.site.get("/").text)
    with tab(browser, size, scheme) as page:
        page.goto(stack.site.url)
        settled(page)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        streamlit = Held(page)
        until(lambda: _shows_sheet(page, stack.site.url + path))
        yield page, streamlit.release
        assert errors == []


def _shows_sheet(page: Page, url: str) -> bool:
    """False if the server left out a sheet that came too late, as a slow machine does."""
    page.goto(url, wait_until="commit")
    with suppress(BrowserTimeout):
        page.locator(SHEET).wait_for(timeout=10_000)
    return page.locator(SHEET).count() == 1


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_all_of_the_page_is_there_before_streamlit_and_stays_as_it_is(
    browser: Browser, stack: Stack, path: str, scheme: Literal["light", "dark"], size: tuple[int, int]
) -> None:
    with held(browser, stack, path, size, scheme) as (page, release):
        before = page.evaluate(LOOK, SHEET)
        page.evaluate("for (const piece of document.querySelectorAll('.sf-piece')) piece.isFirst = true")
        release()
        settled(page)
        assert page.evaluate(LOOK, ".stMain") == before
        assert page.evaluate("[...document.querySelectorAll('.sf-piece')].every((piece) => piece.isFirst)")


def test_the_figures_are_there_before_streamlit(browser: Browser, stack: Stack) -> None:
    with held(browser, stack) as (page, _):
        expect(page.locator(f"{SHEET} .sf-kpi .value").first).to_have_text("$200,000")
        expect(page.locator("#first-frame")).to_have_count(0)


def test_a_tap_before_streamlit_is_not_lost(browser: Browser, stack: Stack) -> None:
    with held(browser, stack) as (page, release):
        page.get_by_label("Currency").first.select_option("EUR")
        release()
        expect(page).to_have_url(re.compile("currency=EUR"))
        settled(page)
        expect(page.locator(".sf-kpi .value").first).not_to_contain_text("$")


def test_words_that_are_being_typed_and_the_scrolled_place_stay(browser: Browser, stack: Stack) -> None:
    with held(browser, stack, "/open_orders?tab=all", PHONE) as (page, release):
        search = page.get_by_role("textbox", name="Search")
        search.click()
        search.press_sequentially("BT")
        page.locator(SHEET).evaluate("(sheet) => { sheet.scrollTop = 60; }")
        release()
        settled(page)
        search.press_sequentially("C")
        assert search.input_value() == "BTC"
        assert page.locator('[data-testid="stMain"]').evaluate("(main) => main.scrollTop") == 60


def test_the_page_is_scrolled_as_the_viewer_did_last(browser: Browser, stack: Stack) -> None:
    """The sheet began at the top, and the page later went back to where the first frame was scrolled."""
    with held(browser, stack, "/", PHONE) as (page, release):
        until(lambda: _shows_sheet_after_scrolling(page, stack.site.url))
        sheet = page.locator(SHEET)
        assert sheet.evaluate("(sheet) => sheet.scrollTop") == 50
        sheet.evaluate("(sheet) => new Promise((seen) => { sheet.onscroll = seen; sheet.scrollTop = 90; })")
        release()
        settled(page)
        assert page.locator('[data-testid="stMain"]').evaluate("(main) => main.scrollTop") == 90


def _shows_sheet_after_scrolling(page: Page, url: str) -> bool:
    """Scroll the first frame before the sheet comes. False if the server left out one of them."""
    page.unroute(SHEETS)
    sheets = Held(page, SHEETS)
    page.goto(url, wait_until="commit")
    frame = page.locator("#first-frame")
    page.locator("head script[type=module]").wait_for(state="attached")  # the start has run
    if not frame.count():
        return False
    frame.evaluate("(frame) => new Promise((seen) => { frame.onscroll = seen; frame.scrollTop = 50; })")
    sheets.release()
    with suppress(BrowserTimeout):
        page.locator(SHEET).wait_for(timeout=10_000)
    return page.locator(SHEET).count() == 1


def test_the_focus_stays_in_browsers_that_cannot_move_it(browser: Browser, stack: Stack) -> None:
    with held(browser, stack, "/open_orders?tab=all") as (page, release):
        page.evaluate("delete Element.prototype.moveBefore")
        search = page.get_by_role("textbox", name="Search")
        search.press_sequentially("BT")
        release()
        settled(page)
        page.keyboard.type("C")
        assert search.input_value() == "BTC"


@pytest.mark.parametrize(("path", "size"), [("/", PHONE), ("/fills", DESK)])
def test_a_page_that_does_not_come_says_so(browser: Browser, stack: Stack, path: str, size: tuple[int, int]) -> None:
    """Pages without a first frame did not, and long ones out of sight."""
    with held(browser, stack, path, size) as (page, _):
        words = page.get_by_text("The live page has not arrived yet")
        expect(words).to_be_hidden()
        page.evaluate("document.getAnimations().forEach((animation) => animation.finish())")
        expect(words).to_be_visible()
        expect(words).to_be_in_viewport(ratio=1)


def test_without_the_first_sheet_the_page_comes_with_streamlit(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        page.goto(stack.site.url)
        settled(page)
        page.route(re.compile("/first_sheet/"), lambda route: route.abort())
        page.add_init_script(
            "new MutationObserver(() => { window.hadSheet ||= !!document.getElementById('first-page'); })"
            ".observe(document, { childList: true, subtree: true })"
        )
        page.goto(stack.site.url)
        settled(page)
        expect(page.locator(".sf-kpi .value").first).to_have_text("$200,000")
        assert not page.evaluate("window.hadSheet")


def test_the_browser_asks_for_the_sheet_once(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        page.goto(stack.site.url)
        settled(page)
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.goto(stack.site.url)
        settled(page)
        assert len([url for url in requests if "/first_sheet/" in url]) == 1
