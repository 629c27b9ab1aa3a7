"""The markets to price: those held or ordered, and those that connect their coins with money."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from domain.markets import MarketType
from domain.money import DOLLARS, is_money
from domain.prices import BRIDGES
from exchanges.connection.markets import Market
from exchanges.contracts import AccountScope

# Preferred quote currencies, for exchanges with one ticker per request.
_FIRST_QUOTES = ("USD", "USDT", "USDC")


def markets_to_price(
    listed: Iterable[Market], scope: AccountScope, *, has_spot_tickers: bool = True
) -> tuple[Market, ...]:
    """The markets to price, each once. Without `has_spot_tickers` contracts alone have prices.

    Money means the display currencies, dollars, the bridges, and held fiat. Fiat such as KRW may trade only as a quote,
    so the markets of money against it are included. A coin without an open market in money is priced through markets in
    other currencies (ETH, BNB, TRY), and these in money. A coin without any open spot market is priced by its perpetual
    contracts.
    """
    markets = [market for market in listed if market.base is not None and market.quote is not None]
    named = [market for market in markets if {market.symbol, market.exchange_symbol} & scope.symbols]
    money = scope.display_currencies | DOLLARS | frozenset(BRIDGES) | frozenset(filter(is_money, scope.assets))
    held = scope.assets | {coin for market in named for coin in (market.base, market.quote)}
    coins = held | money
    if not has_spot_tickers:
        markets, named = _contracts(markets), _contracts(named)
    spot = [market for market in markets if market.market_type is MarketType.SPOT]
    in_money = [market for market in spot if market.base in coins and market.quote in money]
    aside = _aside(spot, held - money - {market.base for market in in_money if market.is_active}, money)
    without_spot = coins - {market.base for market in (*in_money, *aside) if market.is_active}
    contracts = [
        market
        for market in markets
        if market.market_type is MarketType.PERPETUAL and market.base in without_spot and market.quote in money
    ]
    return tuple({market.symbol: market for market in (*named, *_by_turns([*in_money, *aside]), *contracts)}.values())


def _contracts(markets: Iterable[Market]) -> list[Market]:
    return [m for m in markets if m.market_type not in (MarketType.SPOT, MarketType.MARGIN)]


def _aside(spot: Iterable[Market], coins: Collection[str | None], money: Collection[str]) -> list[Market]:
    """The open books of coins that have none in money, and the books that join their quotes with money."""
    is_open = [market for market in spot if market.is_active]
    books = [m for m in is_open if m.base in coins or (m.quote in coins and m.base in money)]
    quotes = {market.quote for market in books} - set(money)
    joins = [m for m in is_open if (m.base in quotes and m.quote in money) or (m.quote in quotes and m.base in money)]
    return [*books, *joins]


def _by_turns(markets: Sequence[Market]) -> list[Market]:
    """Sort so that each coin's best market precedes any second one, for exchanges with one ticker per request."""
    ranks = {quote: rank for rank, quote in enumerate(_FIRST_QUOTES)}
    best_first = sorted(markets, key=lambda m: (not m.is_active, ranks.get(m.quote or "", len(ranks))))
    turns: Counter[str | None] = Counter()
    in_turn: list[tuple[int, Market]] = []
    for market in best_first:
        in_turn.append((turns[market.base], market))
        turns[market.base] += 1
    return [market for _, market in sorted(in_turn, key=lambda pair: pair[0])]
