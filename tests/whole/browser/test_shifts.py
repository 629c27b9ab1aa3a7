"""No page moves while it loads, on a desk and on a phone, with full lists."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from bench.visits import observe, shift_of
from tests.factories import fill, order, transfer
from tests.pages.past import moved, traded, with_past
from tests.whole.browser.browsing import DESK, PHONE, opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.market import orders_of, refreshed
from tests.whole.browser.test_looks import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_SHIFT = 0.05  # as web.dev counts a good page
ROWS = 300
FURTHER = {"/open_orders?tab=history": "Orders", "/performance?period=All": "Performance"}


@pytest.fixture(scope="module")
def full_stack(stack: Stack) -> Stack:
    """The small account with long lists of fills, transfers and ended orders."""
    database, now = stack.server.database, datetime.now(UTC)
    (account,) = with_past(database.writer, stack.account.name)
    moments = [now - timedelta(minutes=n + 1) for n in range(ROWS)]
    traded(database.writer, account, [fill(str(n), at=at) for n, at in enumerate(moments)])
    moved(database.writer, account, [transfer(str(n), amount="1", at=at) for n, at in enumerate(moments)])
    ending = [order(f"gone-{n}", account=account.name) for n in range(ROWS)]
    refreshed(database, stack.account, orders=[*orders_of(account), *ending])
    refreshed(database, stack.account)
    return stack


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_moves_while_it_loads(browser: Browser, full_stack: Stack, size: tuple[int, int]) -> None:
    shifts: dict[str, float] = {}
    for path, title in (PAGES | FURTHER).items():
        with tab(browser, size) as page:
            observe(page)
            opened(page, full_stack.site.url + path, title)
            shifts[path] = shift_of(page)
    assert {path: shift for path, shift in shifts.items() if shift > MOST_SHIFT} == {}
