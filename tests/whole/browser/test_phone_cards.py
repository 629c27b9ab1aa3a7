"""Cards and lines of a phone: gains and losses have their colours, and what fires takes one line."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from db.writes.jobs import write_job_finished, write_job_started
from domain.sources import Failure, FailureKind
from tests.api.test_alerts import with_alert
from tests.whole.browser.browsing import PHONE, opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.market import refreshed
from tests.whole.browser.test_looks import OVERHANGING

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The colours of the signed figures of a card, and that of the table's text.
COLOURS = """(card) => ['.gain', '.loss', '[data-place="title"]'].map((name) => {
    const element = card.querySelector(name);
    return element && [element.textContent, getComputedStyle(element).color];
})"""


def test_cards_of_holdings_colour_gains_and_losses(browser: Browser, stack: Stack) -> None:
    with tab(browser, PHONE) as page:
        for moved, figure, number in (("0.98", "−2.00 %", 1), ("1.02", "+2.00 %", 0)):
            refreshed(stack.server.database, stack.account, moved=moved)
            opened(page, stack.site.url, "Overview")
            card = page.locator(".sf-table tr", has_text="BTC").first
            expect(card).to_contain_text(f"24 h {figure}")
            gain_and_loss, title = card.evaluate(COLOURS)[:2], card.evaluate(COLOURS)[2]
            assert gain_and_loss[1 - number] is None
            assert gain_and_loss[number][0] == figure
            assert gain_and_loss[number][1] != title[1]


# The numbers of second lines of cards without the name of their column before them.
NAMELESS = """() => {
    const hosts = [...document.querySelectorAll("*")].filter((element) => element.shadowRoot);
    const roots = hosts.map((host) => host.shadowRoot);
    const cells = roots.flatMap((root) => [...root.querySelectorAll(".cards td.number")]);
    const second = cells.filter(({ dataset }) => ["note", "figure"].includes(dataset.place));
    const isNamed = (cell) => getComputedStyle(cell, "::before").content === `"${cell.dataset.label} "`;
    return [second.length, second.filter((cell) => !isNamed(cell)).map((cell) => cell.textContent)];
}"""


def test_each_number_of_a_second_line_has_its_name(browser: Browser, stack: Stack) -> None:
    """The days of Performance had a number of deposits and withdrawals without a word."""
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/performance", "Performance")
        page.wait_for_function(f"() => ({NAMELESS})()[0] > 0")
        assert page.evaluate(NAMELESS)[1] == []


def test_what_fires_is_readable_and_ends_with_how_many_more(browser: Browser, stack: Stack) -> None:
    for number in range(3):
        fired = datetime.now(UTC) - timedelta(minutes=number)
        with_alert(stack.server.database, stack.account, fired, f"a rule with quite a long name {number}")
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url, "Overview")
        row = page.locator(".sf-leads.row")
        expect(row).to_contain_text("3 alerts fire")
        expect(row.locator(".tail")).to_have_text("and 2 more")
        line, tail = row.locator("a").first.bounding_box(), row.locator(".tail").bounding_box()
        assert line is not None
        assert tail is not None
        assert row.locator(".words").first.evaluate("(words) => words.scrollWidth <= words.clientWidth + 1")
        assert line["x"] + line["width"] <= PHONE[0]
        assert tail["x"] + tail["width"] <= PHONE[0]
        row.locator("a").first.tap()
        expect(page.get_by_role("heading", name="Alerts", exact=True)).to_be_visible()


# The cells of a card that are cut at the side or below.
CUT = """(card) => {
    const isShown = (cell) => cell.getClientRects().length > 0, end = card.getBoundingClientRect().bottom;
    const cells = [...card.querySelectorAll("td:not([data-place=actions])")].filter(isShown);
    const isCut = (cell) => cell.scrollWidth > cell.clientWidth + 1 || cell.getBoundingClientRect().bottom > end;
    return cells.filter(isCut).map((cell) => cell.textContent);
}"""


def test_the_card_of_an_alert_has_its_sentences_whole(browser: Browser, stack: Stack) -> None:
    with_alert(stack.server.database, stack.account, name="to be read")
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/alerts", "Alerts")
        card = page.locator(".sf-table tr", has_text="to be read").first
        expect(card).to_contain_text("BTC/USD: price was 101 when it fired, above 100")
        assert card.evaluate(CUT) == []


def test_an_alert_is_muted_with_one_tap_on_its_card(browser: Browser, stack: Stack) -> None:
    with_alert(stack.server.database, stack.account, name="to be muted")
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/alerts", "Alerts")
        card = page.locator(".sf-table tr", has_text="to be muted").first
        button = card.get_by_role("button", name="Mute alert 1 h")
        box = button.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] < PHONE[0]
        button.tap()
        expect(page.locator('[data-state="pending"]').first).to_contain_text("to be muted")
        expect(page.get_by_role("heading", name="Firing", exact=True)).to_be_visible()


def test_the_card_of_a_job_has_its_detail_whole(browser: Browser, stack: Stack) -> None:
    detail, now = "1,234 refreshes, 567 ticks and 89 runs of jobs deleted, statistics are new", datetime.now(UTC)
    writer = stack.server.database.writer
    write_job_finished(writer, write_job_started(writer, "housekeeping", now), now, "succeeded", detail)
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/status", "Status")
        card = page.locator(".sf-table tr", has_text=detail).first
        expect(card).to_be_visible()
        assert card.evaluate(CUT) == []


def test_the_card_of_a_market_has_its_signals_whole(browser: Browser, stack: Stack) -> None:
    words = "Buy: intraday conservative, scalp aggressive"
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/watchlist", "Watchlist")
        card = page.locator(".sf-table tr[data-key]").first
        for place, text in (("note", words), ("figure", "−12.34 %")):
            cell = card.locator(f'[data-place="{place}"]')
            cell.evaluate("(cell, text) => { cell.textContent = text; }", text)
        assert card.evaluate(CUT) == []


# The texts of these cells that are cut, on the side or below.
CUT_CELLS = """(card) => [...card.querySelectorAll("td")].filter((cell) => cell.getClientRects().length)
    .filter((cell) => cell.scrollWidth > cell.clientWidth + 1 || cell.scrollHeight > cell.clientHeight + 1
        || cell.getBoundingClientRect().bottom > card.getBoundingClientRect().bottom)
    .map((cell) => cell.textContent)"""


def test_an_error_on_status_is_whole_with_the_ids_that_it_names(browser: Browser, stack: Stack) -> None:
    ids = [f"0f8fad5b-d9cb-469f-a165-7086772895{number:02}" for number in range(3)]
    failure = Failure(FailureKind.TEMPORARY, f"the exchange did not answer for the order {', '.join(ids)} within 10 s")
    failures: dict[str, Any] = {"triggers": failure}
    refreshed(stack.server.database, stack.account, **failures)
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/status", "Status")
        card = page.locator(".sf-table tr[data-index]", has_text="the exchange did not answer").first
        expect(card).to_contain_text(ids[2])
        assert card.evaluate(CUT_CELLS) == []
        assert page.evaluate(OVERHANGING) == []
    refreshed(stack.server.database, stack.account)
