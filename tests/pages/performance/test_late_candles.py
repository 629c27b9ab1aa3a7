"""Benchmarks of a past moment follow candles that arrive after the page was first opened."""

from datetime import timedelta
from decimal import Decimal

from db.writes.candles import write_candle_part
from domain.candle_ranges import CandleRange
from domain.candles import Candle
from domain.timeframes import opened_before
from pages.shared.caches import CACHED
from pages.shared.loaders import load_scene
from pages.shared.performance import load_benchmarks
from pages.shared.view import View
from tests.factories import balance
from tests.pages.conftest import Pages
from tests.pages.drawn_tables import payloads_of
from tests.pages.factories import ago, configured, seen
from tests.pages.performance.test_page import figure, opened, three_days

HOUR = timedelta(hours=1)


def test_a_benchmark_of_the_past_follows_candles_that_arrive_later(pages: Pages) -> None:
    """ETH stands at 100 around the first moment, and at 150 around the last one: a gain of one half."""
    account = configured(pages.writer)
    until = opened_before(ago(hours=9), "1h")
    moments = (until - 2 * HOUR, until)
    for moment in moments:
        seen(pages.writer, account, moment, balances=[balance("USD", "10")], prices=[])
    scene = load_scene(View(as_of=until + timedelta(minutes=10)))

    def fraction() -> Decimal | None:
        (ether,) = (benchmark for benchmark in load_benchmarks(scene, moments) if benchmark.name == "ETH")
        return ether.fraction

    assert fraction() is None
    closes = {-4: 100, -3: 100, -2: 100, -1: 150, 0: 150}
    rows = [
        Candle("ETH/USD", "1h", until + n * HOUR, *(Decimal(close),) * 4, Decimal(1)) for n, close in closes.items()
    ]
    write_candle_part(pages.writer, account.venue, CandleRange("ETH/USD", "1h", until - 4 * HOUR, until + HOUR), rows)
    CACHED["pages.shared.market_figures.range_version"].clear()  # it is looked up every five seconds
    assert fraction() == Decimal("0.5")


def test_the_curve_of_a_benchmark_ends_at_its_figure_when_candles_arrive_later(pages: Pages) -> None:
    """The figure followed the candles, but the curve beside it stayed as it was drawn first."""
    account = three_days(pages)
    until = opened_before(ago(hours=3), "1h")

    def shown() -> tuple[str, float | None]:
        app = opened(pages, period="24 h", as_of=(until + HOUR / 2).isoformat())
        growth, _ = payloads_of(app, "chart")
        (ether,) = (line for line in growth["lines"] if line["name"] == "ETH")
        return figure(app, "ETH held"), ether["values"][-1]

    assert shown() == ("–", None)
    rows = [
        Candle("ETH/USD", "1h", until + n * HOUR, *(Decimal(100 if n < -5 else 150),) * 4, Decimal(1))
        for n in range(-40, 1)
    ]
    write_candle_part(pages.writer, account.venue, CandleRange("ETH/USD", "1h", until - 40 * HOUR, until + HOUR), rows)
    CACHED["pages.shared.market_figures.range_version"].clear()
    assert shown() == ("+50.0 %", 0.5)
