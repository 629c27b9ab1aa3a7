"""The axis of values, computed by the chart's own script in a browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.whole.browser.browsing import tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHART = Path(__file__).resolve().parents[3] / "pages" / "components" / "chart"
COUNTS = """
([lows, spans, height]) => lows.flatMap((low) => spans.map((span) => {
  const step = valueStep(low, low + span, height);
  return Math.floor((low + span) / step) - Math.ceil(low / step) + 1;
}))
"""


@pytest.mark.parametrize("height", [60, 144, 392])
def test_the_axis_has_two_values_at_least_and_no_crowd(browser: Browser, height: int) -> None:
    lows = [-5, 0, 0.0001, 1, 99.5, 198_770, 1e9]
    spans = [scale * 10.0**power for power in range(-2, 6) for scale in (1, 1.3, 1.9, 2.1, 3.9, 4.2, 5.1, 9.9)]
    with tab(browser) as page:
        page.add_script_tag(content=(CHART / "scale.js").read_text())
        counts = page.evaluate(COUNTS, [lows, spans, height])
    assert min(counts) >= 2
    assert max(counts) <= max(6, height / 24)
