"""A refresh reaches an open page by itself and keeps sort, selection, scroll and filter."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.serving import until
from tests.whole.browser.browsing import opened, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.grid import Grid
from tests.whole.browser.market import refreshed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Watches, frame by frame, how faint anything becomes while it is computed anew. (What has just come may fade in: that
# greys nothing out.)
WATCH = """() => {
    window.faintest = 1;
    const look = () => {
        for (const element of document.querySelectorAll('[data-stale="true"]')) {
            window.faintest = Math.min(window.faintest, Number(getComputedStyle(element).opacity));
        }
        window.requestAnimationFrame(look);
    };
    look();
}"""
# Streamlit greys out an element that takes long. This shows whether the check above would see it.
FADED = """() => {
    const element = document.createElement("div");
    element.dataset.stale = "true";
    element.style.opacity = "0.33";
    document.body.append(element);
    const opacity = Number(getComputedStyle(element).opacity);
    element.remove();
    return opacity;
}"""


def moved(page: Page, grid: Grid, stack: Stack, by: str) -> None:
    """Let the market move, and wait until the table shows it."""
    before = grid.column("Distance")
    refreshed(stack.server.database, stack.account, moved=by)
    until(lambda: grid.column("Distance") != before)


def test_a_refresh_keeps_sort_and_selection_and_scroll_and_greys_nothing_out(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url + "/open_orders?tab=all", "Orders")
        grid = Grid(page)
        grid.sort_by_first_column()
        symbols = grid.column("Symbol")
        assert symbols == sorted(symbols)
        grid.select(2)
        expect(page).to_have_url(re.compile("order="))
        settled(page)
        link, chosen = page.url, grid.column("Price")[2]
        grid.scroll(70)
        page.evaluate(WATCH)
        for by in ("1.01", "1.02"):
            moved(page, grid, stack, by)
        symbols = grid.column("Symbol")
        assert symbols == sorted(symbols)
        assert grid.selected.count() == 1
        assert chosen in grid.selected.inner_text()
        assert grid.scrolled == 70
        assert page.url == link
        assert page.evaluate("window.faintest") == 1
        assert page.evaluate(FADED) == 1


def test_the_selection_stays_with_its_order_when_rows_change_places(browser: Browser, stack: Stack) -> None:
    refreshed(stack.server.database, stack.account)
    with tab(browser) as page:
        opened(page, stack.site.url + "/open_orders?tab=all", "Orders")
        grid = Grid(page)
        rank = grid.column("Price").index("90,250")
        grid.select(rank)
        settled(page)
        moved(page, grid, stack, "0.955")
        assert grid.column("Price").index("90,250") != rank
        until(lambda: grid.selected.count() == 1 and "90,250" in grid.selected.inner_text())


def test_the_filter_of_a_link_survives_refreshes(browser: Browser, stack: Stack) -> None:
    refreshed(stack.server.database, stack.account)
    with tab(browser) as page:
        opened(page, stack.site.url + "/open_orders?symbol=ETH/USD", "Orders")
        grid = Grid(page)
        assert set(grid.column("Symbol")) == {"ETH/USD"}
        moved(page, grid, stack, "1.03")
        assert set(grid.column("Symbol")) == {"ETH/USD"}
        assert "symbol=ETH" in page.url
