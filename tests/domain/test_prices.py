"""Prices: rates between currencies, and rates that are unknown."""

from decimal import Decimal

import pytest

from domain.prices import Rates, price_of_coin
from tests.factories import price

PRICES = [
    price("BTC/USD", "100000"),
    price("ETH/USDT", "4000"),
    price("USDT/USD", "0.5"),
    price("BTC/EUR", "80000"),
    price("DOGE/USD", None, bid=Decimal("0.1"), ask=Decimal("0.3")),
    price("BTC/USD:USD", "1"),
]


@pytest.mark.parametrize(
    ("base", "quote", "rate"),
    [
        ("BTC", "USD", "100000"),
        ("USD", "USD", "1"),
        ("USD", "BTC", "0.00001"),
        ("ETH", "USD", "2000"),
        ("DOGE", "USD", "0.2"),
        ("ETH", "BTC", "0.02"),
        ("ETH", "EUR", "1600"),
    ],
)
def test_a_rate_is_found_directly_inversely_or_over_bridges(base, quote, rate):
    assert Rates(PRICES).rate(base, quote) == Decimal(rate)


def test_a_rate_without_a_market_is_unknown_and_not_zero():
    assert Rates(PRICES).rate("NOPE", "USD") is None


@pytest.mark.parametrize("last", ["0", None, "-1"])
def test_a_price_of_nothing_is_no_price(last):
    assert Rates([price("BTC/USD", last)]).rate("BTC", "USD") is None


def test_a_contract_never_prices_a_coin_that_has_a_spot_book():
    best = price_of_coin({p.symbol: p for p in PRICES}, "BTC")
    assert best is not None
    assert best.symbol == "BTC/USD"


def test_a_coin_priced_at_a_hundred_millionth_keeps_its_digits():
    assert Rates([price("PEPE/USD", "0.00000001")]).rate("PEPE", "USD") == Decimal("0.00000001")
