"""Choices in quick succession: none is lost while a run of the page is under way."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from pages.components.bar.model import Bar, Moments
from pages.components.bar.model import payload_of as bar_payload
from pages.components.controls.model import Control, Kind, options_of, payload_of
from pages.components.sheet.model import Sheet
from pages.components.sheet.sheet import sheet_script
from tests.whole.browser.browsing import tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What Streamlit does at each run: it calls the module with the newest data.
DRAW = """([data]) => window.draw({
  parentElement: document.body, data: new TextEncoder().encode(data),
  setTriggerValue: (name, value) => (window.sent ??= []).push(value),
})"""

DRAW_FIRST = """(data) => {
  window.drawFirst(document.querySelector(".early"), new TextEncoder().encode(data), () => undefined);
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Any:
    with tab(browser) as page:
        yield page


def opened(page: Page) -> None:
    page.set_content('<div data-testid="stApp"><div class="sf-sheet"></div></div>')
    load(page)


def load(page: Page) -> None:
    """Load the module of our components."""
    page.evaluate("window.sent = []")
    page.evaluate("""async (script) => {
      const module = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
      [window.draw, window.drawFirst] = [module.default, module.drawFirst];
    }""", sheet_script())  # fmt: skip


def draw(page: Page, sheet: Sheet, handled: int = 0) -> None:
    sheet.handled = handled
    page.evaluate(DRAW, [sheet.packed().decode()])
    page.evaluate("new Promise((done) => setTimeout(done))")  # data is unpacked in turns of the browser


def filters(sides: Sequence[str] = (), types: Sequence[str] = ()) -> Sheet:
    sheet = Sheet()
    controls = [
        Control("side", "Side", Kind.TOGGLES, options_of(["Buy", "Sell"]), sides),
        Control("type", "Type", Kind.TOGGLES, options_of(["Limit", "Stop"]), types),
    ]
    sheet.add_component("controls", "filters", payload_of(controls), {}, None)
    return sheet


def bar(chosen: Sequence[str]) -> Sheet:
    """The bar over four accounts, which are chosen from a list."""
    sheet, moments = Sheet(), Moments(("Now",), "Now", "", "2026-01-01T00:00", "UTC")
    content = Bar(False, [], "overview", list("abcd"), chosen, moments, ["USD"], "USD", [], "", "", "", None)
    sheet.add_component("bar", "bar", bar_payload(content), {}, None)
    return sheet


def press(page: Page, *names: str) -> list[Any]:
    """Press buttons, and return the events of the last message."""
    for name in names:
        page.get_by_role("button", name=name, exact=True).click()
    events: list[Any] = json.loads(page.evaluate("window.sent.at(-1)"))
    return events


def test_an_event_is_repeated_until_a_run_has_read_it(page: Page) -> None:
    opened(page)
    draw(page, filters())
    events = press(page, "Buy", "Limit")
    choices = [json.loads(value) for _, _, _, value in events]
    assert choices == [["side", ["Buy"]], ["type", ["Limit"]]]
    draw(page, filters(["Buy"]), handled=events[0][0])
    assert [number for number, *_ in press(page, "Stop")][:1] == [events[1][0]]


def test_a_run_of_before_a_choice_does_not_take_it_back(page: Page) -> None:
    opened(page)
    draw(page, filters())
    events = press(page, "Limit", "Stop")
    draw(page, filters(types=["Limit"]), handled=events[0][0])
    events = press(page, "Buy")
    assert page.get_by_role("button", name="Stop").get_attribute("aria-pressed") == "true"
    draw(page, filters(types=["Limit"]), handled=events[-1][0])  # the page refused it
    assert page.get_by_role("button", name="Stop").get_attribute("aria-pressed") == "false"


def test_several_accounts_are_chosen_from_the_open_list_before_a_run_ends(page: Page) -> None:
    opened(page)
    draw(page, bar([]))
    page.get_by_text("All accounts").click()
    (first, *_), (_, _, _, chosen) = press(page, "b", "d")
    assert chosen.split("\n") == ["b", "d"]
    draw(page, bar(["b"]), handled=first)
    assert press(page, "a")[-1][-1].split("\n") == ["b", "d", "a"]


def test_a_choice_counts_though_the_clock_was_set_back(page: Page) -> None:
    """The session takes events by rising numbers. Those of a page that was opened later were lower."""
    opened(page)
    ahead = page.evaluate("Date.now()") + 60_000
    draw(page, filters(), handled=ahead)
    assert press(page, "Buy")[-1][0] > ahead


def test_a_choice_of_before_streamlit_is_repeated_as_soon_as_others(browser: Browser) -> None:
    """The pause doubled while nothing could be sent. A download gave up."""
    with tab(browser) as page:
        page.clock.install()
        page.set_content('<div class="early"></div>')
        load(page)
        page.evaluate(DRAW_FIRST, filters().packed().decode())
        page.get_by_role("button", name="Buy", exact=True).click()
        page.clock.run_for(70_000)
        page.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<div data-testid=stApp><div class=sf-sheet></div></div>')"
        )
        page.evaluate(DRAW, [filters().packed().decode()])
        before = page.evaluate("window.sent.length")
        page.clock.run_for(4000)
        assert page.evaluate("window.sent.length") > before
