"""Fills of a contract that is no longer listed: ccxt takes its name for that of the spot market."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.markets import MarketType
from tests.exchanges.harness import fills_of, swap, venues

# Where contracts count in coins, the amount is in the coin. Else the size of the contract is unknown.
COINS = [swap("ETH/USDT:USDT", "ETHUSDT")]
CONTRACTS = [swap("ETH/USDT:USDT", "ETH_USDT", size="0.01")]


@pytest.mark.parametrize(
    ("exchange", "source", "others", "symbol", "amount"),
    [
        ("bybit", "fills:linear-all", COINS, "BTC/USDT:USDT", "0.5"),
        ("gate", "fills:swap-usdt", CONTRACTS, "BTC_USDT", "500"),
        ("blofin", "fills:all", CONTRACTS, "BTC-USDT", "500"),
        ("xt", "fills:linear", CONTRACTS, "btc_usdt", "500"),
    ],
)
def test_a_fill_of_a_delisted_contract_is_no_trade_of_the_spot_market(exchange, source, others, symbol, amount):
    venue = next(venue for venue in venues() if venue.exchange == exchange)
    case = next(case for case in venue.fills if case.source == source)
    spot = [market for market in venue.markets if market["spot"]]
    fills, _ = fills_of(replace(venue, markets=[*spot, *others]), case)
    assert fills
    for fill in fills:
        assert (fill.symbol, fill.market_type, fill.amount) == (symbol, MarketType.UNKNOWN, Decimal(amount))
        assert fill.base == ("BTC" if ":" in symbol else None)
        assert fill.key.partition("/")[0] == fill.exchange_symbol
