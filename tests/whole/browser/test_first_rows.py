"""The first rows of a long list: drawn at once, never drawn anew when the others come, and never in a wrong order."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.snapshot import Account
from tests.api.serving import until
from tests.postgres import Database, own_server
from tests.whole.browser.browsing import opened, settled, tab
from tests.whole.browser.grid import Grid
from tests.whole.browser.market import configured, write_limit_orders
from tests.whole.browser.website import Website, website

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ORDERS = 900


class Stage(NamedTuple):
    """A website with the database that it shows."""

    site: Website
    database: Database
    account: Account


# `hasRead` once the rest is read.
READING = """
const text = Response.prototype.text;
Response.prototype.text = async function () {
  const unpacked = await text.call(this);
  setTimeout(() => { window.hasRead = true; }); // after all who wait for it
  return unpacked;
};
"""
# The rest waits until `readRest` is called.
HELD = f"""
const waiting = [];
window.requestIdleCallback = (act) => waiting.push(act);
window.readRest = () => {{ for (const act of waiting.splice(0)) act(); }};
{READING}"""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with own_server() as server:
        account = configured(server.database, refresh_seconds=3600)
        write_limit_orders(server.database, account, ORDERS)
        with website(server.database.url) as site:
            yield Stage(site, server.database, account)


@pytest.fixture
def site(stage: Stage) -> Website:
    return stage.site


def opened_list(page: Page, site: Website) -> Grid:
    opened(page, site.url + "/open_orders?tab=all", "Orders")
    return Grid(page)


def test_the_first_rows_stand_while_the_others_are_read(browser: Browser, site: Website) -> None:
    with tab(browser) as page:
        page.add_init_script(HELD)
        grid = opened_list(page, site)
        assert grid.column("Price")[:2] == ["119,101", "119,102"]
        expect(grid.frame.locator("table")).to_have_attribute("aria-rowcount", str(ORDERS + 1))
        grid.scroll(36 * 800)
        expect(grid.frame.locator("tr.awaited").first).to_be_visible()
        page.evaluate("readRest()")
        expect(grid.frame.locator("tr[data-key]", has_text="119,9").first).to_be_in_viewport()
        expect(grid.frame.locator("tr.awaited")).to_have_count(0)


def test_rows_that_are_drawn_stay_the_same(browser: Browser, site: Website) -> None:
    with tab(browser) as page:
        page.add_init_script(HELD)
        grid = opened_list(page, site)
        first = grid.frame.locator("tr[data-key]").first
        first.evaluate("(row) => { row.isFirstDrawn = true; }")
        page.evaluate("readRest()")
        page.wait_for_function("window.hasRead")
        assert first.evaluate("(row) => row.isFirstDrawn")
        first.focus()
        page.keyboard.press("End")
        expect(grid.frame.locator("tr:focus")).to_contain_text("120,000")


def test_a_viewers_own_order_waits_for_all_rows(browser: Browser, site: Website) -> None:
    with tab(browser) as page:
        grid = opened_list(page, site)
        grid.frame.locator("th", has_text="Price").click()  # numbers begin with the largest
        expect(grid.frame.locator("tr[data-key]").first).to_contain_text("120,000")
        page.reload()
        settled(page)
        grid = Grid(page)
        expect(grid.frame.locator("tr[data-key]").first).to_contain_text("120,000")
        assert "119,101" not in grid.column("Price")[0]


def test_newer_rows_replace_the_first_ones_before_the_others_are_read(browser: Browser, stage: Stage) -> None:
    """The stream brings the same orders with other amounts, in the same places."""
    with tab(browser) as page:
        page.add_init_script(HELD)
        first = opened_list(page, stage.site).frame.locator("tr[data-key]").first
        expect(first).to_contain_text("119,101")
        expect(first).to_contain_text("0.5")
        write_limit_orders(stage.database, stage.account, ORDERS, "0.75")
        expect(first).to_contain_text("0.75")
        expect(first).to_contain_text("119,101")


def test_newer_rows_replace_those_of_a_first_sheet(browser: Browser, stage: Stage) -> None:
    """A refresh may come between the first sheet and the page. The same orders stand in the same places."""
    path = "/open_orders?tab=all"
    with tab(browser) as page:
        opened_list(page, stage.site)  # the next request knows the time zone

        def sheet() -> bytes:
            """Empty before the process is warm, and on a machine that is too slow."""
            return page.context.request.get(f"{stage.site.url}/first_sheet{path}").body()

        until(sheet)
        former = sheet()
        write_limit_orders(stage.database, stage.account, ORDERS, "0.25")
        until(lambda: b'"0.25"' in sheet())
        page.route(re.compile("/first_sheet/"), lambda route: route.fulfill(body=former))
        page.route(re.compile("/live/stream"), lambda route: route.abort())  # it would draw the rows anew
        page.add_init_script(READING)
        first = opened_list(page, stage.site).frame.locator("tr[data-key]").first
        page.wait_for_function("window.hasRead")
        assert page.evaluate("performance.getEntriesByName('stillframe-answers').length") == 1
        assert "119,101" in first.inner_text()
        assert "0.25" in first.inner_text()
