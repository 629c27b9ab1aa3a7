"""Every page by axe-core, light and dark, on a desk and a phone: no serious and no critical violation.

axe-core counts names, roles, focus and contrast by WCAG. It comes in the wheel of axe-playwright-python.
"""

import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories import fill, transfer
from tests.pages.past import moved, traded, with_past
from tests.whole.browser.browsing import DESK, PHONE, opened, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.grid import Grid
from tests.whole.browser.market import refreshed
from tests.whole.browser.test_looks import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SEVERE = ("serious", "critical")
# One line for each element that violates a rule, with the reason.
VIOLATIONS = """async (severe) => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.filter((rule) => severe.includes(rule.impact)).flatMap((rule) => rule.nodes.map((node) =>
        `${rule.id}: ${node.html.slice(0, 140)} | ${node.failureSummary.replace(/\\s+/g, ' ').slice(0, 260)}`));
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def traded_stack(stack: Stack) -> Stack:
    """The small account with fills, transfers and an ended order."""
    writer, earlier = stack.server.database.writer, datetime.now(UTC) - timedelta(minutes=2)
    (account,) = with_past(writer, stack.account.name)
    traded(writer, account, [fill("1", at=earlier)])
    moved(writer, account, [transfer("1", amount="1", at=earlier)])
    return stack


def violations(page: Page, axe: str) -> list[str]:
    """The violations of this page, as it is drawn now."""
    page.evaluate(axe)
    lines: list[str] = page.evaluate(VIOLATIONS, SEVERE)
    return lines


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_has_a_serious_violation(
    browser: Browser, traded_stack: Stack, axe: str, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    with tab(browser, size, scheme) as page:
        found: dict[str, list[str]] = {}
        for path, title in PAGES.items():
            refreshed(traded_stack.server.database, traded_stack.account)
            opened(page, traded_stack.site.url + path, title)
            found[path] = violations(page, axe)
        assert found == {path: [] for path in PAGES}


# What a press opens on a page: the place to press, and what comes.
OPENED = {
    "settings": (".opener", ".menu:popover-open"),
    "calendar": (".calendar", "form.sf-moment"),
    "sources": (".badge .age", ".menu:popover-open"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_that_opens_has_a_serious_violation(
    browser: Browser, traded_stack: Stack, axe: str, scheme: Literal["light", "dark"]
) -> None:
    refreshed(traded_stack.server.database, traded_stack.account)
    found: dict[str, list[str]] = {}
    with tab(browser, DESK, scheme) as page:
        for name, (button, place) in OPENED.items():
            opened(page, traded_stack.site.url, "Overview")
            page.locator(button).first.click()
            expect(page.locator(place).first).to_be_visible()
            found[name] = violations(page, axe)
        opened(page, traded_stack.site.url + "/open_orders", "Orders")
        Grid(page).select(0)
        expect(page.locator(".st-key-side_panel .sf-opened")).to_be_visible()
        settled(page)
        found["order"] = violations(page, axe)
        page.get_by_role("button", name=re.compile("^History")).click()
        expect(page.get_by_role("button", name="All 0")).to_be_visible()
        settled(page)
        found["history"] = violations(page, axe)
    assert found == {name: [] for name in (*OPENED, "order", "history")}
