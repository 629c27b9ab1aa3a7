"""Orders of a market, one by one or in groups."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.exchanges.model.abilities import Book
from tests.exchanges.model.account import ZERO, Direction, Kind, Market, Order, Position, Relation, Side
from tests.exchanges.model.drawing import FALLS, RISES, Drawing


def draw_order(drawing: Drawing, market: Market, book: Book) -> None:
    """One order of a market, or one group."""
    closed = next((position for position in drawing.positions if position.market == market), None)
    if book.oco and (closed or not market.has_positions) and drawing.draw(st.integers(0, 3)) == 0:
        _draw_oco(drawing, market, book.oco, closed)
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
    spends = at_market and not market.has_positions and (book.always_spends or drawing.boolean(book.spends))
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
    """True if an order closes the whole position. One order of each kind may."""
    others = [o.kind for o in drawing.orders if o.close_position and o.market == closed.market]
    if kind in others:
        return False
    if kind is Kind.TRAILING_STOP:
        return book.trails_whole
    return kind in (Kind.STOP, Kind.TAKE_PROFIT) and drawing.boolean(book.closes_position)


def _opening_side(drawing: Drawing, held: Sequence[Position]) -> Side:
    """Any side. In one-way mode the side of the position, because the other one would reduce it."""
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
            "activation": drawing.near(last, away) if (book.always_waits or drawing.boolean(book.activation)) else None,
        }
    rises = kind.is_stop == (side is Side.BUY)
    trigger = drawing.near(last, RISES if rises else FALLS)
    limit = drawing.near(trigger, (980, 995) if side is Side.SELL else (1_005, 1_020)) if kind.has_limit else None
    return {"trigger": trigger, "limit": limit}


def _draw_oco(drawing: Drawing, market: Market, kinds: tuple[Kind, Kind], closed: Position | None) -> None:
    """A take profit and a stop that sell the same coins, or close the same position."""
    last, size = drawing.prices[market.base].last, drawing.size(market)
    side = closed.direction.closes_by if closed else Side.SELL
    group = str(next(drawing.ids))
    for kind in kinds:
        price = drawing.near(last, FALLS if kind.is_stop is (side is Side.SELL) else RISES)
        limit = drawing.near(price, (980, 995) if side is Side.SELL else (1_005, 1_020)) if kind.waits else price
        drawing.orders.append(
            Order(
                id=str(next(drawing.ids)),
                market=market,
                kind=kind,
                side=side,
                size=size,
                trigger=price if kind.waits else None,
                limit=limit if kind.has_limit else None,
                reduce_only=closed is not None and not closed.in_hedge_mode,
                position_side=closed.direction if closed and closed.in_hedge_mode else None,
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
    book = drawing.abilities.books[market.kind]
    legs = []
    for kind in book.attached:
        price = drawing.near(last, against if kind.is_stop else favour)
        trigger, limit_of_leg = (price, None) if kind.waits else (None, price)
        legs.append(Order(id=str(next(drawing.ids)), kind=kind, trigger=trigger, limit=limit_of_leg, **closing))
    if book.attaches_one:
        legs = [drawing.draw(st.sampled_from(legs))]
    parent = Order(id=identity, kind=Kind.LIMIT, side=side, limit=limit, relation=Relation.PARENT, **common)
    drawing.orders += [parent, *legs]
