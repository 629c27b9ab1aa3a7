"""Money: fiat currencies and pegged coins."""

import ccxt
import pytest

from domain.gains import costs_of
from domain.holdings import holdings_of
from domain.money import DOLLARS, EUROS, FIAT, OTHER_PEGGED, is_money
from domain.prices import Rates
from tests.factories import balance, snapshot


@pytest.mark.parametrize("asset", ["KRW", "PLN", "MXN", "IDR", "THB", "NZD", "HKD", "ZAR", "UAH", "INR"])
def test_fiat_currencies_are_money(asset):
    assert is_money(asset)


@pytest.mark.parametrize("asset", ["USDT", "USDC", "USDG", "RLUSD", "USD1", "EURR", "EURC", "EURI", "EURT"])
def test_pegged_coins_are_money(asset):
    assert is_money(asset)


@pytest.mark.parametrize("asset", ["BTC", "ETH", "SOL", "PAXG", "XAUT", "LUNA", "USTC"])
def test_volatile_coins_and_gold_are_not_money(asset):
    assert not is_money(asset)


def test_the_fiat_currencies_that_exchanges_declare_are_money():
    """ccxt carries the lists of two exchanges."""
    declared = {*ccxt.binance().options["legalMoney"], *ccxt.bitget().options["fetchCurrencies"]["fiatCurrencies"]}
    assert len(declared) > 30
    assert declared <= FIAT


def test_no_asset_is_pegged_to_two_currencies():
    lists = (DOLLARS, EUROS, OTHER_PEGGED)
    assert sum(len(names) for names in lists) == len(frozenset().union(*lists))
    assert {"USD"} == DOLLARS & FIAT


def test_money_without_fills_shows_no_cost():
    held = snapshot(balances=[balance("KRW", "1000000"), balance("BTC", "1")])
    costs = costs_of(holdings_of(held, "USD"), {}, Rates([]), "USD")
    assert list(costs) == ["BTC"]
