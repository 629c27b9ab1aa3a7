"""A phone with letters of 200 %: nothing is cut and no number breaks. A long list leaves room to scroll the page."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from domain.markets import Side
from tests.factories import fill
from tests.pages.past import traded, with_past
from tests.whole.browser.browsing import PHONE, opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.grid import Grid
from tests.whole.browser.market import refreshed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LARGE = """addEventListener('DOMContentLoaded', () => {
    const style = document.createElement('style');
    style.textContent = 'html { font-size: 28px !important }';
    document.head.append(style);
})"""
# Texts whose letters need more room than they have, in the page and in its components.
CUT = """(names) => {
    const cut = [];
    const look = (root) => {
        for (const element of root.querySelectorAll('*')) {
            if (element.shadowRoot) look(element.shadowRoot);
            if (!element.matches(names) || !element.getClientRects().length) continue;
            const box = element.getBoundingClientRect(), range = document.createRange();
            range.selectNodeContents(element);
            const lines = new Set([...range.getClientRects()].map((line) => Math.round(line.top)));
            const isWide = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
            if (isWide || box.right > innerWidth + 1 || element.matches('.value, b') && lines.size > 1)
                cut.push(element.textContent + ' ' + element.className);
        }
    };
    look(document);
    return cut;
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with tab(browser, PHONE) as page:
        page.add_init_script(LARGE)
        yield page


def test_no_figure_of_overview_breaks_or_is_cut_with_letters_of_200_per_cent(stack: Stack, page: Page) -> None:
    refreshed(stack.server.database, stack.account)
    opened(page, stack.site.url, "Overview")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "28px"
    assert (
        page.evaluate(CUT, ".value, .sf-period b, .sf-period i, td[data-place='title'], .age, .pages a, .opener") == []
    )


@pytest.mark.parametrize(("path", "title"), [("/", "Overview"), ("/open_orders", "Orders")])
def test_no_line_of_a_card_covers_another_with_letters_of_200_per_cent(
    stack: Stack, page: Page, path: str, title: str
) -> None:
    refreshed(stack.server.database, stack.account)
    opened(page, stack.site.url + path, title)
    Grid(page)
    overlaps = """(rows) => rows.filter((row) => {
        const shown = [...row.cells].filter((cell) => cell.getClientRects().length);
        const cells = shown.map((cell) => cell.getBoundingClientRect());
        const end = row.getBoundingClientRect().bottom + 1;
        return cells.some((cell) => cell.bottom > end) || cells.some((one, at) => cells.some((other, next) =>
            next > at && one.left < other.right - 1 && other.left < one.right - 1
            && one.top < other.bottom - 1 && other.top < one.bottom - 1));
    }).map((row) => row.textContent)"""
    cards = page.locator(".sf-table.cards tr[data-key]")
    assert cards.count() > 2
    assert cards.evaluate_all(overlaps) == []


def test_a_long_list_leaves_room_beside_it_to_scroll_the_page(browser: Browser, stack: Stack) -> None:
    """The box of Trades was higher than the screen, so that each swipe moved its rows alone."""
    (account,) = with_past(stack.server.database.writer, stack.account.name)
    now = datetime.now(UTC)
    fills = [fill(str(n), Side.BUY, price="1000", at=now - timedelta(minutes=n + 1)) for n in range(100)]
    traded(stack.server.database.writer, account, fills)
    refreshed(stack.server.database, account)
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/fills", "Trades")
        grid = Grid(page)
        assert grid.frame.evaluate("(frame) => frame.querySelector('.box').clientHeight") <= 0.6 * PHONE[1] + 1
        grid.scroll(3000)
        assert grid.scrolled == 3000
        opened(page, stack.site.url, "Overview")
        box = Grid(page).frame.locator(".box")
        assert box.evaluate("(box) => box.scrollHeight - box.clientHeight") <= 1
