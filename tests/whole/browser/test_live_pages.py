"""Coin, Alerts and Status show a refresh by the stream, as Overview and Orders do. No script runs for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.api.serving import until
from tests.api.test_alerts import with_alert
from tests.whole.browser.browsing import opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.grid import Grid
from tests.whole.browser.market import orders_of, refreshed
from tests.whole.browser.test_live import measured, runs
from tests.whole.browser.website import website

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@contextmanager
def following(browser: Browser, stack: Stack, address: str, title: str) -> Iterator[Page]:
    """A page that follows the stream."""
    refreshed(stack.server.database, stack.account)
    with tab(browser) as page:
        opened(page, stack.site.url + address, title)
        until(lambda: measured(stack, "stillframe_streams") == 1, 60)
        yield page


def figure(page: Page, label: str) -> Locator:
    return page.locator(".sf-kpi", has=page.get_by_text(label, exact=True)).locator(".value")


def moved(stack: Stack, by: str, place: Locator) -> None:
    """Let the market move, and wait until the place shows it."""
    before = place.inner_text()
    refreshed(stack.server.database, stack.account, moved=by)
    expect(place).not_to_have_text(before)


def test_a_coin_shows_its_new_price_value_and_distances(browser: Browser, stack: Stack) -> None:
    with following(browser, stack, "/coin?coin=BTC", "Coin") as page:
        price, grid = figure(page, "Price of BTC"), Grid(page)
        expect(price).to_have_text("95,000")
        held, distances, before = figure(page, "Held").inner_text(), grid.column("Distance"), runs(stack)
        moved(stack, "1.02", price)
        expect(price).to_have_text("96,900")
        expect(figure(page, "Held")).not_to_have_text(held)
        until(lambda: grid.column("Distance") != distances, 60)
        moved(stack, "1.03", price)
        assert runs(stack) == before


def test_an_opened_order_shows_its_distance_and_the_tabs_their_counts(browser: Browser, stack: Stack) -> None:
    address = "/open_orders?tab=all&order=buy-BTC-5&order_of=main"
    with following(browser, stack, address, "Orders") as page:
        facts, before = page.locator(".st-key-side_panel .sf-facts"), runs(stack)
        expect(facts).to_contain_text("the order stands 5.00")
        expect(page.get_by_role("button", name="All 26")).to_be_visible()
        moved(stack, "1.02", facts)
        expect(facts).to_contain_text("96,900")
        fewer = [order for order in orders_of(stack.account) if order.key != "buy-BTC-9"]
        refreshed(stack.server.database, stack.account, orders=fewer)
        expect(page.get_by_role("button", name="All 25")).to_be_visible()
        expect(page.get_by_role("button", name="History · 1 in 30 d")).to_be_visible()
        assert runs(stack) == before
        refreshed(stack.server.database, stack.account, orders=[o for o in fewer if o.key != "buy-BTC-5"])
        expect(page.locator(".st-key-side_panel .sf-opened")).to_contain_text("no longer open")


def test_status_shows_the_next_success_of_each_source(browser: Browser, stack: Stack) -> None:
    with following(browser, stack, "/status", "Status") as page:
        seen, before = page.locator(".sf-board .row:not(.head) .seen i").first, runs(stack)
        attempts = page.locator(".sf-board .strip i").first
        counted = int(attempts.inner_text().split()[0])
        moved(stack, "1.02", seen)
        until(lambda: int(attempts.inner_text().split()[0]) > counted, 60)
        assert runs(stack) == before


def test_alerts_show_what_fires_by_itself(browser: Browser, stack: Stack) -> None:
    with following(browser, stack, "/alerts", "Alerts") as page:
        quiet, before = page.get_by_text("Nothing fires, as of"), runs(stack)
        moved(stack, "1.02", quiet)
        assert runs(stack) == before
        database = stack.server.database
        with_alert(SimpleNamespace(writer=database.writer, reader=database.writer), stack.account)
        refreshed(database, stack.account)
        expect(page.locator(".sf-table tr[data-key]", has_text="high").first).to_be_visible()
        until(lambda: runs(stack) == before + 1)  # the table and its buttons are new places


def test_a_page_stays_readable_while_the_web_process_does_not_answer(browser: Browser, stack: Stack) -> None:
    """Streamlit's own dialog would cover the figures and hold the page."""
    refreshed(stack.server.database, stack.account)
    with tab(browser) as page:
        with website(stack.server.database.url) as site:
            opened(page, site.url, "Overview")
            until(lambda: "stillframe_streams 1" in site.get("/metrics").text, 60)
        expect(page.locator(".sf-silent")).to_contain_text("Stillframe has not answered since")
        expect(page.locator('[data-testid="stDialog"]')).to_have_count(0)
        assert page.evaluate("document.getElementById('root').inert") is False
        expect(page.locator(".st-key-headline .value").first).to_be_visible()
