"""The shapes, axes and notes of the chart, computed by its own scripts in a browser from what a page sends."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page

from db.reads.daily_income import DailyIncome
from domain.benchmarks import Benchmark
from domain.performance import PeriodReturn
from pages.components.chart.model import Chart, Line, payload_of
from pages.components.payload import unpacked
from pages.performance.figures import drawdown_chart, growth_chart, income_chart
from pages.shared.view import ZONE_UTC, View
from tests.whole.browser.browsing import tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCRIPTS = Path(__file__).resolve().parents[3] / "pages" / "components" / "chart"
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 2)
WIDTH, HEIGHT = 900, 280


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with tab(browser) as page:
        for name in ("scale.js", "axes.js", "shapes.js", "pointer.js"):
            page.add_script_tag(content=(SCRIPTS / name).read_text())
        yield page


def evaluated(page: Page, chart: Chart, expression: str) -> Any:
    """The value of an expression of `chart` and `scale`, as the scripts see them."""
    script = f"(chart) => {{ const scale = scaleOf(chart, {WIDTH}, {HEIGHT}); return {expression}; }}"
    return page.evaluate(script, unpacked(payload_of(chart)))


def days_of(*fractions: str) -> list[PeriodReturn]:
    return [
        PeriodReturn(MONDAY + timedelta(days=n), Decimal(0), Decimal(0), Decimal(fraction))
        for n, fraction in enumerate(fractions)
    ]


def midnights(count: int, step: int = 1) -> tuple[datetime, ...]:
    begin = datetime(MONDAY.year, MONDAY.month, MONDAY.day, tzinfo=UTC)
    return tuple(begin + timedelta(days=n * step) for n in range(count))


def growth(btc: str = "-0.0125") -> Chart:
    """You gain 10 %, then lose 10 %. BTC is known at the begin and the end."""
    benchmark = Benchmark("BTC", midnights(2, step=2), (Decimal(0), Decimal(btc)))
    return growth_chart(midnights(3), days_of("0.1", "-0.1"), [benchmark], ZONE_UTC)


def note(page: Page, chart: Chart, at: datetime) -> list[str]:
    lines: list[list[str]] = evaluated(page, chart, f"noteAt(chart, scale, {at.timestamp() * 1000}).lines")
    return [line[0] for line in lines]


def test_the_note_has_the_values_of_all_lines_and_the_day_of_one_that_is_from_another(page: Page) -> None:
    chart = growth()
    assert note(page, chart, midnights(3)[2]) == ["Wed 4 Nov, 00:00", "You −1.00 %", "BTC −1.25 %"]
    assert note(page, chart, midnights(3)[1]) == ["Tue 3 Nov, 00:00", "You +10.00 %", "BTC −1.25 % (4 Nov)"]


def test_the_last_values_stand_on_the_axis_and_never_over_each_other(page: Page) -> None:
    for btc in ("-0.0125", "-0.0101", "5"):
        ends = evaluated(page, growth(btc), "placedEnds(chart, scale)")
        assert "−1.00 %" in [end["text"] for end in ends]
        places = sorted(end["place"] for end in ends)
        assert places[1] - places[0] >= 13
        assert 0 < places[0] < places[1] <= HEIGHT - 22


def test_a_drawdown_hangs_below_zero(page: Page) -> None:
    chart = drawdown_chart(days_of("0.1", "-0.1", "0"), ZONE_UTC, View().inks)
    low, high = evaluated(page, chart, "valueRange(chart)")
    assert high == 0
    assert -0.12 < low < -0.1
    path, zero = evaluated(page, chart, "[areaPath(chart.lines[0], scale, scale.y(0)), scale.y(0)]")
    assert path.startswith("M4.0 ")
    assert path.endswith(f" {json.dumps(zero)}Z")
    assert note(page, chart, midnights(2)[1]) == ["Tue 3 Nov", "−10.00 %"]


def test_bars_of_a_day_are_stacked_from_zero(page: Page) -> None:
    """Fees of 2 and interest of 1 were paid, and funding of 3 came in."""
    rows = [DailyIncome(MONDAY, kind, Decimal(amount)) for kind, amount in
            (("trade fees", -2), ("funding", 3), ("interest", -1))]  # fmt: skip
    chart = income_chart(rows, "USD", ZONE_UTC, hidden=False)
    assert evaluated(page, chart, "stackEnds(chart.bars)") == [3, -3]
    assert note(page, chart, midnights(1)[0]) == [
        "Mon 2 Nov",
        "Trade fees −2.00 USD",
        "Funding +3.00 USD",
        "Interest −1.00 USD",
    ]
    script = """barShapes(chart.bars, scale).map((path) => {
        const [, top, , bottom] = path.getAttribute("d").match(/M\\S+ ([\\d.]+)H([\\d.]+)V([\\d.]+)/);
        return [scale.low, scale.high, scale.plotHeight, Number(bottom) - Number(top)];
    })"""
    low, high, height = evaluated(page, chart, script)[0][:3]
    heights = [shape[3] / height * (high - low) for shape in evaluated(page, chart, script)]
    assert heights == pytest.approx([2, 3, 1], abs=0.05)


def test_hidden_amounts_are_masked_in_the_note(page: Page) -> None:
    chart = income_chart([DailyIncome(MONDAY, "trade fees", Decimal(-2))], "USD", ZONE_UTC, hidden=True)
    assert note(page, chart, midnights(1)[0]) == ["Mon 2 Nov", "Trade fees ••••"]


def test_months_begin_at_midnight_of_the_zone_in_summer_and_winter(page: Page) -> None:
    year = [PeriodReturn(date(2026, 1, 10) + timedelta(days=n), None, Decimal(0), Decimal(0)) for n in range(330)]
    chart = drawdown_chart(year, BERLIN, View().inks)
    times = evaluated(page, chart, "monthBegins(chart, scale, 12)")
    expected = [datetime(2026, month, 1, tzinfo=BERLIN).timestamp() * 1000 for month in range(2, 13)]
    assert [time for time in times if time >= expected[0]] == expected


def test_days_begin_at_midnight_of_the_zone_across_the_end_of_summer(page: Page) -> None:
    days = [PeriodReturn(date(2026, 10, 20) + timedelta(days=n), None, Decimal(0), Decimal(0)) for n in range(10)]
    chart = drawdown_chart(days, BERLIN, View().inks)
    times = evaluated(page, chart, "roundTimes(chart, scale, DAY)")
    local = [datetime.fromtimestamp(time / 1000, BERLIN) for time in times]
    assert [(moment.day, moment.hour) for moment in local] == [(day, 0) for day in range(20, 30)]


def test_a_percent_axis_has_no_more_decimals_than_its_steps(page: Page) -> None:
    values = {(0.05, 0.05): "5 %", (-0.025, 0.025): "−2.5 %", (0.002, 0.001): "0.2 %", (1.5, 0.5): "150 %"}
    for (value, step), text in values.items():
        assert evaluated(page, growth(), f"axisText(chart, {value}, {step})") == text


def test_an_arrow_key_on_a_chart_without_a_value_does_nothing(page: Page) -> None:
    """The curve of an account without a net value has no line. The key threw an error."""
    key = "onArrow({ chart }, { key: 'ArrowLeft', preventDefault: () => {} }) ?? 'nothing'"
    assert evaluated(page, Chart("Net value", "UTC"), key) == "nothing"
    assert evaluated(page, Chart("Net value", "UTC", lines=[Line("", [], [])]), key) == "nothing"


ENDS = """(chart) => {
    const root = Object.assign(document.createElement("div"), { className: "sf-chart" });
    root.style.setProperty("--letters", 1);
    root.style.setProperty("--st-text-color", "#111111");
    root.style.setProperty("width", "390px");
    document.body.append(root);
    const [picture] = drawn(chart, 390, 280, 1);
    root.append(picture);
    return [...picture.querySelectorAll("text.end")].map((end) =>
        [getComputedStyle(end).fontSize, end.getBoundingClientRect().right <= picture.getBoundingClientRect().right]);
}"""


def test_the_values_at_the_ends_of_lines_are_as_small_as_those_of_the_axis_and_not_cut(browser: Browser) -> None:
    with tab(browser) as page:
        for name in ("scale.js", "axes.js", "levels.js", "shapes.js", "pointer.js"):
            page.add_script_tag(content=(SCRIPTS / name).read_text())
        page.add_style_tag(content=(SCRIPTS / "chart.css").read_text())
        ends = page.evaluate(ENDS, unpacked(payload_of(growth("0.0999"))))
    assert ends == [["11px", True]] * 2
