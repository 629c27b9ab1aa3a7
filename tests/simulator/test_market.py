"""Prices, the record of them, and the clock."""

from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from simulator.clock import DAY, HOUR, MINUTE, Clock
from simulator.exchange import Exchange
from simulator.instruments import COINS, INSTRUMENTS
from simulator.prices import past_and_walk
from simulator.tape import TIMEFRAMES, Tape

START = 1_790_035_200_000 // DAY * DAY


def tape(days: int = 3) -> Tape:
    past, _ = past_and_walk(COINS, INSTRUMENTS, days * 1440, 7)
    return Tape(past, START)


def test_the_past_ends_at_todays_usual_prices() -> None:
    past, _ = past_and_walk(COINS, INSTRUMENTS, 1440, 7)
    usual = {coin.name: coin.level for coin in COINS}
    for number, book in enumerate(INSTRUMENTS):
        expected = usual[book.base] / usual[book.quote]
        assert past[number, -1] * float(book.tick) == pytest.approx(expected, rel=0.01)


def test_coins_move_together_and_the_books_of_a_coin_stay_close() -> None:
    past, _ = past_and_walk(COINS, INSTRUMENTS, 20 * 1440, 7)
    number = {book.name: number for number, book in enumerate(INSTRUMENTS)}
    hourly = np.diff(np.log(past[:, ::60].astype(float)), axis=1)
    together = np.corrcoef(hourly[number["BTC_USD"]], hourly[number["ETH_USD"]])[0, 1]
    assert 0.6 < together < 0.95
    ratio = past[number["BTC_USDT"]] / past[number["BTC_USD"]]
    assert abs(ratio - 1).max() < 0.01
    assert ratio.std() > 0


def test_a_days_volatility_is_that_of_the_coin() -> None:
    past, _ = past_and_walk(COINS, INSTRUMENTS, 90 * 1440, 7)
    daily = np.diff(np.log(past[0, ::1440].astype(float)))
    assert 0.012 < daily.std() < 0.04


@pytest.mark.parametrize("timeframe", list(TIMEFRAMES))
def test_candles_cover_their_time_without_gap_and_hold_their_prices(timeframe: str) -> None:
    candles = tape().candles(0, timeframe, 0, START + 3 * DAY, 300)
    assert candles
    for candle in candles:
        assert candle.low <= min(candle.first, candle.last) <= max(candle.first, candle.last) <= candle.high
    for before, after in pairwise(candles):
        assert after.first == before.last
        if TIMEFRAMES[timeframe]:
            assert after.at - before.at == TIMEFRAMES[timeframe]


def test_candles_of_an_hour_are_made_of_its_minutes() -> None:
    record = tape()
    hour = record.candles(3, "1h", START + 5 * HOUR, START + 6 * HOUR, 300)
    minutes = record.candles(3, "1m", START + 5 * HOUR, START + 6 * HOUR, 300)
    assert (len(hour), len(minutes)) == (1, 60)
    assert hour[0].high == max(candle.high for candle in minutes)
    assert hour[0].low == min(candle.low for candle in minutes)
    assert (hour[0].first, hour[0].last) == (minutes[0].first, minutes[-1].last)


def test_minutes_that_nobody_saw_repeat_the_last_price() -> None:
    record = tape()
    record.record([5] * len(INSTRUMENTS), record.end + 3 * MINUTE)
    newest = record.candles(0, "1m", 0, record.end + MINUTE, 3)
    assert newest[0].first == newest[0].last == newest[1].last
    assert newest[2].last == 5


def test_time_can_run_faster_than_the_wall_clock() -> None:
    seconds = [1_000.0]
    clock = Clock(speed=60, wall=lambda: seconds[0])
    seconds[0] += 2
    assert (clock.now(), clock.wall()) == (1_120_000, 1_002_000)


def test_time_can_be_moved_ahead_but_not_back() -> None:
    clock = Clock(wall=lambda: 1_000.0)
    clock.advance(60)
    assert (clock.now(), clock.wall()) == (1_060_000, 1_000_000)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)


def test_a_frozen_market_stands_still_and_does_not_make_up_for_it() -> None:
    seconds = [1_790_000_000.0]
    exchange = Exchange(Clock(wall=lambda: seconds[0]), seed=1, days=1)
    exchange.fast_forward()
    exchange.catch_up()
    exchange.freeze(True)
    before = dict(exchange.engine.prices)
    seconds[0] += 3600
    exchange.catch_up()
    assert exchange.engine.prices == before
    exchange.freeze(False)
    assert exchange.engine.prices == before
    seconds[0] += 5
    exchange.catch_up()
    assert exchange.engine.prices != before
    assert exchange.at == exchange.clock.now()


def test_a_price_can_be_set_and_takes_the_other_books_of_the_coin_along() -> None:
    exchange = Exchange(Clock(), seed=1, days=1)
    exchange.fast_forward()
    exchange.set_price("BTC_USD", Decimal("123456.78"))
    assert exchange.price("BTC_USD") == Decimal("123456.78")
    assert exchange.price("BTC_USDT") == pytest.approx(Decimal(123_500), rel=Decimal("0.01"))
