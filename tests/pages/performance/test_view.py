"""The view of Performance: figures, tables, links and the calendar."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from db.reads.daily_income import DailyIncome
from db.reads.performance import Performance
from domain.attribution import Attribution, Line, PriceEffect
from domain.benchmarks import HELD, Benchmark
from domain.performance import PeriodReturn, chained, risk_days
from domain.risk import drawdowns
from domain.spans import Span
from pages.components.chart.model import milliseconds
from pages.performance.calendar import calendar_html
from pages.performance.drill_down import bounds_of, coin_links, line_links, rows_of_coins, rows_of_periods
from pages.performance.figures import drawdown_chart, growth_chart, income_chart
from pages.performance.view import (
    Grouping,
    attribution_frame,
    benchmark_kpis,
    coins_frame,
    deepest_of,
    grouped,
    kpis_of,
    lines_of,
    period_words,
    periods_frame,
)
from pages.performance.waterfall import waterfall_html
from pages.shared.formats import MASK, UNKNOWN
from pages.shared.performance import thinned
from pages.shared.period import Period
from pages.shared.period import Span as ListSpan
from pages.shared.view import ZONE_UTC, View
from tests.factories import NOON

VIEW = View(zone=ZONE_UTC, currency="USD")
MONDAY = date(2026, 11, 2)
ON_MONDAY = (("period", "Custom"), ("from", "2026-11-02"), ("to", "2026-11-02"))


def day(number: int, gain: str | None, fraction: str | None, flows: str = "0") -> PeriodReturn:
    gained, growth = (None if text is None else Decimal(text) for text in (gain, fraction))
    return PeriodReturn(MONDAY + timedelta(days=number), gained, Decimal(flows), growth)


# 100 grow to 110, fall to 99, and stay.
DAYS = (day(0, "10", "0.1"), day(1, "-11", "-0.1"), day(2, "0", "0"))
MOMENTS = tuple(NOON + timedelta(days=n) for n in range(4))
FOUND = Performance(MOMENTS, Span("USD", (), ()), DAYS, MOMENTS[0])


def texts(found: Performance) -> dict[str, str]:
    return {kpi.label: kpi.value for kpi in kpis_of(found, VIEW)}


def test_headline_figures_are_of_the_whole_period() -> None:
    told = texts(FOUND)
    assert (told["Gain"], told["Time-weighted return"]) == ("−$1.00", "▼ −1.00 %")
    assert (told["Deepest drawdown"], told["Best day"], told["Worst day"]) == ("−10.0 %", "+10.0 %", "−10.0 %")


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ((0, 0.2, 0.4), "less than an hour"),
        ((0, 0.5, 1), "1 hour"),
        ((0, 3, 24), "24 hours"),  # over two dates
        ((0, 23, 47), "47 hours"),  # two full days around the night to summer time
        ((0, 24, 48), "2 days"),
        ((0, 24, 7 * 24), "7 days"),
    ],
)
def test_a_drawdown_lasts_no_longer_than_its_period(hours: tuple[float, ...], words: str) -> None:
    moments = tuple(NOON + timedelta(hours=number) for number in hours)
    found = Performance(moments, Span("USD", (), ()), (day(0, "-1", "-0.1"), day(1, "0", "0")), moments[0])
    kpis = {kpi.label: kpi for kpi in kpis_of(found, VIEW)}
    assert kpis["Deepest drawdown"].note == f"{words} · not recovered yet"


def test_days_that_are_not_full_count_in_returns_and_drawdown_alone() -> None:
    days = tuple(replace(row, is_full=number > 1) for number, row in enumerate(DAYS))
    kpis = {kpi.label: kpi for kpi in kpis_of(Performance(MOMENTS, Span("USD", (), ()), days, MOMENTS[0]), VIEW)}
    assert (kpis["Deepest drawdown"].value, kpis["Time-weighted return"].value) == ("−10.0 %", "▼ −1.00 %")
    assert (kpis["Best day"].value, kpis["Worst day"].value) == ("0.00 %", "0.00 %")
    for label in ("Volatility", "Sharpe", "Sortino"):
        assert (kpis[label].value, kpis[label].why) == (
            UNKNOWN,
            "Fewer than two known days from midnight to midnight",
        )


def test_without_a_full_day_no_day_is_best() -> None:
    days = tuple(replace(row, is_full=False) for row in DAYS)
    kpis = {kpi.label: kpi for kpi in kpis_of(Performance(MOMENTS, Span("USD", (), ()), days, MOMENTS[0]), VIEW)}
    assert {kpis[label].value for label in ("Best day", "Worst day")} == {UNKNOWN}
    assert kpis["Best day"].why == "No known day from midnight to midnight"


def test_one_unknown_day_leaves_the_total_unknown_and_never_zero() -> None:
    told = texts(
        Performance(MOMENTS, Span("USD", (), None, why="not known yet"), (day(0, None, None), *DAYS[1:]), NOON)
    )
    assert (told["Gain"], told["Time-weighted return"], told["Money-weighted return"]) == (UNKNOWN, UNKNOWN, UNKNOWN)


def test_periods_are_listed_newest_first() -> None:
    frame = periods_frame(DAYS, Grouping.DAY, "USD", hidden=False)
    assert list(frame["Period"]) == ["4 Nov 2026", "3 Nov 2026", "2 Nov 2026"]
    assert [text.strip() for text in frame["Gain"]] == ["0", "−11.00", "+10.00"]
    month = periods_frame(DAYS, Grouping.MONTH, "USD", hidden=False)
    assert (list(month["Period"]), [text.strip() for text in month["Gain"]]) == (["Nov 2026"], ["−1.00"])


def test_hidden_amounts_reach_neither_tables_nor_figures_nor_the_calendar() -> None:
    hidden = View(zone=ZONE_UTC, hide_amounts=True)
    assert set(periods_frame(DAYS, Grouping.DAY, "USD", hidden=True)["Gain"]) == {MASK}
    assert "11" not in calendar_html(DAYS, hidden).replace(">11<", "").replace("2026-11", "")
    bars = waterfall_html([("Prices", Decimal(-1234)), ("Rest", Decimal(0))], "USD", VIEW.inks, hidden=True)
    assert "234" not in bars
    assert MASK in bars


def test_a_benchmark_says_how_much_the_return_is_ahead() -> None:
    btc, held = Benchmark("BTC", MOMENTS, (Decimal(0), Decimal("0.2"))), Benchmark(HELD, MOMENTS, (None, None))
    of_btc, of_held = benchmark_kpis((btc, held), Decimal("0.3"))
    assert (of_btc.label, of_btc.value, of_btc.note) == ("BTC held", "+20.0 %", "10.00 points ahead")
    assert (of_held.label, of_held.value, of_held.note) == ("What I held then", UNKNOWN, "")


def test_the_lines_and_the_rest_add_up_to_the_change() -> None:
    effect = PriceEffect("BTC", Decimal(20), Decimal(1), Decimal(5))
    found = Attribution(
        Decimal(30), {Line.PRICES: Decimal(21), Line.FEES: Decimal(-1)}, (effect,), trade_fees=Decimal(-1)
    )
    assert lines_of(found) == [("Prices", 21), ("Trade fees", -1), ("Rest", 10)]
    frame = attribution_frame(found, {"Trade fees": "fills?x"}, "USD", hidden=False)
    assert list(frame["Rows"].fillna("")) == ["", "fills?x", "", ""]
    assert [text.strip() for text in frame["Amount"]] == ["+21.00", "−1.00", "+10.00", "+30.00"]
    coins = coins_frame(found, {"BTC": "fills?x"}, "USD", hidden=False)
    assert (coins["Coin"][0], coins["Price effect"][0].strip(), coins["Rows"][0]) == ("BTC", "+21.00", "fills?x")


def test_fees_of_trades_and_of_transfers_are_two_lines_of_the_change() -> None:
    """Trades paid 3, a withdrawal paid 2. Together they are the fees of the API."""
    found = Attribution(Decimal(-5), {Line.FEES: Decimal(-5)}, trade_fees=Decimal(-3))
    assert lines_of(found) == [("Trade fees", -3), ("Transfer fees", -2), ("Rest", 0)]


def test_an_older_first_value_is_named_beside_the_begin_of_the_period() -> None:
    """It may be hours older where the past is thinned. The period begins where the viewer chose."""
    span = Span("USD", (), (), seen_at={MOMENTS[0]: NOON - timedelta(hours=3)})
    assert (
        period_words(Performance(MOMENTS, span, DAYS, MOMENTS[0]), ZONE_UTC)
        == "1 Nov 2026, 12:00:00 UTC to 4 Nov 2026, 12:00:00 UTC. Its first net value is of 1 Nov 2026, 09:00:00 UTC."
    )
    assert period_words(FOUND, ZONE_UTC) == "1 Nov 2026, 12:00:00 UTC to 4 Nov 2026, 12:00:00 UTC."


def test_a_coin_leads_to_the_fills_of_all_its_markets_in_the_period() -> None:
    links = coin_links(["BTC", "XRP"], ["BTC/USD", "ETH/BTC", "SOL/USD"], ON_MONDAY, VIEW)
    assert links == {
        "BTC": "fills?period=Custom&from=2026-11-02&to=2026-11-02"
        "&fill_symbol=BTC%2FUSD&fill_symbol=ETH%2FBTC&currency=USD"
    }


def test_figures_lead_to_lists_of_the_same_period() -> None:
    """A rolling period has the same begin in lists. One that begins with the first value has its days."""
    week = ListSpan(MOMENTS[0] + timedelta(hours=1))
    whole = replace(FOUND, begin=week.since or NOON)
    assert bounds_of(Period.WEEK, week, whole) == [("period", "7 d")]
    days = [("period", "Custom"), ("from", "2026-11-02"), ("to", "2026-11-04")]
    assert bounds_of(Period.WEEK, week, FOUND) == days
    assert bounds_of(Period.TODAY, week, whole) == days


def test_lines_lead_to_their_rows_in_the_period() -> None:
    lines = {Line.PRICES: Decimal(9), Line.FLOWS: Decimal(5), Line.FUNDING: Decimal(0)}
    lines |= {Line.FEES: Decimal(-5), Line.CONTRACTS: Decimal(2)}
    found = Attribution(Decimal(11), lines, contracts={"BTC/USD:USD": Decimal(2)}, trade_fees=Decimal(-1))
    period = "period=Custom&from=2026-11-02&to=2026-11-02"
    assert line_links(found, ON_MONDAY, VIEW) == {
        "Deposits and withdrawals": f"transfers?{period}&kind=Deposit&kind=Withdrawal&currency=USD",
        "Trade fees": f"fills?{period}&currency=USD",
        "Transfer fees": f"transfers?{period}&currency=USD",
        "Contracts": f"fills?{period}&fill_symbol=BTC%2FUSD%3AUSD&currency=USD",
    }


def test_a_calendar_has_a_cell_for_each_day_and_a_total_for_each_month() -> None:
    html = calendar_html(DAYS, VIEW)
    assert html.count("<em>") == 3
    assert html.count("<s></s>") == 0  # the first day is a Monday
    assert "<b>Nov 2026</b>" in html
    assert "−$1.00 · ▼ −1.00 %" in html
    assert re.findall(r'title="([^"]*) on (1 day|0 days)"', html)[:3] == [
        ("+$10.00", "1 day"), ("−$11.00", "1 day"), ("$0", "1 day"),
    ]  # fmt: skip


def test_a_calendar_in_btc_shows_returns_because_gains_have_too_many_digits() -> None:
    days = (day(0, "0.00012", "0.0021"), day(7, "0.00012", "0.1"), day(8, "-0.00034", None))
    html = calendar_html(days, View(zone=ZONE_UTC, currency="BTC"))
    cells = re.findall(r"<b[^>]*>([+−–0-9][^<]*)</b>", html)
    assert cells[:3] == ["+0.21%", "+10.0%", "−0.0003"]
    assert cells[3] == "+10.2%", "both Mondays: 1.0021 x 1.1"
    assert "+0.00024000 BTC on 2 days" in html


def test_a_small_gain_of_a_day_is_not_shown_as_zero() -> None:
    html = calendar_html((day(0, "0.04", "0.1"), day(1, "0", "0"), day(2, "0.0012", "0.1")), VIEW)
    assert re.findall(r"<b[^>]*>([+−–0-9][^<]*)</b>", html)[:3] == ["+0.040", "0", "+0.001"]


def test_growth_and_drawdown_follow_the_returns() -> None:
    benchmark = Benchmark("BTC", MOMENTS, (Decimal(0), None, Decimal(1), None))
    you, btc = growth_chart(MOMENTS, DAYS, [benchmark], ZONE_UTC).lines
    assert you.values == pytest.approx([0, 0.1, -0.01, -0.01])
    assert btc.values == [0, None, 1, None]
    assert you.times == btc.times == [milliseconds(moment) for moment in MOMENTS]
    assert [line.name for line in (you, btc)] == ["You", "BTC"]
    (fall,) = drawdown_chart(DAYS, ZONE_UTC, VIEW.inks).lines
    assert fall.values == pytest.approx([0, -0.1, -0.1])


def test_the_deepest_point_of_the_drawdown_is_the_headline_figure() -> None:
    """The figure comes from the list of falls, the area from the index."""
    days = [day(number, "1", fraction) for number, fraction in enumerate(("0.02", "-0.05", "0.01", "-0.07", "0.2"))]
    (fall,) = drawdown_chart(days, ZONE_UTC, VIEW.inks).lines
    deepest = deepest_of(drawdowns(risk_days(days)))
    assert deepest is not None
    assert min(value for value in fall.values if value is not None) == pytest.approx(deepest.depth)


def test_growth_ends_at_the_return_of_the_period() -> None:
    you, *_ = growth_chart(MOMENTS, DAYS, [], ZONE_UTC).lines
    assert you.values[-1] == pytest.approx(float(chained(DAYS).fraction or 0))


def test_an_unknown_day_is_a_gap_in_both_curves() -> None:
    days = (DAYS[0], day(1, None, None), DAYS[2])
    you, *_ = growth_chart(MOMENTS, days, [], ZONE_UTC).lines
    assert you.values == [0.0, pytest.approx(0.1), None, None]
    (fall,) = drawdown_chart(days, ZONE_UTC, VIEW.inks).lines
    assert fall.values == [0.0, None, 0.0]


def test_each_line_of_the_growth_has_a_colour_of_its_own() -> None:
    benchmarks = [Benchmark(name, MOMENTS, (Decimal(0),) * 4) for name in ("BTC", "ETH", HELD, "60 % BTC, 40 % ETH")]
    lines = growth_chart(MOMENTS, DAYS, benchmarks, ZONE_UTC).lines
    assert [line.name for line in lines] == ["You", "BTC", "ETH", "What I held then", "60 % BTC, 40 % ETH"]
    assert len({line.ink for line in lines}) == 5


def test_income_is_stacked_by_day_and_no_amount_is_no_bar() -> None:
    rows = [
        DailyIncome(MONDAY, "trade fees", Decimal(-2)),
        DailyIncome(MONDAY + timedelta(days=1), "trade fees", Decimal(-1)),
        DailyIncome(MONDAY, "funding", Decimal(3)),
    ]
    berlin = ZoneInfo("Europe/Berlin")
    fees, funding = income_chart(rows, "USD", berlin, hidden=False).bars
    assert (fees.name, fees.values, funding.name, funding.values) == ("Trade fees", [-2, -1], "Funding", [3, None])
    midnight = datetime.combine(MONDAY, time(), berlin)
    assert fees.times == funding.times == [milliseconds(midnight), milliseconds(midnight + timedelta(days=1))]


def test_hidden_income_has_its_shape_alone() -> None:
    rows = [DailyIncome(MONDAY, "transfer fees", Decimal(-2)), DailyIncome(MONDAY, "funding", Decimal(4))]
    chart = income_chart(rows, "USD", ZONE_UTC, hidden=True)
    assert [kind.values for kind in chart.bars] == [[-0.5], [1.0]]
    assert (chart.is_masked, chart.unit) == (True, "")


def test_benchmarks_have_few_points_with_both_ends() -> None:
    year = [NOON + timedelta(days=n) for n in range(366)]
    points = thinned(year)
    assert (points[0], points[-1], len(points)) == (year[0], year[-1], 54)
    assert thinned(MOMENTS) == MOMENTS


def test_the_parts_of_a_period_lead_to_their_days_up_to_the_last_one() -> None:
    """From a Wednesday on: the first week ends on Sunday, the last one with the period."""
    days = [replace(FOUND.days[0], day=date(2026, 11, 4) + timedelta(days=n)) for n in range(9)]
    rows = rows_of_periods(grouped(days, Grouping.WEEK), days[-1].day, VIEW)
    assert rows.keys == ["2026-11-09/2026-11-12", "2026-11-04/2026-11-08"]
    assert rows.links[1] == "performance?period=Custom&from=2026-11-04&to=2026-11-08&currency=USD"


def test_a_coin_that_is_gone_has_no_page() -> None:
    rows = rows_of_coins(["BTC", "SOLD"], ("BTC", "ETH"), VIEW)
    assert (rows.keys, rows.links) == (["BTC", "SOLD"], ["coin?coin=BTC&currency=USD", ""])
