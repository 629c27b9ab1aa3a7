"""Successors: the order that a take profit or stop became which hung on another, once that filled.

No exchange but a few says so: it is concluded from market, side, prices and size, and only where one order alone fits.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.orders import TRIGGER_KINDS, Order

# An entry's fill places what hung on it at once; refreshes see that a while later.
NEAR = timedelta(minutes=10)


def successor_of(order: Order, gone_at: datetime, began: Iterable[tuple[Order, datetime]]) -> Order | None:
    """The one order among those that were first seen about when this one left which is what became of it; None where
    none is, or where it may be either of two."""
    found = [one for one, first_seen in began if abs(first_seen - gone_at) <= NEAR and _continues(order, one)]
    return found[0] if len({one.order_id for one in found}) == 1 else None


def _continues(order: Order, later: Order) -> bool:
    """Whether an order does what this one was to do."""
    same = (order.exchange_symbol, order.symbol, order.side) == (later.exchange_symbol, later.symbol, later.side)
    is_other = order.order_id != later.order_id and order.group_id not in (None, later.order_id)
    sides = {order.position_side, later.position_side} - {None}
    if not same or not is_other or len(sides) > 1 or order.price is None:
        return False
    if order.created_at is not None and later.created_at is not None and later.created_at < order.created_at:
        return False
    is_alike = (order.kind in TRIGGER_KINDS) == (later.kind in TRIGGER_KINDS)
    is_whole = later.close_position is True or later.amount is None or order.amount is None
    return is_alike and later.price == order.price and (is_whole or later.amount == order.amount)
