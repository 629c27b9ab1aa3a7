"""Closing orders: which positions an order may close.

A symbol may have several positions of one side, as cross and isolated margin on Crypto.com and OKX, or several isolated
ones. An order closes the position that it names. An order that names none may close any of them.
"""

from collections.abc import Iterable

from domain.markets import MarketType, Side
from domain.orders import Order
from domain.positions import MARGIN_MODES, Position, PositionSide


def may_close(order: Order, position: Position) -> bool:
    """True if an order acts on this position, as far as both are known."""
    return (
        order.symbol == position.symbol
        and order.side is (Side.SELL if position.side is PositionSide.LONG else Side.BUY)
        # In hedge mode a symbol may have a long and a short position.
        and order.position_side in (None, position.side)
        # An order on spot sells a balance and closes no margin position of the same market.
        and (order.market_type is MarketType.MARGIN) is (position.market_type is MarketType.MARGIN)
        and may_name(order.position_name, position)
    )


def may_name(name: str | None, position: Position) -> bool:
    """True if `name` may be the name of this position. A name is an id or a margin mode, and None names any position.

    A position whose margin mode or id is unknown may have any name. Positions of cross margin have no id on some
    exchanges, so they never have the id of another.
    """
    if name is None:
        return True
    if name in MARGIN_MODES:
        return position.margin_mode in (None, name)
    if position.position_id is None:
        return position.margin_mode != "cross"
    return position.position_id == name


def closed_by(order: Order, positions: Iterable[Position]) -> tuple[Position, ...]:
    """The positions that an order may close. If there are several, which of them is unknown."""
    return tuple(position for position in positions if may_close(order, position))
