"""Forms of a sheet: what was typed counts at once, and every control fits on a phone."""

import pytest
from playwright.sync_api import Browser, expect

from db.reads.edits import read_edits, read_edits_without_account
from domain.edits import EditKind
from tests.factories import price, transfer
from tests.pages.factories import ago, seen
from tests.pages.past import moved, valued, with_past
from tests.whole.browser.browsing import DESK, PHONE, opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.market import refreshed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The controls of the page that reach beyond the window.
OUTSIDE = """() => [...document.querySelectorAll(".sf-piece")]
    .flatMap((piece) => [...piece.shadowRoot.querySelectorAll("select, input, button")])
    .filter((control) => control.getClientRects().length && control.getBoundingClientRect().right > innerWidth)
    .map((control) => control.outerHTML.slice(0, 80))"""


def test_a_cost_is_saved_as_it_was_typed_right_before_the_click(browser: Browser, stack: Stack) -> None:
    """The amount is sent when its field is left, which is the click on Save."""
    writer = stack.server.database.writer
    (account,) = with_past(writer, stack.account.name)
    refreshed(stack.server.database, account)
    moved(writer, account, [transfer(f"deposit/{10**24}", amount="2", at=ago(days=40))])
    valued(writer, account, BTC="100")
    for size in (PHONE, DESK):
        with tab(browser, size) as page:
            opened(page, stack.site.url + "/transfers", "Cash flow")
            expect(page.get_by_label("Deposit of unknown cost")).to_be_visible()
            assert page.evaluate(OUTSIDE) == []
            if size is DESK:
                page.get_by_label("Cost of all of it").fill("1234.5")
                page.get_by_role("button", name="Save", exact=True).click()
                expect(page.get_by_text("Pending. The refresher applies it")).to_be_visible()
    with writer.connect() as connection:
        (edit,) = read_edits(connection, EditKind.COST, [stack.account.id], 5)
    assert isinstance(edit.payload, dict)
    assert edit.payload["cost"] == "1234.5"


def test_a_market_is_added_by_the_name_that_the_field_suggests(browser: Browser, stack: Stack) -> None:
    seen(stack.server.database.writer, stack.account, prices=[price("BTC/USD", "100"), price("DOGE/USD", "1")])
    with tab(browser) as page:
        opened(page, stack.site.url + "/watchlist", "Watchlist")
        field = page.get_by_label("Add", exact=True)
        suggested = field.evaluate("(input) => [...input.list.options].map((option) => option.value)")
        assert "DOGE/USD" in suggested
        field.fill("doge/usd")
        field.press("Enter")
        expect(page.get_by_text("Pending. The refresher applies it")).to_be_visible()
        expect(field).to_have_value("")
    with stack.server.database.writer.connect() as connection:
        (edit,) = read_edits_without_account(connection, [EditKind.WATCH])
    assert isinstance(edit.payload, dict)
    assert edit.payload["symbol"] == "DOGE/USD"
