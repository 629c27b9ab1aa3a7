"""Fills in a browser: filtered and paged by the URL, and an open page stays where it is when fills come in."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from domain.markets import Side
from tests.api.serving import until
from tests.factories import fill
from tests.pages.past import traded, with_past
from tests.whole.browser.browsing import opened, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.grid import Grid
from tests.whole.browser.market import refreshed

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_refresh_leaves_filter_and_page_where_they_are(browser: Browser, stack: Stack) -> None:
    now = datetime.now(UTC)
    writer = stack.server.database.writer
    (account,) = with_past(writer, stack.account.name)
    fills = [
        fill(str(n), Side.SELL if n % 2 else Side.BUY, price=str(1000 + n), at=now - timedelta(minutes=n + 1))
        for n in range(1000)
    ]
    traded(writer, account, fills)
    refreshed(stack.server.database, account)
    with tab(browser) as page:
        opened(page, stack.site.url + "/fills?fill_side=Buy", "Trades")
        grid = Grid(page)
        assert grid.column("Price")[:2] == ["1,000", "1,002"]
        page.get_by_role("button", name="Older").click()
        until(lambda: grid.column("Price")[:1] == ["1,400"])
        settled(page)
        link, listed = page.url, grid.column("Price")
        assert "before=" in link
        assert "fill_side=Buy" in link
        count = page.locator(".sf-kpi", has_text="all that match the filters").locator(".value")
        expect(count).to_have_text("500")
        traded(writer, account, [*fills, fill("new", Side.BUY, price="7", at=now)])
        refreshed(stack.server.database, account)
        expect(count).to_have_text("501")
        assert grid.column("Price") == listed
        assert page.url == link
        page.get_by_role("button", name="Newest", exact=True).click()
        until(lambda: grid.column("Price")[:2] == ["7", "1,000"])
    with tab(browser) as page:
        opened(page, link, "Trades")
        assert Grid(page).column("Price") == listed


def test_new_fills_move_no_row_until_the_reader_wants_them(browser: Browser, stack: Stack) -> None:
    (account,) = with_past(stack.server.database.writer, stack.account.name)
    now = datetime.now(UTC)
    fills = [fill(f"old-{n}", Side.BUY, price=str(2000 + n), at=now - timedelta(minutes=n + 1)) for n in range(5)]
    traded(stack.server.database.writer, account, fills)
    refreshed(stack.server.database, account)
    with tab(browser) as page:
        opened(page, stack.site.url + "/fills?fill_side=Buy", "Trades")
        grid, newer = Grid(page), page.get_by_role("button", name="There is newer data")
        listed, top = grid.column("Price"), grid.frame.bounding_box()
        expect(newer).to_have_count(0)
        traded(stack.server.database.writer, account, [*fills, fill("latest", Side.BUY, price="8", at=now)])
        refreshed(stack.server.database, account)
        expect(newer).to_be_visible()
        assert (grid.column("Price"), grid.frame.bounding_box()) == (listed, top)
        newer.click()
        expect(newer).to_have_count(0)
        until(lambda: grid.column("Price")[0] == "8")
