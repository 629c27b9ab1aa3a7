"""Candles of the pages: those that arrive later are shown, although their place was empty before."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from db.writes.candles import write_candle_part
from domain.candle_ranges import CandleRange
from domain.candles import Candle
from domain.timeframes import opened_before
from pages.shared.caches import CACHED
from pages.shared.market_data import load_candles
from tests.pages.conftest import Pages
from tests.pages.factories import configured

HOUR = timedelta(hours=1)


def test_candles_that_arrive_later_fill_a_place_that_was_empty(pages: Pages) -> None:
    venue = configured(pages.writer).venue
    until = opened_before(datetime.now(UTC), "1h") - HOUR  # they closed long ago, so their answer is kept
    as_of = until + timedelta(minutes=30)
    assert load_candles(venue, "BTC/USD", "1h", 3, as_of) == ()
    rows = [
        Candle("BTC/USD", "1h", until - n * HOUR, Decimal(1), Decimal(2), Decimal(1), Decimal(2), Decimal(n))
        for n in (3, 2, 1)
    ]
    write_candle_part(pages.writer, venue, CandleRange("BTC/USD", "1h", rows[0].at, until), rows)
    CACHED["pages.shared.market_figures.range_version"].clear()  # it is looked up every five seconds
    assert [candle.at for candle in load_candles(venue, "BTC/USD", "1h", 3, as_of)] == [row.at for row in rows]
