"""Charted markets: the market whose candles stand for a coin, and those that an account deals in."""

from collections.abc import Collection, Iterable, Mapping

from domain.money import DOLLARS, is_money
from domain.prices import Price, is_spot


def market_of_coin(coin: str, prices: Mapping[str, Price]) -> str | None:
    """The symbol of the coin's best market: an open spot book in dollars, then one in other money, then a contract.

    Among markets of one kind the one with the largest volume counts. None without an open market.
    """
    markets = [price for price in prices.values() if price.base == coin and price.best is not None]
    best = max(markets, key=_rank, default=None)
    return None if best is None else best.symbol


def _rank(price: Price) -> tuple[bool, bool, float, str]:
    return (is_spot(price.symbol), price.quote in DOLLARS, float(price.volume or 0), price.symbol)


def charted_symbols(symbols: Iterable[str], coins: Collection[str], prices: Mapping[str, Price]) -> frozenset[str]:
    """The markets to keep candles of: those ordered or held as positions, and the best one of each coin held."""
    of_coins = (market_of_coin(coin, prices) for coin in coins if not is_money(coin))
    return frozenset(symbols) | frozenset(symbol for symbol in of_coins if symbol is not None)
