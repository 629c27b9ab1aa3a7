"""On a phone all words about firing alerts are readable, in the first frame and in the page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from pages.components.leads.model import Lead, payload_of
from pages.components.sheet.model import Sheet
from pages.components.sheet.sheet import sheet_script, sheet_style
from pages.first_frame.files import STYLE
from pages.first_frame.html import signals_html
from pages.overview.attention import Attention
from tests.whole.browser.browsing import PHONE, tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "12 alerts fire, 3 muted: Closest stop of Bitcoin nearer than two per cent (BTC/USD-PERP, main account)"
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'
TAIL, SHORT = "and 8 more", "6 signals"
# The texts that are there but cannot be seen: cut by their own box or by the edge of the screen.
CUT = """(root) => [...root.querySelectorAll("b")].filter((text) => text.getClientRects().length).filter((text) => {
    const boxes = [text, text.parentElement];
    const hides = (box) => getComputedStyle(box).overflow !== "visible";
    const isCut = boxes.some((box) => hides(box) && box.scrollWidth > box.clientWidth + 1);
    return isCut || [...text.getClientRects()].some((line) => line.right > innerWidth || line.left < 0);
}).map((text) => text.textContent)"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with tab(browser, PHONE) as page:
        yield page


def test_no_alert_is_cut_in_the_page(page: Page) -> None:
    sheet = Sheet()
    leads = [Lead(WORDS, "a", "/alerts", warns=True, tail=TAIL), Lead("and 5 more", "b", "/watchlist", short=SHORT)]
    sheet.add_component("leads", "signals", payload_of(leads, is_row=True), {}, None)
    page.set_content(
        f"{VIEWPORT}<style>{sheet_style()}</style><div data-testid='stApp'><div class='sf-sheet'></div></div>",
    )
    page.evaluate(
        """async ([script, data]) => {
            const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
            const draw = (await import(address)).default;
            draw({ parentElement: document.body, data: new TextEncoder().encode(data), setTriggerValue: () => {} });
        }""",
        [sheet_script(), sheet.packed().decode()],
    )
    row = page.locator(".sf-leads.row")
    row.locator("a").first.wait_for()
    assert row.locator("a").first.inner_text() == f"{WORDS} {TAIL}"
    assert row.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_no_alert_is_cut_in_the_first_frame(page: Page) -> None:
    lines = [Attention(WORDS, "alerts", warns=True, tail=TAIL), Attention("and 5 more", "watchlist", short=SHORT)]
    page.set_content(f"{VIEWPORT}<style>{STYLE}</style><main id='first-frame'>{signals_html(lines, {})}</main>")
    row = page.locator(".signals")
    assert row.locator("a").first.inner_text() == f"{WORDS} {TAIL}"
    assert row.evaluate(CUT) == []
