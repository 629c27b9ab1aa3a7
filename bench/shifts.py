"""Shifts: by how much each page moves while it loads, on a desk and on an emulated phone with an empty cache.

The account has a year of history, so that every list and every chart is full.
"""

from collections.abc import Iterator

from playwright.sync_api import Browser

from bench.report import Line
from bench.visits import Visit, desk_visit, phone_visit
from bench.year import with_year
from domain.snapshot import Account
from pages.shared.titles import TITLES
from tests.factories import order
from tests.postgres import Database
from tests.whole.browser.browsing import chromium
from tests.whole.browser.market import orders_of, refreshed
from tests.whole.browser.website import website

MOST_SHIFT = 0.05
VISITS = 2
ENDED = 400
SIZES = {"desk": desk_visit, "phone": phone_visit}
# Addresses besides those of the pages: lists and periods that a page shows on demand.
FURTHER = {"Orders, History": "open_orders?tab=history", "Performance over a year": "performance?period=All"}


def shift_lines(database: Database) -> Iterator[Line]:
    """A line for each page and size: the sum of its layout shifts, the worst of a few first visits."""
    with_lists(database, with_year(database))
    addresses = {title: path for path, title in TITLES.items()} | FURTHER
    with website(database.url) as site, website(database.url, "bench/empty.py") as empty, chromium() as browser:
        for size in SIZES:
            floor = _worst(browser, size, empty.url)
            for name, path in addresses.items():
                shift = _worst(browser, size, f"{site.url}/{'' if path == 'overview' else path}")
                yield Line(f"{size}: {name}, layout shift while loading", shift, floor, MOST_SHIFT, "", absolute=True,
                           floor_name="empty page")  # fmt: skip


def with_lists(database: Database, account: Account) -> None:
    """Open orders, and many that have ended."""
    gone = [order(f"gone-{n}", account=account.name) for n in range(ENDED)]
    refreshed(database, account, ago=90, orders=[*orders_of(account), *gone])
    refreshed(database, account, ago=60)
    refreshed(database, account)


def _worst(browser: Browser, size: str, url: str) -> float:
    visits: list[Visit] = [SIZES[size](browser, url) for _ in range(VISITS)]
    return max(visit.shift for visit in visits)
