"""Many orders in a browser: it gets the rows that it shows, and scrolls, sorts and searches over all of them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.components.table.model import SortValue, TableColumn
from pages.components.table.windows import WINDOW_ROWS, row_order
from tests.postgres import own_server
from tests.whole.browser.browsing import opened, tab
from tests.whole.browser.grid import Grid
from tests.whole.browser.market import configured, write_limit_orders
from tests.whole.browser.website import Website, website

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

ORDERS = 20_000
PATIENCE = 60_000
ORDER_JS = Path("pages/components/table/order.js")


@pytest.fixture(scope="module")
def site() -> Iterator[Website]:
    with own_server() as server:
        account = configured(server.database, refresh_seconds=3600)
        write_limit_orders(server.database, account, ORDERS)
        with website(server.database.url) as site:
            yield site


def opened_list(page: Page, site: Website) -> Grid:
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    opened(page, site.url + "/open_orders", "Orders")
    return Grid(page)


def expect_top(grid: Grid, price_text: str) -> None:
    """Wait until the first row in view has this price."""
    expect(grid.frame.locator("tr[data-key]", has_text=price_text).first).to_be_in_viewport()
    expect(grid.frame.locator(".resorting, tr.awaited")).to_have_count(0)


def test_the_browser_gets_a_window_and_reaches_every_row(browser: Browser, site: Website) -> None:
    with tab(browser) as page:
        grid = opened_list(page, site)
        assert grid.column("Price")[:2] == ["100,001", "100,002"]
        expect(grid.frame.locator("table")).to_have_attribute("aria-rowcount", str(ORDERS + 1))
        held = grid.frame.evaluate("(frame) => frame.querySelectorAll('tr').length")
        assert held < WINDOW_ROWS
        grid.scroll(36 * 10_000)
        expect_top(grid, "110,001")
        grid.frame.locator("tr[data-key]").first.focus()
        page.keyboard.press("End")
        expect_top(grid, "120,000")
        expect(grid.frame.locator("tr:focus")).to_contain_text("120,000")
        page.keyboard.press("Enter")
        expect(page.locator(".st-key-side_panel")).to_contain_text("120,000")


def test_sorting_counts_all_rows_and_stays_on_another_page(browser: Browser, site: Website) -> None:
    with tab(browser) as page:
        grid = opened_list(page, site)
        grid.frame.locator("th", has_text="Price").click()  # numbers begin with the largest
        expect_top(grid, "120,000")
        grid.frame.locator("th", has_text="Price").click()
        expect_top(grid, "100,001")
        grid.frame.locator("th", has_text="Price").click()
        expect_top(grid, "120,000")
        opened(page, site.url + "/open_orders?find=o1", "Orders")
        expect_top(Grid(page), "119,999")
        assert re.search(r"of 20,000", page.locator(".sf-kpis").inner_text())


def test_windows_are_sorted_as_the_browser_sorts_a_short_table(browser: Browser) -> None:
    """order.js is the independent model."""
    groups = ["", "a", "", "a", "", "b", "b", ""]
    samples: list[list[SortValue]] = [
        [3.0, None, 1.5, -2.0, 3.0, None, 0.0, 8.0],
        ["b2", "b10", "a", "A", "c", "b02", "9", "10"],
    ]
    script = f"""(text) => {{
        {ORDER_JS.read_text()}
        const {{ samples, groups }} = JSON.parse(text);
        return samples.flatMap((sort) => [groups, null].flatMap((groups) => [false, true].map((descending) =>
            orderOf({{ keys: sort, groups, columns: [{{ key: "value", sort }}] }}, {{ key: "value", descending }}))));
    }}"""
    with tab(browser) as page:
        orders = page.evaluate(script, json.dumps({"samples": samples, "groups": groups}))
    columns = [TableColumn("value", "Value", [""] * len(sort), sort=sort) for sort in samples]
    assert orders == [
        row_order(column, is_descending, used)
        for column in columns
        for used in (groups, ())
        for is_descending in (False, True)
    ]
