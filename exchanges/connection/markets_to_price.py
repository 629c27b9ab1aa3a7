"""Which prices are wanted: of what is held or ordered, and what joins those coins with money."""

from collections.abc import Iterable

from domain.markets import MarketType
from domain.money import DOLLARS
from domain.prices import BRIDGES
from exchanges.connection.markets import Market
from exchanges.contracts import Wanted


def chosen(listed: Iterable[Market], wanted: Wanted) -> tuple[Market, ...]:
    """The markets whose prices are wanted, each once.

    Money is what values are shown in and what rates are bridged by. A coin without any spot book is priced by its
    contracts.
    """
    markets = [market for market in listed if market.base is not None and market.quote is not None]
    named = [market for market in markets if {market.symbol, market.exchange_symbol} & wanted.symbols]
    money = wanted.display_currencies | DOLLARS | frozenset(BRIDGES)
    coins = wanted.assets | {coin for market in named for coin in (market.base, market.quote)} | money
    spot = [
        market
        for market in markets
        if market.market_type is MarketType.SPOT and market.base in coins and market.quote in money
    ]
    without_spot = coins - {market.base for market in spot}
    contracts = [
        market
        for market in markets
        if market.market_type is MarketType.PERPETUAL and market.base in without_spot and market.quote in money
    ]
    return tuple({market.symbol: market for market in (*named, *spot, *contracts)}.values())
