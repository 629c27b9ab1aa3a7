"""Every page on a phone and on a desk, light and dark: nothing overflows, and everything is readable."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.factories import fill, transfer
from tests.pages.past import moved, traded, with_past
from tests.whole.browser.browsing import DESK, PHONE, opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.market import refreshed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "/": "Overview",
    "/open_orders": "Orders",
    "/fills": "Trades",
    "/transfers": "Cash flow",
    "/performance": "Performance",
    "/coin": "Coin",
    "/watchlist": "Watchlist",
    "/alerts": "Alerts",
    "/status": "Status",
}

# Whatever reaches over the right edge of the window, but for what scrolls within its own box.
OVERHANGING = """() => {
    const scrolls = (element) => {
        for (let box = element.parentElement; box; box = box.parentElement) {
            if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(box).overflowX)
                && box.getBoundingClientRect().right <= innerWidth + 1
                && box.dataset.testid !== 'stMain') return true;
        }
        return false;
    };
    return [...document.querySelectorAll('[data-testid="stMain"] *')]
        .filter((element) => element.getClientRects().length && element.getBoundingClientRect().right > innerWidth + 1)
        .filter((element) => !scrolls(element))
        .map((element) => `${element.tagName}.${element.className} ${element.getBoundingClientRect().right}`);
}"""

SIDEWAYS = """() => [document.documentElement, document.body, document.querySelector('[data-testid="stMain"]')]
    .map((element) => element.scrollWidth - element.clientWidth)"""

# Relative luminance, and contrast as WCAG counts it, of the page's text on the page's ground.
CONTRAST = """() => {
    const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (colour) => {
        const [r, g, b] = parts(colour).map((part) => part / 255)
            .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = light(getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor);
    const text = light(getComputedStyle(document.querySelector('h1')).color);
    return { ground, contrast: (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05) };
}"""


def test_a_phone_never_scrolls_sideways(browser: Browser, stack: Stack) -> None:
    with tab(browser, PHONE) as page:
        for path, title in PAGES.items():
            opened(page, stack.site.url + path, title)
            assert page.evaluate("innerWidth") == PHONE[0]
            assert (path, page.evaluate(SIDEWAYS)) == (path, [0, 0, 0])
            assert (path, page.evaluate(OVERHANGING)) == (path, [])


def test_a_phone_shows_figures_before_filters(browser: Browser, stack: Stack) -> None:
    writer = stack.server.database.writer
    (account,) = with_past(writer, stack.account.name)
    traded(writer, account, [fill("1", at=datetime.now(UTC) - timedelta(minutes=2))])
    moved(writer, account, [transfer("1", amount="1", at=datetime.now(UTC) - timedelta(minutes=2))])
    refreshed(stack.server.database, account)
    for size, comes_first in ((PHONE, "figures"), (DESK, "filters")):
        with tab(browser, size) as page:
            for path, key in (("/fills", "fill"), ("/transfers", "transfer")):
                opened(page, stack.site.url + path, PAGES[path])
                figures = page.locator(".sf-kpis").bounding_box()
                filters = page.locator(f".st-key-{key}_filters").bounding_box()
                title = page.locator("h1").bounding_box()
                assert figures is not None
                assert filters is not None
                assert title is not None
                first, second = (figures, filters) if comes_first == "figures" else (filters, figures)
                assert title["y"] < first["y"] < second["y"], (path, size)


def test_the_nearest_stops_are_on_the_first_screen_of_a_phone(browser: Browser, stack: Stack) -> None:
    refreshed(stack.server.database, stack.account)
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/open_orders", PAGES["/open_orders"])
        third = page.locator(".sf-table tr[data-key]").nth(2)
        third.wait_for()
        box = third.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < PHONE[1]


# The curve is drawn last, in its reserved place: nothing below moves when it comes.
FITS = """() => {
    const place = document.querySelector('.st-key-equity_place');
    const kept = parseFloat(getComputedStyle(place).minHeight);
    const drawn = [...place.querySelectorAll('*')].some((one) => one.shadowRoot?.querySelector('svg'));
    return drawn && Math.abs(place.offsetHeight - kept) < 3;
}"""


def test_the_curve_is_drawn_in_its_reserved_place(browser: Browser, stack: Stack) -> None:
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url, "Overview")
        page.wait_for_function(FITS)


def test_pages_follow_the_light_or_dark_setting_and_need_no_other_server(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for path, title in PAGES.items():
            page.emulate_media(color_scheme="light")
            opened(page, stack.site.url + path, title)
            light = page.evaluate(CONTRAST)
            page.emulate_media(color_scheme="dark")
            page.wait_for_function(f"(light) => ({CONTRAST})().ground !== light", arg=light["ground"])
            dark = page.evaluate(CONTRAST)
            assert light["ground"] > 0.8 > 0.1 > dark["ground"], path
            assert min(light["contrast"], dark["contrast"]) > 7, path
    foreign = [url for url in asked if not url.startswith((stack.site.url, "data:", "blob:"))]
    assert foreign == []


def test_no_page_loads_plotly_before_a_reader_opens_its_figure(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        scripts: list[str] = []
        page.on("request", lambda request: scripts.append(request.url))
        for path, title in PAGES.items():
            opened(page, stack.site.url + path, title)
        assert [url for url in scripts if "PlotlyChart" in url] == []
        opened(page, stack.site.url, "Overview")
        page.get_by_role("button", name="Show the map").click()
        expect(page.locator('[data-testid="stPlotlyChart"] .main-svg').first).to_be_visible()
        assert any("PlotlyChart" in url for url in scripts)


def test_a_coin_of_the_map_leads_to_its_page(browser: Browser, stack: Stack) -> None:
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/?allocation=true", "Overview")
        expect(page.locator('[data-testid="stPlotlyChart"] .treemaplayer').first).to_be_attached()
        page.locator(".treemaplayer .surface").last.scroll_into_view_if_needed()
        page.locator(".treemaplayer .slice", has_text="ETH").locator(".surface").first.tap()
        expect(page.get_by_role("heading", name="Coin", exact=True, include_hidden=True)).to_be_attached()
        expect(page).to_have_url(re.compile("/coin\\?.*coin=ETH"))


def test_the_waterfall_opens_as_part_of_the_page(browser: Browser, stack: Stack) -> None:
    """It was a figure of Plotly, whose script of 1.2 MB came with the click."""
    writer = stack.server.database.writer
    (account,) = with_past(writer, stack.account.name)
    refreshed(stack.server.database, account)
    traded(writer, account)
    moved(writer, account, [])
    with tab(browser) as page:
        opened(page, stack.site.url + "/performance", "Performance")
        expect(page.locator(".sf-chart .legend").first).to_contain_text("You")
        page.locator(".sf-chart").first.hover()
        expect(page.locator(".sf-chart .note").first).to_contain_text("BTC")
        scripts: list[str] = []
        page.on("request", lambda request: scripts.append(request.url))
        page.get_by_role("button", name="Show the waterfall").click()
        expect(page.locator(".sf-waterfall .sum")).to_be_visible()
        expect(page).to_have_url(re.compile("waterfall=true"))
        assert [url for url in scripts if url.endswith(".js")] == []


# Tables that scroll sideways, with their columns.
TOO_WIDE = """() => [...document.querySelectorAll('*')]
    .flatMap((host) => [...(host.shadowRoot?.querySelectorAll('.sf-table') ?? [])])
    .filter((table) => table.querySelector('.box').scrollWidth > table.querySelector('.box').clientWidth)
    .map((table) => [...table.querySelectorAll('th')].map((head) => head.textContent).join(' '))"""


@pytest.mark.parametrize("size", [DESK, (1280, 800)])
def test_the_first_columns_of_every_table_fit_a_desk(browser: Browser, stack: Stack, size: tuple[int, int]) -> None:
    refreshed(stack.server.database, stack.account)
    with tab(browser, size) as page:
        for path, title in {**PAGES, "/open_orders?tab=all": "Orders"}.items():
            opened(page, stack.site.url + path, title)
            page.wait_for_function("(read) => eval(read)().length === 0", arg=TOO_WIDE)


def test_a_column_that_had_no_room_can_be_chosen(browser: Browser, stack: Stack) -> None:
    with tab(browser, (1000, 800)) as page:
        opened(page, stack.site.url + "/watchlist", "Watchlist")
        table = page.locator(".sf-table").first
        heads = table.locator("th")
        expect(heads.filter(has_text="RSI 14")).to_have_count(1)
        expect(heads.filter(has_text="On the list")).to_have_count(0)
        table.locator("details.columns summary").click()
        table.get_by_label("On the list").check()
        expect(heads.filter(has_text="On the list")).to_have_count(1)
        expect(heads.filter(has_text="RSI 14")).to_have_count(1)
