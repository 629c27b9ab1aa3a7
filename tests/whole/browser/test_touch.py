"""Fingers: on a touch screen every control of every page takes taps over 44 px, the size of WCAG 2.5.5."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from domain.markets import Side
from tests.api.test_alerts import with_alert
from tests.factories import fill, transfer
from tests.pages.past import moved, traded, with_past
from tests.whole.browser.browsing import PHONE, opened, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.market import refreshed
from tests.whole.browser.test_looks import PAGES
from tests.whole.browser.touching import low_controls

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Lists and parts of pages that an address opens.
PARTS = {
    "/open_orders?tab=all": "Orders",
    "/open_orders?tab=history": "Orders",
    "/coin?coin=BTC": "Coin",
    "/alerts?tab=History": "Alerts",
    "/alerts?tab=Messages": "Alerts",
    "/alerts?tab=Rules": "Alerts",
    "/alerts?tab=Rules&rule=new+rule": "Alerts",
}
# The menus of the bar, by what opens them.
MENUS = (".age", ".jump.calendar", ".opener", ".chip.list")


@pytest.fixture(scope="module")
def full(stack: Stack) -> Stack:
    """Two accounts with trades, a deposit of unknown cost, and an alert."""
    writer = stack.server.database.writer
    accounts = with_past(writer, "main", "savings")
    now = datetime.now(UTC)
    for account in accounts:
        refreshed(stack.server.database, account)
        bought = fill("b", Side.BUY, "1", "100", symbol="ETH/USD", at=now - timedelta(minutes=9), fee="0", order_id="7")
        sold = fill("s", Side.SELL, "1", "130", symbol="ETH/USD", at=now - timedelta(minutes=5), fee="0", order_id="8")
        traded(writer, account, [bought, sold])
        moved(writer, account, [transfer("deposit/1", amount="2", at=now - timedelta(days=9))])
    with_alert(stack.server.database, stack.account)
    return stack


@pytest.mark.parametrize("path", [*PAGES, *PARTS])
def test_every_control_has_room_for_a_finger(browser: Browser, full: Stack, path: str) -> None:
    with tab(browser, PHONE) as page:
        opened(page, full.site.url + path, (PAGES | PARTS)[path])
        assert low_controls(page) == []
        for number in range(page.locator("summary:visible").count()):
            menu = page.locator("summary:visible").nth(number)
            menu.tap()
            settled(page)
            assert low_controls(page, "details[open]") == [], menu.inner_text()
            menu.evaluate("(summary) => summary.click()")  # a panel may lie over it


def test_every_control_of_the_menus_of_the_bar_has_room_for_a_finger(browser: Browser, full: Stack) -> None:
    with tab(browser, PHONE) as page:
        opened(page, full.site.url, "Overview")
        for name in MENUS:
            page.locator(f".sf-bar {name}").tap()
            expect(page.locator(".sf-bar .menu:popover-open")).to_be_visible()
            assert low_controls(page, ".menu:popover-open") == [], name
            page.keyboard.press("Escape")


@pytest.mark.parametrize("path", ["/open_orders", "/fills", "/transfers"])
def test_every_control_of_an_opened_row_has_room_for_a_finger(browser: Browser, full: Stack, path: str) -> None:
    with tab(browser, PHONE) as page:
        opened(page, full.site.url + path, PAGES[path])
        page.locator(".sf-table tr[data-key]").first.tap()
        expect(page.locator(".st-key-side_panel").get_by_role("button", name="Close")).to_be_visible()
        settled(page)
        assert low_controls(page, ".st-key-side_panel") == []


# How many pixels above each other take a tap on each control of the bar, through its middle.
HITS = """() => {
    const bar = document.querySelector(".st-key-bar").shadowRoot;
    const controls = [...bar.querySelectorAll(".accounts > .chip, .jump, .age, .opener")];
    return controls.filter((control) => control.getClientRects().length).map((control) => {
        control.scrollIntoView({ inline: "center" });
        const { left, width, top, bottom } = control.getBoundingClientRect();
        const takes = (y) => control.contains(bar.elementFromPoint(left + width / 2, y));
        const places = Array.from({ length: 200 }, (_, at) => Math.round((top + bottom) / 2) - 100 + at);
        return [control.textContent, places.filter(takes).length];
    });
}"""
# Whether the tabs fade at the left and at the right, and how high they are.
ENDS = """() => {
    const roots = [...document.querySelectorAll(".sf-piece")].map((piece) => piece.shadowRoot);
    const line = roots.map((root) => root.querySelector(".tabs .buttons")).find(Boolean);
    const fades = (name) => line.matches(name) && getComputedStyle(line).maskImage !== "none";
    return [fades(".more-left"), fades(".more-right"), line.getBoundingClientRect().height];
}"""
SCROLL = "(line, left) => { line.scrollLeft = left; }"


def test_tabs_fade_at_the_end_where_more_of_them_follow_and_move_nothing(browser: Browser, stack: Stack) -> None:
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/open_orders", "Orders")
        line = page.locator(".tabs .buttons")
        page.wait_for_function(f"() => ({ENDS})()[1]")
        left, right, height = page.evaluate(ENDS)
        assert (left, right) == (False, True)
        line.evaluate(SCROLL, 9999)
        page.wait_for_function(f"() => ({ENDS})()[0]")
        assert page.evaluate(ENDS) == [True, False, height]
    with tab(browser) as page:
        opened(page, stack.site.url + "/open_orders", "Orders")
        expect(page.locator(".tabs .buttons")).to_be_visible()
        assert page.evaluate(ENDS)[:2] == [False, False]


def test_chips_moments_and_badge_of_the_bar_take_taps_over_44_px_while_the_bar_stays_low(
    browser: Browser, stack: Stack
) -> None:
    for account in with_past(stack.server.database.writer, "main", "savings"):
        refreshed(stack.server.database, account)
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/open_orders", "Orders")
        expect(page.locator(".accounts > .chip")).to_contain_text("All")
        hits = page.evaluate(HITS)
        assert {"All", "Now"} <= {name for name, _ in hits}
        assert {name: height for name, height in hits if height < 44} == {}
        assert page.evaluate("document.querySelector('.st-key-bar').getBoundingClientRect().height") < 44
