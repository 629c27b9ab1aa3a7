"""Figures of the stream never reach a page that was drawn with other choices: a past moment, or hidden amounts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.snapshot import Account
from tests.api.serving import until
from tests.postgres import PostgresServer, own_server
from tests.whole.browser.browsing import opened, settled, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.market import configured, refreshed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLACES = ".sf-part"
HEADLINE = ".st-key-headline"
VALUE = f"{HEADLINE} .value"


@pytest.fixture(scope="module")
def filled() -> Iterator[tuple[PostgresServer, Account]]:
    """The account had other figures two hours ago."""
    with own_server() as server:
        account = configured(server.database)
        refreshed(server.database, account, ago=7200, moved="0.5")
        refreshed(server.database, account)
        yield server, account


@pytest.fixture
def renewed(browser: Browser, stack: Stack) -> Iterator[Page]:
    """Overview, after the stream has brought newer figures."""
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        for moved in ("1.02", "1.04"):
            value = page.locator(VALUE).first.inner_text()
            refreshed(stack.server.database, stack.account, moved=moved)
            expect(page.locator(VALUE).first).not_to_have_text(value)
        yield page


def figures(page: Page) -> list[str]:
    """The parts with figures. Ages in words go on counting."""
    texts = page.locator(PLACES).all_inner_texts()
    return [re.sub(r"\d+ (?:s|min|h)\b", "", text) for text in texts]


def test_a_past_moment_after_newer_figures_is_the_same_as_after_a_reload(renewed: Page) -> None:
    now = renewed.locator(VALUE).first.inner_text()
    renewed.get_by_role("radio", name="1 h").or_(renewed.get_by_role("button", name="1 h")).first.click()
    expect(renewed).to_have_url(re.compile("as_of="))
    expect(renewed.get_by_text("You are looking at the past")).to_be_visible()
    settled(renewed)
    expect(renewed.locator("[data-live]")).to_have_count(0)
    shown = figures(renewed)
    assert renewed.locator(VALUE).first.inner_text() != now
    renewed.reload()
    settled(renewed)
    expect(renewed.locator(VALUE).first).to_be_visible()
    assert figures(renewed) == shown


def test_hidden_amounts_stay_hidden_after_newer_figures(renewed: Page, stack: Stack) -> None:
    """Every state of the places is noted while the page changes, so a glimpse of an amount counts too."""
    renewed.locator(".opener").click()
    renewed.get_by_text("Hide amounts", exact=True).click()
    expect(renewed.locator(VALUE).first).to_contain_text("•")
    renewed.evaluate(
        f"""() => {{
            window.glimpses = [];
            const look = () => {{
                const text = document.querySelector("{VALUE}")?.innerText ?? "";
                if (text && !text.includes("•")) window.glimpses.push(text);
            }};
            const changes = {{ childList: true, subtree: true, characterData: true }};
            new MutationObserver(look).observe(document.body, changes);
        }}"""
    )
    settled(renewed)
    age = renewed.locator("[data-live^='headline_figures']").first
    at = age.get_attribute("data-at")
    refreshed(stack.server.database, stack.account, moved="1.06")
    until(lambda: age.get_attribute("data-at") != at, 60)
    assert renewed.evaluate("window.glimpses") == []
