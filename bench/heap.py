"""Heap: the browser's memory and layout while pages stay open and the account is refreshed every 5 s.

BENCH_MINUTES says how long, 5 by default. A slow leak shows in 30.
"""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack

from playwright.sync_api import Browser, CDPSession, Page

from bench.report import Line
from bench.visits import observe, shift_of
from domain.snapshot import Account
from tests.postgres import Database
from tests.whole.browser.browsing import chromium, settled, tab
from tests.whole.browser.market import configured, refreshed
from tests.whole.browser.website import website

PAGES = (("Overview", "/"), ("Orders", "/open_orders"), ("Coin", "/coin?coin=BTC"))
MINUTES = int(os.environ.get("BENCH_MINUTES", "5"))
EVERY_SECONDS, FIRST_MINUTES = 5.0, 2
MOST_GROWTH = 1.1


class OpenPage:
    """A page in a browser of its own, with its memory and its layout shifts."""

    def __init__(self, name: str, page: Page) -> None:
        self.name = name
        self.page = page
        self.shift_when_loaded = shift_of(page)
        self._protocol: CDPSession = page.context.new_cdp_session(page)

    def megabytes(self) -> float:
        """The heap in use after a collection of garbage."""
        self._protocol.send("HeapProfiler.collectGarbage")
        used: float = self._protocol.send("Runtime.getHeapUsage")["usedSize"]
        return used / 1e6

    def shift(self) -> float:
        """The sum of layout shifts since it was loaded."""
        return shift_of(self.page) - self.shift_when_loaded


def heap_lines(database: Database) -> Iterator[Line]:
    """The lines about open pages."""
    account = configured(database, refresh_seconds=5)
    refreshed(database, account, ago=60)
    refreshed(database, account)
    with website(database.url) as site, chromium() as browser, ExitStack() as tabs:
        pages = [OpenPage(name, _opened(browser, site.url + path, tabs)) for name, path in PAGES]
        count = _refresh_for(FIRST_MINUTES, database, account, pages, 0)
        before = [page.megabytes() for page in pages]
        count = _refresh_for(MINUTES - FIRST_MINUTES, database, account, pages, count)
        for page, early in zip(pages, before, strict=True):
            yield Line(f"heap of {page.name}, open for {MINUTES} min at a {EVERY_SECONDS:g} s refresh",
                       page.megabytes(), early, MOST_GROWTH, "MB", floor_name=f"after {FIRST_MINUTES} min")  # fmt: skip
            yield Line(f"layout shift of {page.name} at {count} refreshes", page.shift(), 1, 0, "", absolute=True,
                       floor_name="a screen")  # fmt: skip


def _opened(browser: Browser, url: str, tabs: ExitStack) -> Page:
    page = tabs.enter_context(tab(browser))
    observe(page)
    page.goto(url)
    settled(page)
    return page


def _refresh_for(minutes: float, database: Database, account: Account, pages: list[OpenPage], count: int) -> int:
    """Refresh the account every 5 s. The number of refreshes so far. Fails if the last one does not reach Overview."""
    ends_at, worth = time.monotonic() + minutes * 60, ""
    while time.monotonic() < ends_at:
        count += 1
        moved = 1 + (count % 40 - 20) / 1000
        refreshed(database, account, moved=f"{moved}")
        worth = f"${200_000 * moved:,.0f}"
        pages[0].page.wait_for_timeout(EVERY_SECONDS * 1000)
    pages[0].page.locator(".sf-kpi .value", has_text=worth).first.wait_for()
    return count
