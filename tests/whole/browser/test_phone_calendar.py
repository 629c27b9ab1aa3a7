"""The calendar of Performance on a phone: letters of 11 px at least, and no amount is cut."""

import pytest
from playwright.sync_api import Browser

from pages.components.sheet.sheet import sheet_style
from pages.performance.calendar import calendar_html
from pages.shared.view import View
from tests.pages.performance.test_view import day
from tests.whole.browser.browsing import PHONE, tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The smallest letters of the calendar in pixels, and the texts that their cell has no room for.
LETTERS = """() => {
    const texts = [...document.querySelectorAll(".sf-calendar :is(i, em, b, .head span)")];
    const cells = [...document.querySelectorAll(".sf-calendar .days span")];
    const isCut = (cell) => cell.scrollWidth > cell.clientWidth;
    const sizes = texts.map((text) => parseFloat(getComputedStyle(text).fontSize));
    return [Math.min(...sizes), cells.filter(isCut).map((cell) => cell.textContent)];
}"""
GAINS = ("-3302.46", "-9999", "12345", "-123456", "1.23", "-98.76", "0.04", "-0.0123", "0.0012", "0.00012", "0.0000012")


@pytest.mark.parametrize("currency", ["USD", "BTC"])
def test_no_letter_of_the_calendar_is_below_11_px_and_none_is_cut(browser: Browser, currency: str) -> None:
    days = [day(number, gain, "-0.123") for number, gain in enumerate(GAINS)]
    html = calendar_html(days, View(currency=currency))
    with tab(browser, PHONE) as page:
        page.set_content(
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<style>html {{ font: 14px system-ui }} {sheet_style()}</style>"
            f'<div class="stMainBlockContainer"><div class="sf-sheet"><div class="sf-html">{html}</div></div></div>'
        )
        smallest, cut = page.evaluate(LETTERS)
        assert smallest >= 11
        assert cut == []
