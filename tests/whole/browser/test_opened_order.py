"""A selected row opens its order beside the list, or at the foot of a phone, and Escape closes it."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.whole.browser.browsing import DESK, PHONE, opened, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.grid import Grid
from tests.whole.browser.market import orders_of, refreshed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PANEL = ".st-key-side_panel"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_row_opens_its_order_and_nothing_overflows(browser: Browser, stack: Stack, size: tuple[int, int]) -> None:
    refreshed(stack.server.database, stack.account)
    with tab(browser, size) as page:
        opened(page, stack.site.url + "/open_orders?tab=all", "Orders")
        grid = Grid(page)
        words = grid.frame.locator("tr[data-key]").nth(1).inner_text()
        price = grid.column("Price")[1] if size == DESK else words.partition(" at ")[2].split()[0]
        grid.select(1)
        panel = page.locator(PANEL)
        expect(panel.locator(".sf-opened")).to_contain_text(price)
        settled(page)
        box = panel.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0] + 1
        assert box["y"] + box["height"] <= size[1] + 1
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert panel.evaluate("(panel) => panel.scrollWidth - panel.clientWidth") == 0
        page.keyboard.press("Escape")
        expect(panel).to_have_count(0)
        expect(grid.selected).to_have_count(0)


def test_a_row_of_an_ended_order_opens_too(browser: Browser, stack: Stack) -> None:
    refreshed(stack.server.database, stack.account)
    left = orders_of(stack.account)[1:]
    refreshed(stack.server.database, stack.account, orders=left)
    with tab(browser) as page:
        opened(page, stack.site.url + "/open_orders?symbol=BTC/USD", "Orders")
        page.get_by_role("button", name=re.compile("^History")).click()
        page.get_by_role("button", name="1 no longer open").click()
        expect(page).to_have_url(re.compile("ended=gone"))
        Grid(page).select(0)
        expect(page.locator(PANEL).locator(".sf-opened")).to_contain_text("? no longer open")
        settled(page)
        assert "ended=gone" in page.url
        assert "order=buy-BTC-2" in page.url
        page.keyboard.press("Escape")
        page.get_by_role("button", name=re.compile("^Stops")).click()
        expect(page.locator(".sf-table th", has_text="If hit")).to_have_count(1)
        assert "tab=stops" in page.url
        assert "ended" not in page.url


def test_stops_come_first_and_arrow_keys_open_them(browser: Browser, stack: Stack) -> None:
    refreshed(stack.server.database, stack.account, moved="0.93")
    with tab(browser) as page:
        opened(page, stack.site.url + "/open_orders", "Orders")
        grid = Grid(page)
        distances = [float(text.rstrip(" %")) for text in grid.column("Distance")]
        assert distances == sorted(distances)
        grid.select(0)
        expect(page.locator(PANEL)).to_have_count(1)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(grid.frame.locator("tr[data-key]").nth(1)).to_have_attribute("aria-selected", "true")
        expect(page.locator(PANEL).locator(".sf-opened")).to_contain_text(grid.column("Symbol")[1])


@pytest.mark.parametrize("is_clicked", [True, False], ids=["click", "enter"])
def test_the_focus_stays_on_a_row_whose_table_makes_room_for_the_panel(
    browser: Browser, stack: Stack, is_clicked: bool
) -> None:
    """A column gave way, the table was built again, and the arrow keys moved nothing."""
    refreshed(stack.server.database, stack.account, moved="0.93")
    with tab(browser, (1600, 900)) as page:
        opened(page, stack.site.url + "/open_orders?tab=stops", "Orders")
        grid = Grid(page)
        if is_clicked:
            grid.select(0)
        else:
            grid.frame.locator("tr[data-key]").first.focus()
            page.keyboard.press("Enter")
        expect(page.locator(PANEL)).to_have_count(1)
        settled(page)
        page.keyboard.press("ArrowDown")
        expect(grid.frame.locator("tr[data-key]").nth(1)).to_be_focused()


def test_every_tab_of_a_phone_has_its_whole_name(browser: Browser, stack: Stack) -> None:
    refreshed(stack.server.database, stack.account)
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/open_orders", "Orders")
        Grid(page)
        cut = page.locator(".st-key-order_tabs_box button p").evaluate_all(
            "(names) => names.filter((name) => name.scrollWidth > name.clientWidth + 1).map((name) => name.textContent)"
        )
        assert cut == []
        page.get_by_role("button", name=re.compile("^History")).click()
        expect(page.get_by_role("button", name="All 0")).to_be_visible()
