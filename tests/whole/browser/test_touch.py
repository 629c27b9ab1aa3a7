"""Fingers: on a touch screen every control of every page takes taps over 44 px, the size of WCAG 2.5.5."""

import pytest
from playwright.sync_api import Browser, expect

from tests.pages.past import with_past
from tests.whole.browser.browsing import PHONE, opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.market import refreshed
from tests.whole.browser.test_looks import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Controls in sight that are lower than a finger is wide. A checkbox counts by its label.
LOW = """() => [...document.querySelectorAll(".sf-piece")].flatMap((piece) => {
    const root = piece.shadowRoot;
    if (!root.querySelector(".sf-controls, .sf-download")) return [];
    const names = "select, button, summary, label:has([type=checkbox]), input:not([type=checkbox])";
    const controls = [...root.querySelectorAll(names)];
    const isLow = (control) => control.getClientRects().length && control.getBoundingClientRect().height < 43.5;
    return controls.filter(isLow).map((control) => `${piece.className}: ${control.textContent || control.type}`);
})"""


def test_every_control_has_room_for_a_finger(browser: Browser, stack: Stack) -> None:
    low = {}
    for path, title in PAGES.items():
        with tab(browser, PHONE) as page:
            opened(page, stack.site.url + path, title)
            low[path] = page.evaluate(LOW)
    assert {path: names for path, names in low.items() if names} == {}


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
        expect(page.locator(".accounts > .chip")).to_have_count(2)
        hits = page.evaluate(HITS)
        assert {"main", "savings", "Now"} <= {name for name, _ in hits}
        assert {name: height for name, height in hits if height < 44} == {}
        assert page.evaluate("document.querySelector('.st-key-bar').getBoundingClientRect().height") < 44
