"""Carry: the bytes that a first visit moves over the wire, and when a phone shows the first figures.

The phone is emulated: 390 px, a processor four times slower, 12 Mbit/s, 60 ms, an empty cache.
"""

from collections.abc import Iterator

from playwright.sync_api import Browser

from bench.report import Line, median
from tests.api.serving import until
from tests.postgres import Database
from tests.whole.browser.browsing import DESK, PHONE, chromium, settled, tab
from tests.whole.browser.market import configured, refreshed
from tests.whole.browser.website import Website, website

PAGES = (("Overview", "/"), ("Open orders", "/open_orders"))
MOST_MEGABYTES = 1.3
PHONE_FIRST_MS, PHONE_DRAWN = 1000, 2.0
VISITS = 3
REQUESTS, MOST_FRAME_MS = 40, 10
_NETWORK = {"offline": False, "latency": 60, "downloadThroughput": 1_500_000, "uploadThroughput": 1_500_000}


def carry_lines(database: Database) -> Iterator[Line]:
    """The lines about first visits, beside an empty Streamlit page. The first paint is that of the first frame."""
    account = configured(database)
    refreshed(database, account, ago=60)
    refreshed(database, account)
    with website(database.url) as site, website(database.url, "bench/empty.py") as empty, chromium() as browser:
        until(lambda: 'id="first-frame"' in site.get("/").text)
        yield _answer_line(site, empty)
        floor = _megabytes(browser, empty.url)
        for name, path in PAGES:
            carried = _megabytes(browser, site.url + path)
            yield Line(f"first visit to {name}, on the wire", carried, floor, MOST_MEGABYTES, "MB", absolute=True,
                       floor_name="empty page, not compressed")  # fmt: skip
        yield from _phone_lines(browser, site, empty)


def _answer_line(site: Website, empty: Website) -> Line:
    """The time of an answer with the first frame, beside that of Streamlit's file."""
    frame, floor = (
        median([served.get("/").elapsed.total_seconds() * 1000 for _ in range(REQUESTS)]) for served in (site, empty)
    )
    name = "answer with the first frame, beyond the file"
    return Line(name, frame - floor, floor, MOST_FRAME_MS, "ms", absolute=True, floor_name="Streamlit's file")


def _phone_lines(browser: Browser, site: Website, empty: Website) -> Iterator[Line]:
    nothing, shown, drawn = [], [], []
    for _ in range(VISITS):
        nothing.append(_phone_visit(browser, empty.url)[1])
        first, complete = _phone_visit(browser, site.url)
        shown.append(first)
        drawn.append(complete)
    floor = median(nothing)
    yield Line("phone: Overview, first figures", median(shown), floor, PHONE_FIRST_MS, "ms", absolute=True,
               floor_name="empty page")  # fmt: skip
    yield Line("phone: Overview, all drawn", median(drawn), floor, PHONE_DRAWN, "ms", floor_name="empty page")


def _megabytes(browser: Browser, url: str) -> float:
    """The bytes of all answers of a first visit, headers and compression included, in megabytes."""
    sizes: list[float] = []
    with tab(browser, DESK) as page:
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(url)
        settled(page)
    return sum(sizes) / 1e6


def _phone_visit(browser: Browser, url: str) -> tuple[float, float]:
    """Milliseconds from the start of a visit until the first content is painted, and until all is drawn."""
    with tab(browser, PHONE) as page:
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.emulateNetworkConditions", _NETWORK)
        network.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(url, wait_until="commit")
        settled(page)
        drawn = float(page.evaluate("performance.now()"))
        return float(page.evaluate(_FIRST_PAINT)), drawn


_FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
