"""Browsing: headless Chromium for tests and screenshots, and the wait until a page is complete."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
# Playwright's list, which a flag of ours replaces, and the menus of the address bar. Nobody sees them here, and drawing
# them takes longer than most pages: 0.75 s of the processor for each new window.
_WITHOUT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
# Chromium requests nothing else: everything comes from the server of the page.
FLAGS = (
    f"--disable-features={','.join(_WITHOUT)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = (1440, 900)
PHONE = (390, 844)
PATIENCE = 60_000  # milliseconds, long enough for a slow shared machine


class NoChromium(Exception):
    """There is no browser to drive."""


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """A headless Chromium until the block ends, with further flags. Raises NoChromium."""
    if not CHROMIUM.exists():
        raise NoChromium(f"{CHROMIUM} is missing: install Debian's chromium (apt-get install chromium)")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def tab(
    browser: Browser,
    size: tuple[int, int] = DESK,
    scheme: Literal["light", "dark"] = "light",
    with_scripts: bool = True,
) -> Iterator[Page]:
    """A fresh visitor's tab: no cookies, no cache, this window size and colour scheme."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        timezone_id="Europe/Berlin",
        locale="en-GB",
        is_mobile=size == PHONE,
        has_touch=size == PHONE,
        reduced_motion="reduce",
        java_script_enabled=with_scripts,
    )
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    try:
        yield context.new_page()
    finally:
        context.close()


def opened(page: Page, url: str, title: str) -> None:
    """Go to a page and return when it shows everything. Fails if another page is shown."""
    page.goto(url)
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    settled(page)
    expect(page.get_by_text("Page not found")).to_have_count(0)


def settled(page: Page) -> None:
    """Return when the page shows everything: its script has run, and tables, figures and fonts are drawn."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_have_count(1)
    expect(page.locator('[data-testid="stSkeleton"]')).to_have_count(0)
    page.wait_for_function(
        """() => {
            // Asked at each frame: while the first frame stands, looking further would cost the page its time.
            if (document.querySelector('#first-frame, #first-page, [data-stale="true"]')) return false;
            const shown = (element) => element.getClientRects().length > 0;
            const figures = [...document.querySelectorAll('[data-testid="stPlotlyChart"]')].filter(shown);
            const components = [...document.querySelectorAll('[data-testid^="stBidiComponent"]')].filter(shown);
            const isFilled = (host) => host.shadowRoot?.querySelector('[class^="sf-"]')?.hasChildNodes();
            const isDrawn = (place) => {
                const sheet = place.querySelector('.sf-sheet');
                return sheet ? sheet.hasChildNodes() && [...sheet.querySelectorAll('.sf-piece')].every(isFilled)
                    : [place, ...place.querySelectorAll('*')].some(isFilled);
            };
            return document.fonts.status === 'loaded'
                && figures.every((figure) => figure.querySelector('.main-svg'))
                && components.every(isDrawn);
        }"""
    )
