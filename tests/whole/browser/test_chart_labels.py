"""The labels of levels, placed by the chart's own script in a browser."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.whole.browser.browsing import tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHART = Path(__file__).resolve().parents[3] / "pages" / "components" / "chart"
PLACED = """([values, nouns]) => {
  const scale = { top: 10, plotHeight: 300, plotWidth: 600, letters: 1, y: (value) => 310 - value };
  const levels = values.map((value, at) => ({
    value, label: `Buy ${value}`, ink: "main", noun: nouns[at % nouns.length], price: `${value}`,
  }));
  const groups = groupsOf(levels, scale);
  return [labelPlaces(groups, scale), groups.map((group) => labelOf(group, scale))];
}"""


def placed(browser: Browser, values: list[float], nouns: tuple[str, ...] = ("order",)) -> Any:
    with tab(browser) as page:
        page.add_script_tag(content=(CHART / "levels.js").read_text())
        return page.evaluate(PLACED, [values, list(nouns)])


@pytest.mark.parametrize("values", [[100, 106, 112], [0, 1, 8, 16], [299, 290, 280], [*range(0, 300, 6)], [500, -50]])
def test_labels_are_apart_and_within_the_plot(browser: Browser, values: list[float]) -> None:
    places, _ = placed(browser, values)
    assert all(below - above >= 15 for above, below in pairwise(places))
    assert min(places) >= 10
    assert max(places) <= 310


def test_orders_at_almost_one_price_share_a_label(browser: Browser) -> None:
    assert placed(browser, [100, 102, 200])[1] == ["Buy 200", "2 orders 102 – 100"]
    assert placed(browser, [100, 100, 200])[1] == ["Buy 200", "2 orders 100"]
    assert placed(browser, [100, 102], ("order", "cost"))[1] == ["2 lines 102 – 100"]
    assert placed(browser, [500, 20, -50])[1] == ["↑ Buy 500", "Buy 20", "↓ Buy -50"]


TWICE = """([values, width]) => {
  const scale = { top: 10, plotHeight: 300, plotWidth: width, letters: 2, y: (value) => 310 - value };
  const levels = values.map((value) => ({
    value, label: `Buy ${value} · stop 0.22867 · BTC/USDT`, ink: "main", noun: "order", price: `${value}`,
  }));
  const groups = groupsOf(levels, scale);
  return [labelPlaces(groups, scale), groups.map((group) => fitting(labelOf(group, scale), scale))];
}"""


def test_labels_of_large_letters_are_apart_and_begin_with_the_price(browser: Browser) -> None:
    with tab(browser) as page:
        for script in ("scale.js", "levels.js"):
            page.add_script_tag(content=(CHART / script).read_text())
        places, texts = page.evaluate(TWICE, [[100, 106, 200], 233])
        assert all(below - above >= 30 for above, below in pairwise(places))
        assert texts == ["Buy 200", "Buy 106", "Buy 100"]
        assert page.evaluate(TWICE, [[200], 600])[1] == ["Buy 200 · stop 0.22867 · BTC/USDT"]
