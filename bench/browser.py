"""Browser: Overview and Orders with 10,000 orders on a desk, opened in turn with an empty Streamlit page."""

from collections.abc import Iterator

from playwright.sync_api import Browser

from bench.many_orders import with_many_orders
from bench.report import Line, median
from bench.visits import alternately, wait_for_first_frame
from tests.postgres import Database
from tests.whole.browser.browsing import chromium
from tests.whole.browser.website import Website, website

# Names in the report, addresses, and the limits of all drawn.
PAGES = (("Overview with 10,000 orders", "/", 1.2), ("Orders, all 10,000", "/open_orders?tab=all", 1.25))
MOST_FIGURES, MOST_ANSWERS, MOST_SHIFT = 0.5, 1.5, 0.05
REQUESTS, MOST_FRAME_MS = 40, 10


def browser_lines(database: Database) -> Iterator[Line]:
    """The lines about first figures, all drawn and layout shifts."""
    with_many_orders(database)
    with website(database.url) as site, website(database.url, "bench/empty.py") as empty, chromium() as browser:
        for _, path, _ in PAGES:
            wait_for_first_frame(site, path)
        yield _answer_line(site, empty)
        for name, path, limit in PAGES:
            yield from _page_lines(browser, name, site.url + path, empty.url, limit)


def _page_lines(browser: Browser, name: str, url: str, floor: str, limit: float) -> Iterator[Line]:
    page, empty = alternately(browser, url, floor)
    yield Line(
        f"browser: {name}, first figures", page.figures, empty.drawn, MOST_FIGURES, "ms", floor_name="empty page"
    )
    yield Line(f"browser: {name}, all drawn", page.drawn, empty.drawn, limit, "ms", floor_name="empty page")
    yield Line(
        f"browser: {name}, answers to a tap", page.answers, empty.drawn, MOST_ANSWERS, "ms", floor_name="empty page"
    )
    yield Line(f"browser: {name}, layout shift while loading", page.shift, empty.shift, MOST_SHIFT, "", absolute=True,
               floor_name="empty page")  # fmt: skip


def _answer_line(site: Website, empty: Website) -> Line:
    """The time of an answer with the first frame, beside that of Streamlit's file."""
    frame, floor = (
        median([served.get("/").elapsed.total_seconds() * 1000 for _ in range(REQUESTS)]) for served in (site, empty)
    )
    name = "answer with the first frame, beyond the file"
    return Line(name, frame - floor, floor, MOST_FRAME_MS, "ms", absolute=True, floor_name="Streamlit's file")
