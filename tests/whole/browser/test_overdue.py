"""A script that never loads hides the rest of its page for a few seconds alone."""

import pytest
from playwright.sync_api import Browser, expect

from pages.components.sheet.sheet import sheet_style
from tests.whole.browser.browsing import tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDGET = '<div data-testid="stElementContainer"><div data-testid="stSkeleton"></div></div>'
SHEET = '<div data-testid="stElementContainer" class="st-key-page"></div>'


@pytest.mark.parametrize("loading", [WIDGET, SHEET], ids=["widget", "sheet"])
def test_what_stands_below_a_script_that_never_loads_comes_into_view(browser: Browser, loading: str) -> None:
    with tab(browser) as page:
        page.set_content(f"<style>{sheet_style()}</style><div>{loading}<p>Below</p></div>")
        below = page.get_by_text("Below")
        (delay,) = below.evaluate("(below) => below.getAnimations().map((late) => late.effect.getTiming().delay)")
        assert 3000 <= delay <= 10_000
        expect(below).to_be_hidden()
        below.evaluate("(below) => below.getAnimations().forEach((late) => late.finish())")
        expect(below).to_be_visible()


def test_it_is_in_view_at_once_when_the_script_has_loaded(browser: Browser) -> None:
    with tab(browser) as page:
        page.set_content(f"<style>{sheet_style()}</style><div>{WIDGET}<p>Below</p></div>")
        page.evaluate("document.querySelector('[data-testid=\"stSkeleton\"]').remove()")
        expect(page.get_by_text("Below")).to_be_visible()
