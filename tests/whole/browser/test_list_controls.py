"""The filters of a list in a real browser: a list with a search, steps of Back, focus, days, and a download."""

import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from domain.markets import Side
from tests.factories import fill, transfer
from tests.pages.past import moved, traded, with_past
from tests.whole.browser.browsing import DESK, PHONE, opened, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.grid import Grid
from tests.whole.browser.market import refreshed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SYMBOLS = [f"C{n}/USD" for n in range(12)]
FINGER = 44  # pixels, as WCAG 2.2 asks for


@pytest.fixture(scope="module")
def traded_stack(stack: Stack) -> Stack:
    """Fills of twelve symbols, three each."""
    writer, now = stack.server.database.writer, datetime.now(UTC)
    (account,) = with_past(writer, stack.account.name)
    fills = [
        fill(f"{symbol}-{n}", Side.BUY, price="1.5", symbol=symbol, at=now - timedelta(minutes=n + 1))
        for symbol in SYMBOLS
        for n in range(3)
    ]
    traded(writer, account, fills)
    moved(writer, account, [transfer("1", amount="1", at=now - timedelta(minutes=1))])
    refreshed(stack.server.database, stack.account)
    return stack


def symbols(page: Page) -> Locator:
    return page.locator('[data-name="fill_symbol"] summary')


def focused(page: Page) -> str:
    """The label or the text of the element that has the focus, within components too."""
    name: str = page.evaluate("""() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return element.getAttribute("aria-label") || element.textContent || element.parentElement.textContent;
    }""")
    return name.strip()


def test_a_symbol_is_found_by_the_keyboard_and_escape_closes_the_list(browser: Browser, traded_stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, traded_stack.site.url + "/fills", "Trades")
        symbols(page).press("Enter")
        expect(page.get_by_label("Search in Symbol")).to_be_focused()
        page.keyboard.type("c11")
        expect(page.get_by_role("checkbox")).to_have_count(1)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("fill_symbol=C11"))
        expect(page.locator(".sf-kpi", has_text="Fills").locator(".value")).to_have_text("3")
        settled(page)
        expect(page.get_by_role("checkbox")).to_be_checked()
        assert focused(page) == "Search in Symbol"
        page.keyboard.press("Escape")
        expect(page.get_by_role("checkbox")).to_have_count(0)
        assert focused(page) == "Symbol: C11/USD"
        assert set(Grid(page).column("Symbol")) == {"C11/USD"}


def test_a_filter_is_a_step_of_back_and_keeps_the_focus(browser: Browser, traded_stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, traded_stack.site.url + "/fills?fill_symbol=C1%2FUSD", "Trades")
        period = page.get_by_role("combobox", name="Period")
        period.focus()
        period.select_option("24 h")
        expect(page).to_have_url(re.compile("period=24"))
        settled(page)
        expect(period).to_be_focused()
        page.go_back()
        expect(period).to_have_value("30 d")
        settled(page)
        page.go_forward()
        expect(period).to_have_value("24 h")
        expect(symbols(page)).to_have_text("C1/USD")
        settled(page)
        page.get_by_role("button", name="Clear filters").click()
        expect(symbols(page)).to_have_text("All symbols")
        expect(period).to_have_value("All")


def test_the_days_of_a_period_are_typed(browser: Browser, traded_stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, traded_stack.site.url + "/fills?period=Custom", "Trades")
        day = page.get_by_label("From", exact=True)
        day.fill("2001-02-03")
        expect(page).to_have_url(re.compile("from=2001-02-03"))
        settled(page)
        page.get_by_label("To, included").fill("2001-02-04")
        expect(page.get_by_text("No fills fall into this period")).to_be_visible()
        day.fill("")
        expect(page).not_to_have_url(re.compile("from="))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_download_holds_every_row_of_the_filter(
    browser: Browser, traded_stack: Stack, size: tuple[int, int], tmp_path: Path
) -> None:
    with tab(browser, size) as page:
        opened(page, traded_stack.site.url + "/fills?fill_symbol=C2%2FUSD", "Trades")
        with page.expect_download() as download:
            page.get_by_role("button", name="CSV", exact=True).click()
        target = tmp_path / "fills.csv"
        download.value.save_as(target)
        assert download.value.suggested_filename.startswith("fills-")
        rows = list(csv.DictReader(target.read_text().splitlines()))
        assert [row["key"] for row in rows] == [f"C2/USD-{n}" for n in range(3)]


@pytest.mark.parametrize(
    ("path", "title", "key"),
    [
        ("/fills", "Trades", "fill_controls"),
        ("/transfers", "Cash flow", "transfer_controls"),
        ("/open_orders?tab=history", "Orders", "history_controls"),
        ("/performance", "Performance", "performance_controls"),
    ],
)
def test_a_finger_hits_each_filter(browser: Browser, traded_stack: Stack, path: str, title: str, key: str) -> None:
    with tab(browser, PHONE) as page:
        opened(page, traded_stack.site.url + path, title)
        controls = page.locator(f".st-key-{key}").locator("select, button, summary, .text, .number")
        heights = controls.evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().height)")
        assert heights
        assert min(heights) >= FINGER
