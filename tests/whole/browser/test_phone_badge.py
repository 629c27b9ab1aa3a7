"""The badge in the bar of a phone: all of its words are in sight, and nothing moves while ages grow."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.snapshot import Account
from domain.sources import Failure, FailureKind
from tests.pages.past import with_past
from tests.whole.browser.browsing import PHONE, opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.market import refreshed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG_NAME = "a long name of an account that holds savings"
WIDTHS = (390, 360)
# The place of each control of the bar, without the words of the badge.
PLACES = """() => {
    const bar = document.querySelector(".st-key-bar"), root = bar.shadowRoot;
    const controls = [...root.querySelectorAll(".accounts > .chip, .jump, .age")];
    const placeOf = (each) => Object.values(each.getBoundingClientRect().toJSON()).map(Math.round);
    return [bar, ...controls.filter((each) => each.getClientRects().length)].map(placeOf);
}"""
# The words of the badge that reach out of it, out of the bar or of the screen.
CUT = """() => {
    const bar = document.querySelector(".st-key-bar"), badge = bar.shadowRoot.querySelector(".age");
    const words = badge.querySelector(".words"), range = new Range();
    range.selectNodeContents(words);
    const { left, right } = badge.getBoundingClientRect(), { bottom } = bar.getBoundingClientRect();
    const isBeside = (line) => line.left < left || line.right > Math.min(right, innerWidth);
    const isOut = (line) => isBeside(line) || line.top < 0 || line.bottom > bottom;
    return [...range.getClientRects()].filter((line) => line.width).some(isOut) ? words.textContent : "";
}"""


def words_of(page: Page) -> str:
    """The words of the badge that can be seen."""
    return page.locator(".sf-bar .age .words").inner_text()


@pytest.fixture(scope="module")
def accounts(stack: Stack) -> Sequence[Account]:
    """The same for all tests, because pages know of another account a second late."""
    return with_past(stack.server.database.writer, "main", "savings", LONG_NAME)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["savings", LONG_NAME])
def test_the_badge_beside_several_accounts_is_whole_and_moves_nothing(
    browser: Browser, stack: Stack, accounts: Sequence[Account], width: int, name: str
) -> None:
    for account in accounts:
        refreshed(stack.server.database, account)
    with tab(browser, PHONE) as page:
        page.set_viewport_size({"width": width, "height": 800})
        page.clock.install()
        opened(page, stack.site.url + "/open_orders?account=" + name, "Orders")
        expect(page.locator(".accounts > .chip")).to_contain_text(name)
        places = page.evaluate(PLACES)
        texts = {words_of(page)}
        page.context.set_offline(True)  # nothing arrives any more
        for minutes in (1, 15, 45, 600, 839, 8000, 60000):
            page.clock.fast_forward(minutes * 60_000)
            page.clock.run_for(1000)
            texts.add(words_of(page))
            assert page.evaluate(CUT) == ""
            assert page.evaluate(PLACES) == places
        assert len(texts) == 8


@pytest.mark.parametrize("width", WIDTHS)
def test_the_badge_says_what_fails_and_that_it_is_past(
    browser: Browser, stack: Stack, accounts: Sequence[Account], width: int
) -> None:
    for account in accounts:
        refreshed(stack.server.database, account)
    with tab(browser, PHONE) as page:
        page.set_viewport_size({"width": width, "height": 800})
        opened(page, stack.site.url + "/open_orders", "Orders")
        places = page.evaluate(PLACES)
        refreshed(stack.server.database, accounts[0], triggers=Failure(FailureKind.TEMPORARY, "no route"))
        expect(page.locator(".sf-bar .age")).to_contain_text("failing here")
        assert page.evaluate(CUT) == ""
        assert "failing here" in words_of(page).replace("\n", " ")
        assert page.evaluate(PLACES) == places
        past = f"{datetime.now(UTC) - timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
        opened(page, f"{stack.site.url}/open_orders?as_of={past}", "Orders")
        expect(page.locator(".sf-bar .age .words")).not_to_be_empty()
        assert page.evaluate(CUT) == ""


@pytest.mark.usefixtures("accounts")
def test_accounts_are_chosen_from_a_list_on_a_phone(browser: Browser, stack: Stack) -> None:
    with tab(browser, PHONE) as page:
        opened(page, stack.site.url + "/open_orders", "Orders")
        chip = page.locator(".accounts > .chip")
        expect(chip).to_contain_text("All")
        chip.tap()
        page.locator(".accounts .menu").get_by_text("savings", exact=True).tap()
        expect(chip).to_contain_text("savings")
        expect(chip).to_have_attribute("aria-label", "Accounts: savings")
