"""Rows of Trades and Cash flow lead somewhere: a tap on a card or a click on a row opens what it is made of."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.markets import Side
from tests.factories import fill, transfer
from tests.pages.past import moved, traded, with_past
from tests.whole.browser.browsing import DESK, PHONE, opened, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.grid import Grid
from tests.whole.browser.market import refreshed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ORDER = "6142909895308210412"  # as long as those of Crypto.com
PANEL = ".st-key-side_panel"


@pytest.fixture(scope="module")
def traded_stack(stack: Stack) -> Stack:
    """A coin that was bought for 100 and sold for 130, and a deposit."""
    (account,) = with_past(stack.server.database.writer, stack.account.name)
    now = datetime.now(UTC)
    bought = fill("b", Side.BUY, "1", "100", symbol="ETH/USD", at=now - timedelta(minutes=9), fee="0", order_id="7")
    sold = fill("s", Side.SELL, "1", "130", symbol="ETH/USD", at=now - timedelta(minutes=5), fee="0",
                order_id=ORDER, realised_pnl=Decimal(29))  # fmt: skip
    traded(stack.server.database.writer, account, [bought, sold])
    moved(stack.server.database.writer, account, [transfer("deposit/1", amount="2", at=now - timedelta(minutes=30))])
    refreshed(stack.server.database, account)
    return stack


def test_a_tap_on_a_trade_opens_it_and_esc_or_close_ends_it(browser: Browser, traded_stack: Stack) -> None:
    with tab(browser, PHONE) as page:
        opened(page, traded_stack.site.url + "/fills", "Trades")
        card = page.locator(".sf-table tr[data-key]").first
        expect(card).to_contain_text("P&L +30.00")
        card.tap()
        panel = page.locator(PANEL)
        expect(panel).to_contain_text("Sell 1 ETH/USD at 130")
        expect(panel).to_contain_text("+30.00 USD")
        expect(card).to_have_attribute("aria-selected", "true")
        panel.get_by_role("button", name="Close").tap()
        expect(panel).to_have_count(0)


def test_a_long_name_of_a_fact_leaves_room_for_the_id_of_an_order(browser: Browser, traded_stack: Stack) -> None:
    """The name took the width of a phone, and the id of the order stood on two lines."""
    with tab(browser, PHONE) as page:
        opened(page, traded_stack.site.url + "/fills", "Trades")
        page.locator(".sf-table tr[data-key]").first.tap()
        panel = page.locator(PANEL)
        expect(panel.locator("dt", has_text="Realised P&L, says the exchange")).to_be_visible()
        id_ = panel.locator("dd", has_text=ORDER)
        lines = "(fact) => fact.clientHeight / parseFloat(getComputedStyle(fact).lineHeight)"
        assert id_.evaluate(lines) < 1.5


def test_a_tap_on_a_transfer_opens_it(browser: Browser, traded_stack: Stack) -> None:
    with tab(browser, PHONE) as page:
        opened(page, traded_stack.site.url + "/transfers", "Cash flow")
        page.locator(".sf-table tr[data-key]", has_text="Deposit").first.tap()
        expect(page.locator(PANEL)).to_contain_text("Deposit of +2 BTC")


def test_a_click_on_a_row_leads_to_the_fill_then_to_its_coin_and_back_to_the_fill(
    browser: Browser, traded_stack: Stack
) -> None:
    with tab(browser, DESK) as page:
        opened(page, traded_stack.site.url + "/fills", "Trades")
        Grid(page).select(0)
        expect(page.locator(PANEL)).to_contain_text("Sell 1 ETH/USD")
        page.get_by_role("button", name="Page of ETH").click()
        _shows(page, "Coin")
        Grid(page, 1).frame.locator("tr[data-key]").last.locator("td").nth(2).click()
        _shows(page, "Trades")
        expect(page.locator(PANEL)).to_contain_text("Buy 1 ETH/USD at 100")
        page.keyboard.press("Escape")
        expect(page.locator(PANEL)).to_have_count(0)


def test_a_row_that_leads_nowhere_takes_no_click_and_no_key(browser: Browser, traded_stack: Stack) -> None:
    """It was marked as opened, and the page's script ran for nothing."""
    with tab(browser, DESK) as page:
        opened(page, traded_stack.site.url + "/status", "Status")
        row = Grid(page).frame.locator("tr[data-key]").first
        row.locator("td").nth(1).click()
        row.focus()
        page.keyboard.press("Enter")
        assert row.get_attribute("aria-selected") is None


def test_columns_of_cards_are_no_choice_of_the_desk(browser: Browser, traded_stack: Stack) -> None:
    with tab(browser, DESK) as page:
        opened(page, traded_stack.site.url + "/fills", "Trades")
        page.locator(".sf-table summary").click()
        choices = page.locator(".sf-table .choices label")
        expect(choices.filter(has_text="Liquidity")).to_have_count(1)
        for name in ("deal", "when", "result"):
            expect(choices.filter(has_text=name)).to_have_count(0)


def _shows(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    settled(page)
