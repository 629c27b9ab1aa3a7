"""Accounts that an exchange can hold. All values have few decimals, so that every wire format carries them exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from hypothesis import strategies as st

from tests.exchanges.model.abilities import Abilities, Wallet
from tests.exchanges.model.account import (
    DOLLARS,
    ZERO,
    Account,
    CoinPrice,
    Direction,
    Holding,
    Market,
    MarketKind,
    Position,
)
from tests.exchanges.model.drawing import CENT, Drawing
from tests.exchanges.model.drawn_orders import draw_order

MOST_ORDERS = 3  # on one market
# The range of prices by coin. Any other coin costs some dollars.
RANGES = {"BTC": (20_000, 90_000), "ETH": (1_000, 5_000)}


def accounts(abilities: Abilities, listed: Sequence[Mapping[str, Any]]) -> st.SearchStrategy[Account]:
    """Accounts on an exchange with these abilities and ccxt market dictionaries."""
    return _accounts(abilities, tuple(markets_of(abilities, listed)))


def markets_of(abilities: Abilities, listed: Sequence[Mapping[str, Any]]) -> list[Market]:
    """The markets of each book. A margin book has the spot pairs too."""
    markets = []
    for kind, book in abilities.books.items():
        for row in listed:
            market = Market.of(row)
            if kind is MarketKind.MARGIN and market.kind is MarketKind.SPOT:
                market = replace(Market.of(row, MarketKind.MARGIN), holds_positions=book.holds_positions)
            if market.kind is kind and (not book.symbols or market.symbol in book.symbols):
                markets.append(market)
    return markets


@st.composite
def _accounts(draw: st.DrawFn, abilities: Abilities, markets: Sequence[Market]) -> Account:
    coins = sorted({market.base for market in markets})
    prices = {coin: draw(_prices(coin)) for coin in coins}
    may_hedge = any(book.hedge for book in abilities.books.values())
    hedge = may_hedge and (abilities.always_hedge or draw(st.booleans()))
    drawing = Drawing(draw, abilities, markets, prices, hedge)
    for market in markets:
        if market.has_positions:
            _draw_positions(drawing, market)
    for market in markets:
        for _ in range(draw(st.integers(0, MOST_ORDERS))):
            draw_order(drawing, market, abilities.books[market.kind])
    assets = sorted({asset for market in markets for asset in (market.base, market.quote)} - {"USD"})
    holdings = tuple(h for wallet in abilities.wallets for h in _draw_wallet(drawing, wallet, assets))
    if drawing.orders and not holdings:  # nobody orders without anything to pay with
        wallet = abilities.wallets[0]
        holdings = (_draw_holding(drawing, wallet, (wallet.assets or assets)[-1]),)
    isolated = {position.market for position in drawing.positions if position.is_isolated}
    orders = tuple(replace(order, is_isolated=order.market in isolated) for order in drawing.orders)
    return Account(prices, holdings, tuple(drawing.positions), orders, hedge)


@st.composite
def _prices(draw: st.DrawFn, coin: str) -> CoinPrice:
    last = Decimal(draw(st.integers(*RANGES.get(coin, (2, 500)))))
    mark = (last * draw(st.integers(996, 1_004)) / 1000).quantize(CENT, ROUND_HALF_EVEN)
    return CoinPrice(last, mark)


def _draw_wallet(drawing: Drawing, wallet: Wallet, assets: Sequence[str]) -> list[Holding]:
    """Some assets of a wallet, all that its positions are settled in, and the coins that orders make known."""
    books = drawing.abilities.books
    needed = {p.market.settle for p in drawing.positions if _settles_in(drawing, p) == wallet.name}
    needed |= {order.market.base for order in drawing.orders if books[order.market.kind].listed_by_symbol}
    holdings = []
    for asset in wallet.assets or assets:
        if asset in needed or drawing.boolean():
            holdings.append(_draw_holding(drawing, wallet, asset))
    return holdings


def _settles_in(drawing: Drawing, position: Position) -> str:
    return drawing.abilities.books[position.market.kind].settles_in


def _draw_holding(drawing: Drawing, wallet: Wallet, asset: str) -> Holding:
    step, most = (Decimal("0.01"), 2_000_000) if asset in DOLLARS else (Decimal("0.001"), 20_000)
    amount = step * drawing.draw(st.integers(1, most))
    if wallet.borrows and drawing.draw(st.integers(0, 3)) == 0:
        borrowed = step * drawing.draw(st.integers(1, most))
        interest = Decimal("0.0001") * drawing.draw(st.integers(0, 50)) if wallet.interest else ZERO
        return Holding(wallet.name, asset, amount, borrowed=borrowed, interest=interest)
    if wallet.goes_negative and drawing.draw(st.integers(0, 5)) == 0:
        return Holding(wallet.name, asset, -amount)
    locked = (amount * drawing.draw(st.integers(0, 4)) / 4).quantize(step, ROUND_HALF_EVEN) if wallet.locks else ZERO
    return Holding(wallet.name, asset, amount, min(locked, amount))


def _draw_positions(drawing: Drawing, market: Market) -> None:
    book = drawing.abilities.books[market.kind]
    in_hedge_mode = drawing.hedge and book.hedge
    held = drawing.draw(st.sets(st.sampled_from(list(Direction)), max_size=2 if in_hedge_mode else 1))
    leverage = drawing.draw(st.sampled_from([1, 2, 5, 10, 20]))  # a setting of the market, as the margin mode is
    is_isolated = book.always_isolated or drawing.boolean(book.isolated)
    for direction in sorted(held):
        mark = drawing.prices[market.base].mark
        liquidation = drawing.near(mark, (300, 600) if direction is Direction.LONG else (1_500, 2_500))
        drawing.positions.append(
            Position(
                market=market,
                direction=direction,
                size=drawing.size(market),
                entry=drawing.near(mark, (800, 1_200)),
                mark=mark,
                leverage=leverage,
                is_isolated=is_isolated,
                in_hedge_mode=in_hedge_mode,
                liquidation=liquidation if drawing.boolean() else None,
                settled=drawing.near(mark, (950, 1_050)) if drawing.boolean(book.by_session) else None,
            )
        )
