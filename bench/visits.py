"""Visits: when a page shows its first figures and all of itself, how far it moves, and its bytes on the wire."""

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser, CDPSession, Page, expect

from bench.report import median
from tests.api.serving import until
from tests.whole.browser.browsing import DESK, PATIENCE, PHONE, settled, tab
from tests.whole.browser.website import Website

# The first figures: of the first frame, or of the page if it has none.
FIGURES = "#first-frame .figure, #first-frame tbody td, .stApp .sf-kpi .value"
VISITS = 7
_NETWORK = {"offline": False, "latency": 60, "downloadThroughput": 1_500_000, "uploadThroughput": 1_500_000}
_SLOWER = 4


@dataclass(frozen=True, slots=True)
class Visit:
    """Milliseconds since the visit began. `shift` is the sum of layout shifts, as Chromium scores them.

    `drawn`: all of the page is on the screen. `answers`: Streamlit has taken it over and hears taps. Earlier ones wait.
    """

    figures: float
    drawn: float
    answers: float
    shift: float
    megabytes: float


def alternately(browser: Browser, url: str, floor: str, visits: int = VISITS) -> tuple[Visit, Visit]:
    """The medians of a page and of the empty page.

    The pages are opened in turn in new tabs of one browser with filled caches, as for a regular user.
    """
    context = browser.new_context(viewport={"width": DESK[0], "height": DESK[1]})
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    pairs = [(_visit(context.new_page(), url), _visit(context.new_page(), floor)) for _ in range(visits + 2)][2:]
    context.close()
    return _middle([page for page, _ in pairs]), _middle([empty for _, empty in pairs])


def alternately_on_phone(browser: Browser, url: str, floor: str, visits: int) -> tuple[Visit, Visit]:
    """The medians of a page and of the empty page, each visited with an empty cache by an emulated phone."""
    pairs = [(phone_visit(browser, url), phone_visit(browser, floor)) for _ in range(visits)]
    return _middle([page for page, _ in pairs]), _middle([empty for _, empty in pairs])


def phone_visit(browser: Browser, url: str) -> Visit:
    """A first visit: 390 px, a processor four times slower, 12 Mbit/s, 60 ms."""
    with tab(browser, PHONE) as page:
        return _visit(page, url, is_phone=True)


def desk_visit(browser: Browser, url: str) -> Visit:
    """A first visit by a desk, as quick as this machine."""
    with tab(browser, DESK) as page:
        return _visit(page, url)


def _visit(page: Page, url: str, *, is_phone: bool = False) -> Visit:
    observe(page)
    network = page.context.new_cdp_session(page)
    sizes = _sizes_of(network)
    if is_phone:
        network.send("Network.emulateNetworkConditions", _NETWORK)
        network.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    page.goto(url, wait_until="commit")
    settled(page)
    settled_at = float(page.evaluate("performance.now()"))
    moments = page.evaluate("[window.benchFigures, window.benchDrawn, window.benchAnswers()]")
    figures, drawn, answers = (settled_at if moment is None else float(moment) for moment in moments)
    visit = Visit(figures, drawn, answers, shift_of(page), sum(sizes) / 1e6)
    page.close()
    return visit


def wait_for_first_frame(site: Website, path: str) -> None:
    """Wait until the process has the figures of a page. It leaves out those that come too late."""
    until(lambda: 'id="first-frame"' in site.get(path).text)


def observe(page: Page) -> None:
    """Let the page note when its first figures are on the screen, and by how much it moves."""
    page.add_init_script(f"const FIGURES = {FIGURES!r};\n{_OBSERVER}")


def shift_of(page: Page) -> float:
    """The sum of layout shifts since the page was opened, once two more frames are painted."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return float(page.evaluate("benchShift"))


def _sizes_of(network: CDPSession) -> Sequence[float]:
    """The bytes of all answers so far, headers and compression included, and of what the websocket brought."""
    sizes: list[float] = []
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    network.on("Network.webSocketFrameReceived", lambda event: sizes.append(_length_of(event["response"])))
    return sizes


def _length_of(frame: dict[str, str]) -> float:
    """The bytes of a binary message, which Chromium hands over as base64."""
    return len(frame["payloadData"]) * 3 / 4


def _middle(visits: Sequence[Visit]) -> Visit:
    return Visit(
        median([visit.figures for visit in visits]),
        median([visit.drawn for visit in visits]),
        median([visit.answers for visit in visits]),
        max(visit.shift for visit in visits),
        median([visit.megabytes for visit in visits]),
    )


_OBSERVER = """
window.benchShift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.benchShift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
window.benchAnswers = () => performance.getEntriesByName("stillframe-answers")[0]?.startTime;
const isShown = (selector) =>
  [...document.querySelectorAll(selector)].some((element) => element.getClientRects().length);
const note = (name, selector) => {
  if (!isShown(selector)) return requestAnimationFrame(() => note(name, selector));
  setTimeout(() => { window[name] ??= performance.now(); }); // after the frame is painted
};
requestAnimationFrame(() => note("benchFigures", FIGURES));
// A page without a first sheet is drawn when it is settled.
requestAnimationFrame(() => note("benchDrawn", "#first-page.complete"));
"""
