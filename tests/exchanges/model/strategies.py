"""Accounts that an exchange can hold. All values have few decimals, so that every wire format carries them exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import strategies as st

from tests.exchanges.model.abilities import Abilities, Book, Wallet
from tests.exchanges.model.account import (
    DOLLARS,
    ZERO,
    Account,
    CoinPrice,
    Direction,
    Holding,
    Kind,
    Market,
    MarketKind,
    Order,
    Position,
    Relation,
    Side,
)

CENT = Decimal("0.1")
MOST_ORDERS = 3  # on one market
# Where prices lie, by coin; any other coin is worth some dollars.
RANGES = {"BTC": (20_000, 90_000), "ETH": (1_000, 5_000)}
FALLS, RISES = (700, 950), (1_050, 1_300)  # thousandths of the market: triggers stand well away from it


@dataclass
class Drawing:
    """One account on its way."""

    draw: st.DrawFn
    abilities: Abilities
    markets: Sequence[Market]
    prices: Mapping[str, CoinPrice]
    hedge: bool
    positions: list[Position] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    ids: Any = field(default_factory=lambda: count(7001))

    def new_id(self, market: Market) -> str:
        """A new id, or the id of an order on another symbol where ids are unique per symbol only."""
        taken = {order.id for order in self.orders if order.market.symbol == market.symbol}
        others = sorted({order.id for order in self.orders if order.group is None} - taken)
        if self.abilities.ids_per_symbol and others and self.draw(st.booleans()):
            return str(self.draw(st.sampled_from(others)))
        return str(next(self.ids))

    def boolean(self, allowed: bool = True) -> bool:
        return allowed and self.draw(st.booleans())

    def near(self, price: Decimal, thousandths: tuple[int, int]) -> Decimal:
        """A price so many thousandths of another."""
        return (price * self.draw(st.integers(*thousandths)) / 1000).quantize(CENT)

    def size(self, market: Market) -> Decimal:
        return market.step * self.draw(st.integers(2, 400))


def accounts(abilities: Abilities, listed: Sequence[Mapping[str, Any]]) -> st.SearchStrategy[Account]:
    """Accounts on an exchange with these abilities and ccxt market dictionaries."""
    return _accounts(abilities, tuple(markets_of(abilities, listed)))


def markets_of(abilities: Abilities, listed: Sequence[Mapping[str, Any]]) -> list[Market]:
    """The markets of each book; spot pairs are also those of a margin book."""
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
            _draw_order(drawing, market, abilities.books[market.kind])
    assets = sorted({asset for market in markets for asset in (market.base, market.quote)} - {"USD"})
    holdings = tuple(h for wallet in abilities.wallets for h in _draw_wallet(drawing, wallet, assets))
    if drawing.orders and not holdings:  # nobody orders without anything to pay with
        wallet = abilities.wallets[0]
        holdings = (_draw_holding(drawing, wallet, (wallet.assets or assets)[-1]),)
    return Account(prices, holdings, tuple(drawing.positions), tuple(drawing.orders), hedge)


@st.composite
def _prices(draw: st.DrawFn, coin: str) -> CoinPrice:
    last = Decimal(draw(st.integers(*RANGES.get(coin, (2, 500)))))
    mark = (last * draw(st.integers(996, 1_004)) / 1000).quantize(CENT)
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
    locked = (amount * drawing.draw(st.integers(0, 4)) / 4).quantize(step) if wallet.locks else ZERO
    return Holding(wallet.name, asset, amount, min(locked, amount))


def _draw_positions(drawing: Drawing, market: Market) -> None:
    book = drawing.abilities.books[market.kind]
    in_hedge_mode = drawing.hedge and book.hedge
    held = drawing.draw(st.sets(st.sampled_from(list(Direction)), max_size=2 if in_hedge_mode else 1))
    leverage = drawing.draw(st.sampled_from([1, 2, 5, 10, 20]))  # a setting of the market, as the margin mode is
    is_isolated = drawing.boolean(book.isolated)
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


def _draw_order(drawing: Drawing, market: Market, book: Book) -> None:
    """One order of a market, or one group."""
    if book.oco and drawing.draw(st.integers(0, 3)) == 0:
        _draw_oco(drawing, market, book.oco)
    elif book.attaches and drawing.draw(st.integers(0, 3)) == 0:
        _draw_attached(drawing, market)
    else:
        drawing.orders.append(_single(drawing, market, book))


def _single(drawing: Drawing, market: Market, book: Book) -> Order:
    held = [position for position in drawing.positions if position.market == market]
    closed = drawing.draw(st.sampled_from([None, *held])) if held else None
    side = closed.direction.closes_by if closed else _opening_side(drawing, held)
    is_closing = closed is not None or not market.has_positions
    kinds = book.kinds if is_closing else book.kinds - book.closing_kinds
    if closed and not book.reduces:
        kinds -= {Kind.LIMIT}  # it could as well open
    kind = drawing.draw(st.sampled_from(sorted(kinds)))
    position_side = None
    if drawing.hedge and book.hedge:
        position_side = closed.direction if closed else _opened_by(side)
    whole = closed is not None and _closes_whole(drawing, book, closed, kind)
    if kind is Kind.TRAILING_STOP and book.trails_whole and not whole:
        kind = Kind.LIMIT  # its position has one already
    size = closed.size if closed and whole else drawing.size(market)
    at_market = kind in (Kind.STOP, Kind.TAKE_PROFIT) and side is Side.BUY
    spends = at_market and not market.has_positions and drawing.boolean(book.spends)
    return Order(
        id=drawing.new_id(market),
        market=market,
        kind=kind,
        side=side,
        size=Decimal(drawing.draw(st.integers(10, 5_000))) if spends else size,
        filled=market.step if kind is Kind.LIMIT and drawing.boolean() else ZERO,
        reduce_only=closed is not None and position_side is None and not whole and book.reduces,
        close_position=whole,
        spends=spends,
        position_side=position_side,
        **_prices_of(drawing, market, book, kind, side),
    )


def _closes_whole(drawing: Drawing, book: Book, closed: Position, kind: Kind) -> bool:
    """Whether an order closes whatever the position is; one of each kind may."""
    others = [o.kind for o in drawing.orders if o.close_position and o.market == closed.market]
    if kind in others:
        return False
    if kind is Kind.TRAILING_STOP:
        return book.trails_whole
    return kind in (Kind.STOP, Kind.TAKE_PROFIT) and drawing.boolean(book.closes_position)


def _opening_side(drawing: Drawing, held: Sequence[Position]) -> Side:
    """Any side; in one-way mode that of the position, which another order would reduce."""
    if held and not held[0].in_hedge_mode:
        return held[0].direction.opens_by
    return drawing.draw(st.sampled_from(list(Side)))


def _opened_by(side: Side) -> Direction:
    return Direction.LONG if side is Side.BUY else Direction.SHORT


def _prices_of(drawing: Drawing, market: Market, book: Book, kind: Kind, side: Side) -> dict[str, Any]:
    last = drawing.prices[market.base].last
    away = RISES if side is Side.SELL else FALLS  # in favour of whoever orders
    if kind is Kind.LIMIT:
        return {"limit": drawing.near(last, away)}
    if kind is Kind.TRAILING_STOP:
        in_percent = book.percent and (not book.distance or drawing.boolean())
        return {
            "percent": Decimal(drawing.draw(st.sampled_from(["0.5", "1", "2.5", "4"]))) if in_percent else None,
            "distance": None if in_percent else Decimal(drawing.draw(st.integers(1, 50))),
            "activation": drawing.near(last, away) if drawing.boolean(book.activation) else None,
        }
    rises = kind.is_stop == (side is Side.BUY)
    trigger = drawing.near(last, RISES if rises else FALLS)
    limit = drawing.near(trigger, (980, 995) if side is Side.SELL else (1_005, 1_020)) if kind.has_limit else None
    return {"trigger": trigger, "limit": limit}


def _draw_oco(drawing: Drawing, market: Market, kinds: tuple[Kind, Kind]) -> None:
    """A take profit and a stop that sell the same coins."""
    last, size = drawing.prices[market.base].last, drawing.size(market)
    group = str(next(drawing.ids))
    for kind in kinds:
        price = drawing.near(last, FALLS if kind.is_stop else RISES)
        drawing.orders.append(
            Order(
                id=str(next(drawing.ids)),
                market=market,
                kind=kind,
                side=Side.SELL,
                size=size,
                trigger=price if kind.waits else None,
                limit=drawing.near(price, (980, 995))
                if kind.has_limit and kind.waits
                else price
                if kind.has_limit
                else None,
                group=group,
                relation=Relation.OCO,
            )
        )


def _draw_attached(drawing: Drawing, market: Market) -> None:
    """A limit order that opens, with a take profit and a stop that wait for it."""
    last, size = drawing.prices[market.base].last, drawing.size(market)
    held = [position for position in drawing.positions if position.market == market]
    side = _opening_side(drawing, held) if market.has_positions else Side.BUY
    hedged = drawing.hedge and drawing.abilities.books[market.kind].hedge
    identity = str(next(drawing.ids))
    common: dict[str, Any] = {
        "market": market, "size": size, "group": identity, "position_side": _opened_by(side) if hedged else None
    }  # fmt: skip
    for_buyer = side is Side.BUY
    limit = drawing.near(last, (960, 990) if for_buyer else (1_010, 1_040))
    closing: dict[str, Any] = common | {"side": side.opposite, "relation": Relation.ATTACHED}
    favour, against = (RISES, FALLS) if for_buyer else (FALLS, RISES)
    legs = [
        Order(id=str(next(drawing.ids)), kind=Kind.TAKE_PROFIT, trigger=drawing.near(last, favour), **closing),
        Order(id=str(next(drawing.ids)), kind=Kind.STOP, trigger=drawing.near(last, against), **closing),
    ]
    if drawing.abilities.books[market.kind].attaches_one:
        legs = [drawing.draw(st.sampled_from(legs))]
    parent = Order(id=identity, kind=Kind.LIMIT, side=side, limit=limit, relation=Relation.PARENT, **common)
    drawing.orders += [parent, *legs]
