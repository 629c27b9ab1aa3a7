"""The search of the bar: coins, accounts, pages and orders, from every page and by keys alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from db.writes.accounts import AccountSetting, write_accounts
from domain.snapshot import Account
from tests.api.serving import until
from tests.factories import ASKED, order
from tests.postgres import PostgresServer, own_server
from tests.whole.browser.browsing import PHONE, opened, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.grid import Grid
from tests.whole.browser.market import orders_of, refreshed
from tests.whole.browser.test_live import measured, runs

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def status(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A page without a list of orders."""
    with tab(browser) as page:
        opened(page, stack.site.url + "/status?currency=EUR", "Status")
        yield page


@pytest.fixture(scope="module")
def filled() -> Iterator[tuple[PostgresServer, Account]]:
    """Two accounts with the same coins and orders, one of which has ended."""
    with own_server() as server:
        settings = [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in ("main", "savings")]
        accounts = write_accounts(server.database.writer, settings)
        for account in accounts.values():
            refreshed(server.database, account)
        ended = order("ended-1", symbol="XRP/USD", account="main")
        refreshed(server.database, accounts["main"], orders=[*orders_of(accounts["main"]), ended])
        refreshed(server.database, accounts["main"])
        yield server, accounts["main"]


def results(page: Page, words: str) -> list[str]:
    """What the search offers for these words, typed anew."""
    page.get_by_role("combobox", name="Search").fill(words)
    return page.get_by_role("dialog", name="Search").get_by_role("option").all_inner_texts()


def heading(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_attached()
    settled(page)


def test_a_coin_is_two_keys_and_its_letters_away_and_the_currency_stays(status: Page) -> None:
    status.keyboard.press("/")
    assert results(status, "eth")[0].split() == ["Coin", "ETH"]
    status.keyboard.press("Enter")
    heading(status, "Coin")
    expect(status).to_have_url(re.compile(r"/coin\?(?=.*coin=ETH)(?=.*currency=EUR)"))
    status.keyboard.press("/")
    assert results(status, "cro")[0].split() == ["Coin", "CRO"]
    status.keyboard.press("Enter")
    expect(status).to_have_url(re.compile("coin=CRO"))
    expect(status.locator(".sf-kpi").first).to_contain_text("CRO")


def test_a_coin_ordered_since_the_page_was_opened_is_found_without_a_run(stack: Stack, status: Page) -> None:
    until(lambda: measured(stack, "stillframe_streams") == 1, 60)
    status.keyboard.press("/")
    assert results(status, "ada") == ["Orders\nwith “ada”, open and ended"]
    before = runs(stack)
    bought = order("buy-ADA", symbol="ADA/USD", account="main")
    refreshed(stack.server.database, stack.account, orders=[*orders_of(stack.account), bought])
    until(lambda: results(status, "ada")[0].split() == ["Coin", "ADA"], 60)
    assert runs(stack) == before
    status.keyboard.press("Enter")
    expect(status).to_have_url(re.compile("coin=ADA"))


def test_an_order_id_leads_to_the_order_from_any_page(status: Page) -> None:
    status.get_by_role("button", name="Search (/)").click()
    assert results(status, "stop-DOGE") == ["Orders\nwith “stop-DOGE”, open and ended"]
    status.keyboard.press("Enter")
    heading(status, "Orders")
    assert Grid(status).column("Symbol") == ["DOGE/USD", "DOGE/USD"]
    expect(status.get_by_role("textbox", name="Search")).to_have_value("stop-DOGE")


def test_the_id_of_an_ended_order_leads_to_its_line_of_history(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        page.keyboard.press("/")
        results(page, "ended-1")
        page.keyboard.press("Enter")
        heading(page, "Orders")
        expect(page.get_by_role("button", name="History · ", exact=False)).to_have_attribute("aria-pressed", "true")
        assert Grid(page).column("Symbol") == ["XRP/USD"]


def test_arrow_keys_choose_and_escape_closes_without_a_choice(status: Page) -> None:
    status.keyboard.press("/")
    assert [line.split()[0] for line in results(status, "o")][:2] == ["Coin", "Coin"]
    chosen = status.get_by_role("dialog", name="Search").locator('[aria-selected="true"]')
    first = chosen.text_content() or ""
    status.keyboard.press("ArrowUp")
    expect(chosen).to_contain_text("open and ended")
    status.keyboard.press("ArrowDown")
    expect(chosen).to_have_text(first)
    status.keyboard.press("Escape")
    expect(status.get_by_role("dialog", name="Search")).to_have_count(0)
    assert "/status" in status.url


def test_a_screen_reader_hears_whether_there_are_results(status: Page) -> None:
    status.keyboard.press("/")
    expect(status.get_by_role("combobox", name="Search", expanded=False)).to_be_focused()
    assert results(status, "eth")
    expect(status.get_by_role("combobox", name="Search", expanded=True)).to_be_focused()
    assert results(status, "  ") == []
    expect(status.get_by_role("combobox", name="Search", expanded=False)).to_be_focused()


def test_keys_beside_the_field_go_on_with_its_text_and_lead_to_no_page_behind_it(status: Page) -> None:
    status.keyboard.press("/")
    assert results(status, "do")
    status.keyboard.press("Tab")
    field = status.get_by_role("combobox", name="Search")
    expect(field).not_to_be_focused()
    status.keyboard.type("ge")
    expect(field).to_have_value("doge")
    expect(field).to_be_focused()
    assert "/status" in status.url


def test_an_account_leads_to_its_overview_and_a_page_to_itself(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url + "/watchlist", "Watchlist")
        page.keyboard.press("/")
        assert results(page, "SAV")[0].split() == ["Account", "savings"]
        page.keyboard.press("Enter")
        heading(page, "Overview")
        expect(page).to_have_url(re.compile(r"/\?(.*&)?account=savings"))
        page.keyboard.press("/")
        assert results(page, "cash")[0].split() == ["Page", "Cash", "flow"]
        page.keyboard.press("Enter")
        heading(page, "Cash flow")


def test_a_phone_searches_from_its_menu(browser: Browser, stack: Stack) -> None:
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url, "Overview")
        page.locator(".opener").tap()
        page.get_by_role("button", name="Search orders, coins, accounts").tap()
        assert results(page, "xr")[0].split() == ["Coin", "XRP"]
        page.get_by_role("option").first.tap()
        heading(page, "Coin")
        expect(page).to_have_url(re.compile("coin=XRP"))
