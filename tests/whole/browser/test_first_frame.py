"""The first frame in a real browser: figures without JavaScript, without a websocket, and never after sign-out."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as BrowserTimeout

from db.credentials import password_hash
from db.writes.sign_in_mode import write_sign_in_mode
from db.writes.viewers import insert_viewer
from domain.snapshot import Account
from domain.viewers import Mode
from pages.first_frame.files import SCRIPT
from tests.api.serving import until
from tests.postgres import PostgresServer
from tests.whole.browser.browsing import DESK, PHONE, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.website import Website, website

pytestmark = pytest.mark.browser

FRAME, SHEET = "#first-frame", "#first-page.complete"
NET_VALUE = "$200,000"
# What stands in the frame and in the page, by path.
LINES = {
    "/": {
        ".plain .label": ".st-key-headline .label",
        ".plain .figure": ".st-key-headline .value",
        ".sf-periods": ".st-key-headline .sf-periods",
        ".concerns": ".sf-leads",
        "tbody tr": "tbody tr[data-index]",
    },
    "/open_orders": {".tabs a": ".tabs button", "tbody tr": "tbody tr[data-index]"},
    "/coin?coin=BTC": {".figures .label": ".sf-kpi .label", ".figures .figure": ".sf-kpi .value"},
}
LONGEST_TIMER = 2**31 - 1  # milliseconds. A longer one, or an endless one, ends at once
PASSWORD = "five random words of mine"
# The score of layout shifts that a page may have, the limit of "good" at https://web.dev/articles/cls being 0.1.
MOST_SHIFT = 0.05
SHIFT_OBSERVER = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
# The visibility of the net value in the moment in which the frame is removed.
FIRST_SIGHT = """
let hadFrame = false;
new MutationObserver(() => {
  const hasFrame = !!document.getElementById("first-frame"), value = document.querySelector(".sf-kpi.wide .value");
  if (hadFrame && !hasFrame && value) window.firstSight ??= getComputedStyle(value).visibility;
  hadFrame ||= hasFrame;
}).observe(document, { childList: true, subtree: true });
"""


@pytest.fixture(scope="module", autouse=True)
def warm(stack: Stack) -> None:
    until(lambda: 'id="first-frame"' in stack.site.get("/").text)


def ready(site: Website, path: str) -> str:
    """The address of a page once its figures are computed. A slow machine leaves out those that come too late."""
    until(lambda: 'id="first-frame"' in site.get(path).text)
    return site.url + path


def without_live_page(page: Page) -> None:
    """Let the page load, but not Streamlit's scripts, and not the sheet that would replace the frame."""
    page.route(re.compile(r"/static/js/|/first_sheet/"), lambda route: route.abort())


# The number of letter sizes of some cells.
LETTERS = "(cells) => new Set(cells.map((cell) => getComputedStyle(cell).fontSize)).size"


def test_figures_are_readable_without_javascript(browser: Browser, stack: Stack) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": DESK[0], "height": DESK[1]})
    try:
        page = context.new_page()
        page.goto(ready(stack.site, "/"))
        expect(page.locator(FRAME)).to_contain_text(NET_VALUE)
        expect(page.locator(FRAME).get_by_role("link", name="BTC", exact=True)).to_be_visible()
        expect(page.locator(FRAME)).to_contain_text(" s old")
        assert page.locator(f"{FRAME} tbody td").evaluate_all(LETTERS) == 1
        ready(stack.site, "/open_orders")
        page.locator(FRAME).get_by_role("link", name="Orders", exact=True).click()
        expect(page.locator(FRAME)).to_contain_text("Open orders: ")
        expect(page.locator(f"{FRAME} tbody tr").first).to_contain_text("85,500")
        assert page.locator(f"{FRAME} tbody td").evaluate_all(LETTERS) == 1
    finally:
        context.close()


@pytest.mark.slow
@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("path", LINES)
def test_the_first_lines_stand_where_the_live_page_has_them(
    browser: Browser, stack: Stack, path: str, size: tuple[int, int]
) -> None:
    """On a phone the net value moved by 30 pixels, what needs attention by 200, and the first order by 60."""
    with tab(browser, size) as page:
        in_frame = tops_in_frame(page, stack.site, path)
        assert in_frame == pytest.approx(tops_in_page(page, stack.site, path), abs=3)


def tops_in_frame(page: Page, site: Website, path: str = "/") -> list[float]:
    """Open the first frame of a page alone. Returns where its lines stand."""
    page.goto(ready(site, path))  # the answer to the next request knows the time zone
    settled(page)
    without_live_page(page)
    page.goto(ready(site, path))
    return [_top(page, f"{FRAME} {selector}") for selector in LINES[path]]


def tops_in_page(page: Page, site: Website, path: str = "/") -> list[float]:
    """Open the page. Returns where the same lines stand."""
    page.unroute_all()
    page.goto(ready(site, path))
    expect(page.locator(FRAME)).to_have_count(0)
    settled(page)
    return [_top(page, selector) for selector in LINES[path].values()]


