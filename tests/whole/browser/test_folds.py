"""Boxes of a sheet that a click opens: the corrections of Performance."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from db.writes.period_closes import write_compared_period, write_recorded_period
from tests.pages.factories import ago
from tests.pages.past import moved, traded
from tests.pages.performance.test_corrections import period
from tests.whole.browser.browsing import DESK, PHONE, opened, settled, tab
from tests.whole.browser.conftest import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_corrections_open_by_a_click_and_stay_open_when_the_page_runs(browser: Browser, stack: Stack) -> None:
    writer = stack.server.database.writer
    traded(writer, stack.account)
    moved(writer, stack.account, [])
    corrected = replace(period(stack.account.id, ago(hours=2), ago(hours=1)), until=ago(days=-40))
    write_recorded_period(writer, corrected)
    write_compared_period(writer, corrected, corrected.corrections[0])
    for size in (DESK, PHONE):
        with tab(browser, size) as page:
            opened(page, stack.site.url + "/performance", "Performance")
            summary, sentence = page.get_by_text("1 correction, gain +$12.34"), page.get_by_text("2 late fills.").first
            expect(sentence).to_be_hidden()
            summary.click()
            expect(sentence).to_be_visible()
            table = page.locator(".sf-box.fold .sf-piece")
            expect(table).to_contain_text("+$12.34")
            box = table.bounding_box()
            assert box is not None
            assert box["height"] > 60
            page.get_by_role("button", name="Show the waterfall").click()
            expect(page.locator(".sf-waterfall")).to_be_visible()
            settled(page)
            expect(sentence).to_be_visible()
