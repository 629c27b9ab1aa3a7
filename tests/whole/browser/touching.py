"""Touching: the room that each control of a page gives a finger, found by asking the browser what a tap would meet."""

from collections.abc import Sequence

from playwright.sync_api import Page

# Lists the controls in sight that take taps over less than 44 px of height or 24 px of width (WCAG 2.5.5 and 2.5.8),
# with the room that they have. Links within a paragraph are exempt, and so is the link of a card, which takes taps as a
# whole. Lines of a figure, each of which leads on, need 24 px. `within` names a panel whose controls alone count, ""
# for the whole page.
_LOW = """(within) => {
    const NAMES = ["a[href], button, input:not([type=hidden]), select, textarea, summary, tr.leads, label:has(input)",
        "[role=button], [role=tab], [role=switch]"].join();
    const ALIKE = 6; // the first of each kind stand for the others
    const inside = (element) => element.shadowRoot ? [element, ...all(element.shadowRoot)] : [element];
    const all = (root) => [...root.querySelectorAll("*")].flatMap(inside);
    const parentOf = (element) => element.assignedSlot ?? element.parentNode ?? element.host;
    const isIn = (element, control) => element && (element === control || isIn(parentOf(element), control));
    const isInPanel = (element) => element && (element.matches?.(within) || isInPanel(parentOf(element)));
    const hitAt = (x, y) => {
        let hit = null;
        for (let root = document; root; root = hit?.shadowRoot) {
            const next = root.elementFromPoint(x, y);
            if (!next || next === hit) break;
            hit = next;
        }
        return hit;
    };
    const isOfAnother = (control) => control.matches("label input, tr.leads a:not(.apart)");
    const isInText = (link) => link.matches("p a") && getComputedStyle(link).display === "inline";
    const inSight = (control) => control.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const counts = new Map(), low = [];
    for (const control of all(document)) {
        if (!control.matches(NAMES) || isOfAnother(control) || isInText(control) || !inSight(control)) continue;
        if (within && !isInPanel(control)) continue;
        const kind = `${control.tagName}.${control.className} ${parentOf(control).className}`;
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
        if (counts.get(kind) > ALIKE) continue;
        control.scrollIntoView({ block: "center", inline: "center" });
        const { left, top, width, height } = control.getBoundingClientRect();
        if (width < 2 || height < 2) continue; // for screen readers
        const takes = (x, y) => isIn(hitAt(x, y), control);
        const reach = (x, y, right, down) => {
            let far = 0;
            while (far < 60 && takes(x + (far + 1) * right, y + (far + 1) * down)) far += 1;
            return far;
        };
        const across = (x, y, right, down) => 1 + reach(x, y, right, down) + reach(x, y, -right, -down);
        const xs = [0.5, 0.06, 0.94].map((right) => left + right * width);
        const places = xs.flatMap((x) => [0.5, 0.15, 0.85].map((down) => [x, top + down * height]));
        const taken = places.filter(([x, y]) => takes(x, y));
        const high = Math.max(0, ...taken.map(([x, y]) => across(x, y, 0, 1)));
        const wide = Math.max(0, ...taken.map(([x, y]) => across(x, y, 1, 0)));
        const least = control.matches(".sf-change .sf-lead") ? 24 : 44;
        const name = control.getAttribute("aria-label") || control.textContent || control.type || "";
        if (high < least || wide < 24) low.push(`${high} x ${wide}: ${kind} "${name.trim().slice(0, 30)}"`);
    }
    return low;
}"""


def low_controls(page: Page, within: str = "") -> Sequence[str]:
    """The controls in sight that are too small for a finger, each with its height and width in pixels."""
    low: Sequence[str] = page.evaluate(_LOW, within)
    return low
