"""Phone: first visits by an emulated phone, in turn with an empty Streamlit page, and the bytes that each page moves.

The phone has 390 px, a processor four times slower, 12 Mbit/s, 60 ms and an empty cache.
"""

from collections.abc import Iterator

from bench.report import Line
from bench.visits import alternately_on_phone, phone_visit, wait_for_first_frame
from pages.shared.titles import TITLES
from tests.postgres import Database
from tests.whole.browser.browsing import chromium
from tests.whole.browser.market import configured, refreshed
from tests.whole.browser.website import website

# The pages with a first frame.
FRAMED = ("overview", "open_orders")
MOST_FIGURES_MS, MOST_DRAWN, MOST_MEGABYTES, MOST_SHIFT = 1000, 2.0, 1.3, 0.05
VISITS = 5


def phone_lines(database: Database) -> Iterator[Line]:
    """The lines about first visits. Bytes are those of all answers and of the websocket, each page with its own."""
    account = configured(database)
    refreshed(database, account, ago=60)
    refreshed(database, account)
    with website(database.url) as site, website(database.url, "bench/empty.py") as empty, chromium() as browser:
        for path in FRAMED:
            wait_for_first_frame(site, _address(path))
        nothing = phone_visit(browser, empty.url).megabytes
        for path, title in TITLES.items():
            url, name = site.url + _address(path), f"phone: first visit to {title}"
            if path not in FRAMED:
                moved = phone_visit(browser, url).megabytes
            else:
                page, floor = alternately_on_phone(browser, url, empty.url, VISITS)
                moved = page.megabytes
                yield Line(f"{name}, first figures", page.figures, floor.drawn, MOST_FIGURES_MS, "ms", absolute=True,
                           floor_name="empty page")  # fmt: skip
                yield Line(f"{name}, all drawn", page.drawn, floor.drawn, MOST_DRAWN, "ms", floor_name="empty page")
                yield Line(f"{name}, layout shift", page.shift, floor.shift, MOST_SHIFT, "", absolute=True,
                           floor_name="empty page")  # fmt: skip
            yield Line(f"{name}, on the wire", moved, nothing, MOST_MEGABYTES, "MB", absolute=True,
                       floor_name="empty page, not compressed")  # fmt: skip


def _address(path: str) -> str:
    return "/" if path == "overview" else f"/{path}"
