"""Open pages follow newer data by one stream per browser. No script of a page runs for it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.api.serving import until
from tests.whole.browser.browsing import opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.grid import Grid
from tests.whole.browser.market import refreshed

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def measured(stack: Stack, name: str) -> float:
    """The sum of a metric of the web process over its labels."""
    text = stack.site.get("/metrics").text
    values = re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE)
    return sum(float(value) for value in values)


def runs(stack: Stack) -> float:
    return measured(stack, "stillframe_script_seconds_count")


@pytest.fixture
def two_tabs(browser: Browser, stack: Stack) -> Iterator[tuple[Page, Page]]:
    """Overview and all orders in two tabs of one browser, following the stream."""
    refreshed(stack.server.database, stack.account)
    with tab(browser) as first:
        opened(first, stack.site.url, "Overview")
        second = first.context.new_page()
        opened(second, stack.site.url + "/open_orders?tab=all", "Orders")
        until(lambda: measured(stack, "stillframe_streams") == 1)
        yield first, second


def headline(page: Page) -> str:
    return page.locator(".st-key-headline .value").inner_text()


def test_two_tabs_show_a_refresh_over_one_stream_without_a_run(two_tabs: tuple[Page, Page], stack: Stack) -> None:
    first, second = two_tabs
    grid = Grid(second)
    value, distances, before = headline(first), grid.column("Distance"), runs(stack)
    refreshed(stack.server.database, stack.account, moved="1.02")
    until(lambda: grid.column("Distance") != distances)
    until(lambda: headline(first) != value)
    assert runs(stack) == before
    assert measured(stack, "stillframe_streams") == 1
