"""Fingers: on a touch screen every control of every page is 44 px high, the size of WCAG 2.5.5."""

import pytest
from playwright.sync_api import Browser

from tests.whole.browser.browsing import PHONE, opened, tab
from tests.whole.browser.conftest import Stack
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