def _top(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["y"]


def test_the_frame_gives_way_to_the_live_page_with_the_same_figures(browser: Browser, stack: Stack) -> None:
    """With reduced motion, as this tab has it, the page appeared piece by piece: each element had a transition."""
    with tab(browser) as page:
        page.add_init_script(FIRST_SIGHT)
        page.goto(ready(stack.site, "/"))
        expect(page.locator(FRAME)).to_have_count(0)
        expect(page.locator(".sf-kpi.wide .value")).to_have_text(NET_VALUE)
        assert page.evaluate("firstSight") == "visible"
        settled(page)


@pytest.mark.slow
def test_without_a_websocket_the_frame_stays_and_says_how_old_it_is(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        page.clock.install()
        page.route_web_socket(re.compile("_stcore/stream"), lambda socket: socket.close())
        page.goto(ready(stack.site, "/"))
        age = page.locator(f"{FRAME} .age")
        expect(age).to_contain_text(" old")
        page.clock.run_for(601_000)
        expect(age).to_contain_text("Stale · 1")
        expect(age).to_contain_text("min old")
        page.evaluate("document.getAnimations().forEach((animation) => animation.finish())")
        expect(page.get_by_text("The live page has not arrived yet")).to_be_visible()
        expect(page.locator(FRAME)).to_contain_text(NET_VALUE)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/fills"])
def test_a_page_comes_although_its_start_is_lost(browser: Browser, stack: Stack, path: str) -> None:
    """Only the start added Streamlit's script, so without it the page stayed empty."""
    with tab(browser) as page:
        page.route(re.compile(r"/static/start"), lambda route: route.abort())
        page.goto(stack.site.url + path)
        settled(page)
        expect(page.locator(".pages").first).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/open_orders", "/coin?coin=BTC"])
def test_nothing_moves_while_the_page_loads(browser: Browser, stack: Stack, path: str) -> None:
    with tab(browser) as page:
        page.add_init_script(SHIFT_OBSERVER)
        page.goto(ready(stack.site, path))
        settled(page)
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate("shifts") <= MOST_SHIFT


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/open_orders", "/coin?coin=BTC"])
def test_the_frame_gives_way_once_all_components_are_drawn(browser: Browser, stack: Stack, path: str) -> None:
    """Not only when its patience ends, which here it never does."""
    endless = SCRIPT.replace("DRAWN_WITHIN = 1500", f"DRAWN_WITHIN = {LONGEST_TIMER}")
    assert endless != SCRIPT
    with tab(browser) as page:
        page.route(re.compile(r"/static/first_frame"), lambda route: route.fulfill(body=endless))
        page.goto(ready(stack.site, path))
        expect(page.locator(FRAME)).to_have_count(0)


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_link_is_obeyed(browser: Browser, stack: Stack, size: tuple[int, int]) -> None:
    past = f"{datetime.now(UTC) - timedelta(seconds=30):%Y-%m-%dT%H:%M:%SZ}"
    with tab(browser, size) as page:
        without_live_page(page)
        page.goto(ready(stack.site, f"/?hide_amounts=true&currency=BTC&as_of={past}"))
        frame = page.locator(FRAME)
        expect(frame).to_contain_text("You are looking at the past")
        expect(frame).to_contain_text("•••• BTC")
        assert "200,000" not in page.content()
        wide = frame.evaluate("frame => frame.scrollWidth - frame.clientWidth")
        assert wide == 0, "the frame scrolls to the side"


@pytest.fixture(scope="module")
def private(filled: tuple[PostgresServer, Account]) -> Iterator[Website]:
    database = filled[0].database
    write_sign_in_mode(database.owner, Mode.PASSWORD)
    with database.writer.begin() as connection:
        insert_viewer(connection, "root", True, password_hash(PASSWORD))
    with website(database.url, environment={"STILLFRAME_SIGN_IN": "password"}) as site:
        yield site
    write_sign_in_mode(database.owner, Mode.OFF)


def _opened_with(page: Page, url: str, shown: str) -> bool:
    """Open a page. False if it does not show its value there, because a slow machine left it out."""
    page.goto(url, wait_until="commit")
    with suppress(BrowserTimeout):
        page.locator(shown).first.wait_for(timeout=5000)
    return NET_VALUE in "".join(page.locator(shown).all_inner_texts())


@pytest.mark.slow
def test_no_figure_is_shown_after_sign_out(browser: Browser, private: Website) -> None:
    with tab(browser) as page:
        page.route(re.compile(r"/static/js/"), lambda route: route.abort())
        page.goto(private.url)
        assert NET_VALUE not in page.content()
        page.get_by_label("Name").fill("root")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_label("Password")).to_have_count(0)
        until(lambda: _opened_with(page, private.url, f"{FRAME}, {SHEET}"))
        until(lambda: _opened_with(page, private.url, SHEET))
        page.context.clear_cookies(name="stillframe_session")
        page.goto(f"{private.url}/sign-in")
        page.go_back()
        expect(page.get_by_label("Password")).to_be_visible()
        assert NET_VALUE not in page.content()


@pytest.mark.slow
def test_a_stranger_gets_no_figure(private: Website) -> None:
    for path in ("/", "/open_orders", "/coin?coin=BTC", "/first_sheet/"):
        answer = private.get(path, {"Cookie": "stillframe_frame=.UTC"})
        assert "first-frame" not in answer.text
        assert "200,000" not in answer.text
