"""Open pages follow newer data by one stream per browser. No script of a page runs for it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from pages.components.live.run_request import RUN_REQUEST
from tests.api.serving import until
from tests.whole.browser.browsing import opened, settled, tab
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


def moved(pages: tuple[Page, Page], stack: Stack, by: str) -> None:
    """Let the market move, and wait until both tabs show it."""
    first, second = pages
    grid = Grid(second)
    value, distances = headline(first), grid.column("Distance")
    refreshed(stack.server.database, stack.account, moved=by)
    until(lambda: grid.column("Distance") != distances, 60)
    until(lambda: headline(first) != value, 60)


def test_two_tabs_show_a_refresh_over_one_stream_without_a_run(two_tabs: tuple[Page, Page], stack: Stack) -> None:
    first, second = two_tabs
    grid = Grid(second)
    grid.sort_by_first_column()
    grid.scroll(70)
    before, holdings = runs(stack), Grid(first).column("Value")
    moved(two_tabs, stack, "1.02")
    assert Grid(first).column("Value") != holdings
    assert grid.column("Symbol") == sorted(grid.column("Symbol"))
    assert grid.scrolled == 70
    moved(two_tabs, stack, "1.03")
    assert runs(stack) == before
    assert measured(stack, "stillframe_streams") == 1


def lefts(page: Page) -> list[float]:
    """The left edge of each column of the first table, in pixels."""
    edges: list[float] = page.locator(".sf-table").first.evaluate(
        "(table) => [...table.querySelectorAll('th')].map((head) => head.getBoundingClientRect().left)"
    )
    return edges


def test_a_price_with_one_more_digit_moves_no_column(two_tabs: tuple[Page, Page], stack: Stack) -> None:
    """The change of 24 h goes from 1.00 to 10.00 %, and the distances of buy orders from 9.90 to 17.27 %."""
    moved(two_tabs, stack, "1.01")
    before = [lefts(page) for page in two_tabs]
    moved(two_tabs, stack, "1.1")
    assert [lefts(page) for page in two_tabs] == before


def test_the_other_tab_goes_on_when_the_one_with_the_stream_closes(two_tabs: tuple[Page, Page], stack: Stack) -> None:
    first, second = two_tabs
    before = runs(stack)
    first.close()
    grid = Grid(second)
    distances = grid.column("Distance")
    until(lambda: measured(stack, "stillframe_streams") == 1, 60)
    refreshed(stack.server.database, stack.account, moved="1.04")
    until(lambda: grid.column("Distance") != distances, 60)
    assert runs(stack) == before


def test_a_page_that_has_other_places_now_runs_its_script_as_no_click_would(browser: Browser, stack: Stack) -> None:
    """Its message names the request. The gate does not take it for an action of the user (server.py)."""
    refreshed(stack.server.database, stack.account)
    frames: list[bytes | str] = []
    with tab(browser) as page:
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))  # noqa: PLW0108 - it must take attributes
        opened(page, stack.site.url + "/open_orders?tab=all", "Orders")
        until(lambda: measured(stack, "stillframe_streams") == 1, 60)
        before = runs(stack)
        frames.clear()
        refreshed(stack.server.database, stack.account, orders=[])
        expect(page.get_by_text("No open orders", exact=False).first).to_be_visible(timeout=60_000)
        until(lambda: runs(stack) == before + 1)
        messages = [BackMsg.FromString(frame) for frame in frames if isinstance(frame, bytes)]
        (run,) = [message.rerun_script for message in messages if message.WhichOneof("type") == "rerun_script"]
        assert [state.id.endswith(RUN_REQUEST) for state in run.widget_states.widgets if state.json_trigger_value] == [
            True
        ]
    refreshed(stack.server.database, stack.account)


def test_a_click_after_newer_figures_keeps_them(two_tabs: tuple[Page, Page], stack: Stack) -> None:
    """The script draws the same figures as the stream had brought."""
    first, _ = two_tabs
    moved(two_tabs, stack, "1.05")
    value = headline(first)
    first.get_by_role("radio", name="1W").or_(first.get_by_role("button", name="1W")).first.click()
    settled(first)
    assert headline(first) == value
    moved(two_tabs, stack, "1.06")


def test_without_the_stream_the_page_follows_by_runs_of_its_script(browser: Browser, stack: Stack) -> None:
    refreshed(stack.server.database, stack.account)
    with tab(browser) as page:
        page.context.route("**/live/stream*", lambda route: route.abort())
        opened(page, stack.site.url, "Overview")
        value, before = headline(page), runs(stack)
        refreshed(stack.server.database, stack.account, moved="1.07")
        until(lambda: headline(page) != value, 90)
        until(lambda: runs(stack) > before)  # a run counts when it has ended
        expect(page.locator(".sf-bar .age")).to_have_attribute("data-state", "fresh")


def test_eight_tabs_update_over_one_stream(browser: Browser, stack: Stack) -> None:
    refreshed(stack.server.database, stack.account)
    with tab(browser) as first:
        tabs = [first, *(first.context.new_page() for _ in range(7))]
        for page in tabs:
            opened(page, stack.site.url, "Overview")
        until(lambda: measured(stack, "stillframe_streams") == 1, 60)
        value, before = headline(first), runs(stack)
        refreshed(stack.server.database, stack.account, moved="1.08")
        until(lambda: all(headline(page) != value for page in tabs), 90)
        assert runs(stack) == before
        assert measured(stack, "stillframe_streams") == 1
