"""The badge counts in the browser: it turns late and stale by itself, and names how many sources fail."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from bench.visits import observe, shift_of
from tests.whole.browser.browsing import DESK, PHONE, opened, tab
from tests.whole.browser.conftest import Stack
from tests.whole.browser.market import refreshed

pytestmark = pytest.mark.browser

COMPONENTS = Path(__file__).parents[3] / "pages" / "components"
SCRIPTS = (COMPONENTS / "age_text.js", COMPONENTS / "age" / "ages.js")
FRESH = [0, 15_000, 60_000, False]
FAILING = [0, 15_000, 60_000, True]
NEVER = [None, None, None, False]
FAILING_WITHOUT_SUCCESS = [None, None, None, True]


def badge(
    browser: Browser, sources: list[Any], now: int, silence: int = 0, *, live: bool = True, behind: int = 0
) -> dict[str, Any]:
    """The badge of sources with moments in milliseconds, `silence` after the last message of the server.

    `behind` is how many seconds a busy server is late.
    """
    scripts = "\n".join(path.read_text() for path in SCRIPTS)
    ages = json.dumps({"live": live, "sources": sources})
    with tab(browser) as page:
        found: dict[str, Any] = page.evaluate(
            f"() => {{ {scripts}; return badgeOf({ages}, {now}, {silence}, {behind}); }}"
        )
    return found


@pytest.mark.parametrize(
    ("sources", "now", "state", "text"),
    [
        ([FRESH], 3_000, "fresh", "Fresh · 3 s"),
        ([FRESH], 20_000, "late", "Late · 20 s"),
        ([FRESH], 7_500_000, "stale", "Stale · 2 h 5 min"),
        ([FRESH, NEVER], 3_000, "never", "1 of 2 not seen"),
        ([FRESH] * 14 + [NEVER] * 2, 20_000, "late", "Late · 20 s, 2 not seen"),
        ([FRESH, NEVER], 2_160_000, "stale", "Stale · 36 min, 1 not seen"),
        ([FRESH, FAILING, NEVER], 3_000, "failing", "1 of 3 failing here · 3 s"),
        ([FAILING, FAILING], 120_000, "failing", "All sources failing · 2 min"),
        ([FAILING_WITHOUT_SUCCESS] * 12 + [NEVER] * 4, 3_000, "failing", "12 of 16 failing here"),
        ([], 3_000, "never", "Not seen yet"),
    ],
)
def test_the_badge_says_the_worst_state_and_the_oldest_age(
    browser: Browser, sources: list[Any], now: int, state: str, text: str
) -> None:
    found = badge(browser, sources, now)
    assert (found["state"], found["text"]) == (state, text)


def test_when_nothing_arrives_the_badge_turns_late_and_then_stale(browser: Browser) -> None:
    sources = [[0, 10**9, 10**9, False]]  # a source that may be old by itself
    assert badge(browser, sources, 14_000, 14_000)["state"] == "fresh"
    assert badge(browser, sources, 16_000, 16_000)["state"] == "late"
    assert badge(browser, sources, 61_000, 61_000)["state"] == "stale"
    assert badge(browser, sources, 61_000, 61_000, live=False)["state"] == "past"


def test_at_a_past_moment_nothing_is_called_fresh(browser: Browser) -> None:
    """A green "Fresh · 51 min" stood beside "You are looking at the past"."""
    found = badge(browser, [FRESH], 3_000, live=False)
    assert (found["state"], found["text"]) == ("past", "Past · 3 s")
    assert badge(browser, [FRESH], 20_000, live=False)["text"] == "Late · 20 s"
    assert badge(browser, [FRESH, FAILING], 3_000, live=False)["state"] == "failing"


def test_a_busy_server_makes_the_badge_say_so_unless_something_is_worse(browser: Browser) -> None:
    found = badge(browser, [FRESH], 3_000, behind=9)
    assert (found["state"], found["text"], found["isBusy"]) == ("late", "Busy · 3 s", True)
    assert badge(browser, [FRESH, FAILING], 3_000, behind=9)["text"] == "1 of 2 failing here · 3 s"
    assert badge(browser, [FRESH], 3_000, 20_000, behind=9)["text"] == "Late · 3 s"


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_moves_while_the_badge_counts(browser: Browser, stack: Stack, size: tuple[int, int]) -> None:
    refreshed(stack.server.database, stack.account)
    with tab(browser, size) as page:
        observe(page)
        page.add_init_script(
            "window.later = 0; const now = Date.now.bind(Date); Date.now = () => now() + window.later * 1000"
        )
        opened(page, stack.site.url, "Overview")
        loaded = shift_of(page)
        counted = page.locator(".age .words")
        for seconds, words in ((12, r"\d\d s"), (90, "1 min"), (2790, "4\\d min")):
            assert re.search(words, counted.evaluate(_COUNT, seconds))
            assert shift_of(page) == loaded


_COUNT = """(words, seconds) => {
    window.later = seconds;
    document.dispatchEvent(new Event("visibilitychange"));
    return words.textContent;
}"""
