"""The rates of a moment: exact before near before assumed before unknown."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candles import Candle
from domain.moment_rates import FoundRate, KnownPrice, PriceHistory, RateSource, known_of_candle
from tests.factories import NOON, later, price

MINUTE, HOUR = 60, 3600


def seen(symbol: str, last: str, since: float, until: float | None = None, **values: object) -> KnownPrice:
    """A price that was seen between these seconds after NOON."""
    return KnownPrice(price(symbol, last, **values), later(since), later(since if until is None else until))


def candle(symbol: str, opened: str, closed: str, at: float, timeframe: str = "1h") -> tuple[KnownPrice, ...]:
    first, last = Decimal(opened), Decimal(closed)
    row = Candle(symbol, timeframe, later(at), first, max(first, last), min(first, last), last)
    return known_of_candle(row, *symbol.split("/"))


def found(value: str | None, source: str, at: float | None = None) -> FoundRate:
    return FoundRate(None if value is None else Decimal(value), RateSource(source), None if at is None else later(at))


@pytest.mark.parametrize("at", [0, 1, 2 * HOUR, 5 * HOUR])
def test_a_price_that_stood_still_for_five_hours_is_known_throughout(at):
    history = PriceHistory([seen("EUR/USD", "1.10", 0, 5 * HOUR)])
    assert history.found("EUR", "USD", later(at)) == found("1.10", "minute", at)


def test_it_is_near_for_an_hour_before_and_after_and_unknown_then():
    history = PriceHistory([seen("EUR/USD", "1.10", 0, 5 * HOUR)])
    assert history.found("EUR", "USD", later(-HOUR)) == found("1.10", "near", 0)
    assert history.found("EUR", "USD", later(6 * HOUR)) == found("1.10", "near", 5 * HOUR)
    for at in (-HOUR - 1, 6 * HOUR + 1):
        assert history.found("EUR", "USD", later(at)) == found(None, "unknown")


@pytest.mark.parametrize(("at", "value", "time"), [(40, "1", 0), (50, "1", 0), (51, "2", 100), (99, "2", 100)])
def test_the_nearest_price_on_either_side_counts_and_the_earlier_one_of_two(at, value, time):
    history = PriceHistory([seen("BTC/USD", "1", -30, 0), seen("BTC/USD", "2", 100, 130)])
    assert history.found("BTC", "USD", later(at)) == found(value, "near", time)


@pytest.mark.parametrize(
    ("at", "value", "source", "time"),
    [
        (0, "10", "minute", 0), (25 * MINUTE, "10", "near", 0), (35 * MINUTE, "20", "near", HOUR),
        (HOUR, "30", "minute", HOUR), (2 * HOUR, "40", "minute", 2 * HOUR), (3 * HOUR, "40", "near", 2 * HOUR),
    ],
)  # fmt: skip
def test_a_candle_of_an_hour_is_known_at_its_two_ends(at, value, source, time):
    candles = [*candle("BTC/USD", "10", "20", 0), *candle("BTC/USD", "30", "40", HOUR)]
    assert PriceHistory([], candles).found("BTC", "USD", later(at)) == found(value, source, time)


def test_the_candle_of_the_minute_comes_before_a_nearer_end_of_an_hour():
    candles = [*candle("BTC/USD", "10", "20", 0), *candle("BTC/USD", "11", "12", MINUTE, "1m")]
    history = PriceHistory([], candles)
    assert history.found("BTC", "USD", later(119.9)) == found("11", "minute", 119.9)
    assert history.found("BTC", "USD", later(120)).source == RateSource.NEAR


def test_a_price_that_was_seen_comes_before_a_candle_of_the_same_minute():
    candles = candle("BTC/USD", "10", "20", 0)
    assert PriceHistory([seen("BTC/USD", "15", -60, 60)], candles).found("BTC", "USD", NOON) == found("15", "minute", 0)


def test_a_candle_nearby_comes_before_a_price_that_was_seen_farther_away():
    history = PriceHistory([seen("BTC/USD", "15", -600)], candle("BTC/USD", "10", "20", 0))
    assert history.found("BTC", "USD", later(300)) == found("10", "near", 0)


def test_a_halted_market_has_no_price():
    halted = [seen("BTC/USD", "7", 0, 60, is_active=False), seen("BTC/USD", "9", -600)]
    assert PriceHistory(halted).found("BTC", "USD", later(30)) == found("9", "near", -600)


def test_the_currency_itself_needs_no_price():
    assert PriceHistory([]).found("BTC", "BTC", NOON) == found("1", "same")


def test_a_rate_over_several_books_is_as_uncertain_as_the_worst_of_them_and_as_old():
    prices = [seen("SOL/USDT", "200", 0, 60), seen("USDT/USD", "0.5", -600), seen("EUR/USDT", "1", -900)]
    history = PriceHistory(prices)
    assert history.found("SOL", "USDT", later(30)) == found("200", "minute", 30)
    assert history.found("SOL", "USD", later(30)) == found("100", "near", -600)
    assert history.found("EUR", "USD", later(30)) == found("0.5", "near", -900)


def test_prices_of_the_minute_come_before_better_books_nearby():
    prices = [
        seen("X/USD", "3", 0, 60, volume=Decimal(10_000)),
        seen("X/USDT", "4", -600, volume=Decimal(9_000_000)),
        seen("USDT/USD", "1", 0, 60, volume=Decimal(9_000_000)),
    ]
    assert PriceHistory(prices).found("X", "USD", later(30)) == found("3", "minute", 30)


def test_a_dollar_coin_without_a_price_is_assumed_and_says_so():
    history = PriceHistory([seen("SOL/USDT", "200", 0, 60)])
    assert history.found("USDT", "USD", NOON) == found("1", "assumed")
    assert history.found("SOL", "USD", NOON) == found("200", "assumed", 0)
    assert history.at(NOON).market_rate("SOL", "USD") is None
    assert history.found("EUR", "USD", NOON) == found(None, "unknown")


def test_a_price_nearby_comes_before_an_assumed_dollar():
    history = PriceHistory([seen("SOL/USDT", "200", 0, 60), seen("USDT/USD", "0.8", 600)])
    assert history.found("SOL", "USD", later(30)) == found("160.0", "near", 600)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), st.integers(1, 9)), max_size=8, unique_by=lambda s: s[0]),
    st.lists(st.integers(-5, 30), min_size=1, max_size=20),
)
def test_any_moment_has_the_price_that_a_search_through_all_of_them_finds(spans, moments):
    """Spans of twenty minutes that do not overlap: start, length and price."""
    unit = timedelta(minutes=20)
    spans = sorted(spans)
    ends = [*(start for start, *_ in spans[1:]), 10**6][: len(spans)]
    spans = [
        (start, min(start + length, end - 1), last) for (start, length, last), end in zip(spans, ends, strict=True)
    ]
    history = PriceHistory([KnownPrice(price(last=str(p)), NOON + s * unit, NOON + e * unit) for s, e, p in spans])
    for moment in moments:
        distances = [(max(s - moment, moment - e, 0), s, p) for s, e, p in spans]
        expected = min((row for row in distances if row[0] <= 3), default=None)
        result = history.found("BTC", "USD", NOON + moment * unit)
        assert result.value == (None if expected is None else expected[2])
        assert result.source == ("unknown" if expected is None else "near" if expected[0] else "minute")


def test_a_contract_prices_a_coin_without_a_spot_book():
    history = PriceHistory([seen("XYZ/USDT:USDT", "7", 0), seen("USDT/USD", "1", 0)])
    assert history.found("XYZ", "USD", later(0)) == found("7", "minute", 0)


def test_a_spot_book_that_was_seen_near_comes_before_a_contract_of_the_minute():
    history = PriceHistory([seen("XYZ/USD:USD", "7", 0), seen("XYZ/USD", "6", -300)])
    assert history.found("XYZ", "USD", later(0)) == found("6", "near", -300)
