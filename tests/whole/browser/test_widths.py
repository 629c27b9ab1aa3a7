"""A list that becomes so long that it scrolls keeps its columns, in a browser whose scrollbars take room."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.api.serving import until
from tests.factories import order
from tests.whole.browser.browsing import CHROMIUM, FLAGS, opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.market import orders_of, refreshed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_SHIFT = 16  # pixels, the width of the scrollbar: the last column moves by almost all of it


@pytest.fixture(scope="module")
def with_scrollbars() -> Iterator[Browser]:
    """A Chromium that shows scrollbars, as on most desks. Playwright hides them."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=[*FLAGS], ignore_default_args=["--hide-scrollbars"]
        )
        yield browser
        browser.close()


def lefts(page: Page) -> dict[str, float]:
    """The left edge of each column by its key, in pixels."""
    edges: dict[str, float] = page.locator(".sf-table").first.evaluate(
        "(table) => Object.fromEntries([...table.querySelectorAll('th')]"
        ".map((head) => [head.dataset.key, head.getBoundingClientRect().left]))"
    )
    return edges


def has_scrollbar(page: Page) -> bool:
    box = page.locator(".sf-table .box").first
    shown: bool = box.evaluate("(box) => box.offsetWidth - box.clientWidth > 10")
    return shown


def test_no_column_gives_way_to_the_scrollbar_of_a_longer_list(with_scrollbars: Browser, stack: Stack) -> None:
    few = orders_of(stack.account)[:18]
    many = [*few, *(order(f"more-{n}", account=stack.account.name) for n in range(12))]
    refreshed(stack.server.database, stack.account, orders=few)
    with tab(with_scrollbars, (1300, 900)) as page:
        opened(page, stack.site.url + "/open_orders?tab=all", "Orders")
        before = lefts(page)
        assert not has_scrollbar(page)
        refreshed(stack.server.database, stack.account, orders=many)
        until(lambda: has_scrollbar(page), 60)
        page.wait_for_timeout(500)  # a column gives way in the next frame
        after = lefts(page)
    assert list(after) == list(before)
    assert max(abs(after[key] - left) for key, left in before.items()) <= MOST_SHIFT
