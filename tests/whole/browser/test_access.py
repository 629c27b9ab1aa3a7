"""Every page can be read and used: names of what can be pressed, headings, and a contrast of 4.5 : 1, light and dark.

The contrast is that of WCAG 2.2, 1.4.3, of each text on the ground that it stands on. Large text needs 3 : 1.
"""

from typing import Any, Literal

import pytest
from playwright.sync_api import Browser

from tests.whole.browser.browsing import DESK, PHONE, opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.test_looks import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOK = """() => {
    const all = [];
    const collect = (root) => root.querySelectorAll('*').forEach((element) => {
        all.push(element);
        if (element.shadowRoot) collect(element.shadowRoot);
    });
    collect(document);
    const parent = (element) => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host ?? null;
    const seen = (element) => element.getClientRects().length && getComputedStyle(element).visibility !== 'hidden';
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const colours = new Map();
    const parts = (colour) => {
        if (!colours.has(colour)) {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
            colours.set(colour, [r, g, b, a / 255]);
        }
        return colours.get(colour);
    };
    const over = (top, under) => top.slice(0, 3).map((part, n) => part * top[3] + under[n] * (1 - top[3]));
    const ground = (element) => {
        const layers = [];
        for (let at = element; at; at = parent(at)) layers.push(parts(getComputedStyle(at).backgroundColor));
        return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
    };
    const opacity = (element) => {
        let all = 1;
        for (let at = element; at; at = parent(at)) all *= Number(getComputedStyle(at).opacity);
        return all;
    };
    const light = (colour) => colour.map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0);
    const faint = [], nameless = [];
    for (const element of all) {
        if (!seen(element)) continue;
        const own = [...element.childNodes].filter((node) => node.nodeType === 3);
        const text = own.map((node) => node.data.trim()).join('');
        const style = getComputedStyle(element);
        const isText = text && opacity(element) > 0.05 && element.namespaceURI.includes('xhtml')
            && element.dataset.testid !== 'stIconMaterial';  // a picture, hidden from screen readers
        if (isText && !element.closest('[disabled], [aria-disabled="true"]')) {
            const below = ground(element), ink = over(parts(style.color), below);
            const [low, high] = [light(below), light(ink)].sort((a, b) => a - b);
            const size = parseFloat(style.fontSize), isLarge = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
            const least = isLarge ? 3 : 4.5;
            const contrast = (high + 0.05) / (low + 0.05);
            if (contrast < least) faint.push(`${text.slice(0, 40)} ${contrast.toFixed(2)} ${element.className}`);
        }
        if (element.matches('a[href], button, input:not([type=hidden]), select, summary, [role=button]')) {
            const labels = [...(element.labels ?? [])].map((label) => label.textContent).join('');
            const name = element.getAttribute('aria-label') || labels || element.textContent.trim() || element.title
                || element.getAttribute('placeholder') || element.getAttribute('aria-labelledby');
            if (!name) nameless.push(element.outerHTML.slice(0, 120));
        }
    }
    const headings = all.filter((element) => element.matches('h1') && seen(element)).length;
    return { faint: [...new Set(faint)], nameless: [...new Set(nameless)], headings };
}"""


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light")])
def test_texts_can_be_read_and_everything_pressable_has_a_name(
    browser: Browser, stack: Stack, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    with tab(browser, size, scheme) as page:
        found: dict[str, Any] = {}
        for path, title in PAGES.items():
            opened(page, stack.site.url + path, title)
            found[path] = page.evaluate(LOOK)
        assert found == {path: {"faint": [], "nameless": [], "headings": 1} for path in PAGES}


# Within components the focus lies in their shadow root.
FOCUSED_OUTLINE = """() => {
    let focused = document.activeElement;
    while (focused.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    return focused === document.body ? 'none' : getComputedStyle(focused).outlineStyle;
}"""


def test_a_keyboard_shows_where_it_is(browser: Browser, stack: Stack) -> None:
    with tab(browser) as page:
        opened(page, stack.site.url, "Overview")
        for _ in range(3):
            page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED_OUTLINE) != "none"
