"""Successors: the separate order that an attached take profit or stop becomes when its entry fills.

Few exchanges report the link. So it is inferred from market, side, price and size, and only if exactly one order fits.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.orders import TRIGGER_KINDS, Order

# The exchange places attached orders at once when the entry fills. Refreshes notice both changes some time later.
NEAR = timedelta(minutes=10)


def successor_of(order: Order, gone_at: datetime, began: Iterable[tuple[Order, datetime]]) -> Order | None:
    """The order that this one became. None if no order fits, or more than one.

    `began` are candidate orders with the time of the refresh that first saw them. Only candidates first seen within
    NEAR of `gone_at` count.
    """
    candidates = [other for other, first_seen in began if abs(first_seen - gone_at) <= NEAR]
    matches = [other for other in candidates if _continues(order, other)]
    return matches[0] if len({match.order_id for match in matches}) == 1 else None


def _continues(order: Order, candidate: Order) -> bool:
    """True if `candidate` has the market, side, price and size of this order, and may be the order that it became."""
    markets = [(o.exchange_symbol, o.symbol, o.side) for o in (order, candidate)]
    is_other = order.order_id != candidate.order_id and order.group_id not in (None, candidate.order_id)
    sides = {order.position_side, candidate.position_side} - {None}
    if markets[0] != markets[1] or not is_other or len(sides) > 1 or order.price is None:
        return False
    if order.created_at is not None and candidate.created_at is not None and candidate.created_at < order.created_at:
        return False
    is_alike = (order.kind in TRIGGER_KINDS) == (candidate.kind in TRIGGER_KINDS)
    may_have_any_size = candidate.close_position is True or candidate.amount is None or order.amount is None
    return is_alike and candidate.price == order.price and (may_have_any_size or candidate.amount == order.amount)
