"""Triggers: which way the price must go, and whether a trailing stop is active, where the exchange does not state it.

A plain trigger order may wait for a rise or for a fall. The price at its creation tells which. So does any later price
while the order waits: the market has not crossed the trigger since. A trailing stop with an activation price is active
from the first price on that was seen at or beyond it. What was decided once is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from domain.markets import Side
from domain.orders import TRIGGER_KINDS, Order, OrderKind, Role, TriggerDirection, reference_price
from domain.prices import Price
from domain.sources import Source

_PROFIT_OF = {OrderKind.STOP: OrderKind.TAKE_PROFIT, OrderKind.STOP_LIMIT: OrderKind.TAKE_PROFIT_LIMIT}
_STOP_OF = {profit: stop for stop, profit in _PROFIT_OF.items()}


def direction_of(kind: OrderKind, side: Side) -> TriggerDirection | None:
    """The direction that a kind implies: a stop acts on a move against its side (it sells when the price falls and buys
    when it rises), a take profit on a move in its favour."""
    if kind not in TRIGGER_KINDS:
        return None
    return TriggerDirection.FALLS if (kind in _STOP_OF) is (side is Side.BUY) else TriggerDirection.RISES


def kind_with(kind: OrderKind, side: Side, direction: TriggerDirection | None) -> OrderKind:
    """The kind of a trigger order that waits for this direction; a trailing stop and other kinds stay as they are."""
    if direction is None or direction_of(kind, side) is direction:
        return kind
    return _PROFIT_OF.get(kind) or _STOP_OF.get(kind) or kind


def direction_from(trigger: Decimal | None, price: Decimal | None) -> TriggerDirection | None:
    """Which way the price has to go from here to reach the trigger; None at the trigger itself."""
    if trigger is None or price is None or trigger == price:
        return None
    return TriggerDirection.RISES if trigger > price else TriggerDirection.FALLS


def with_trigger_state(
    orders: Iterable[Order],
    before: Mapping[tuple[Source, str], Order],
    prices: Mapping[str, Price],
    prices_at: datetime | None = None,
) -> tuple[Order, ...]:
    """The same orders, each with its direction and activity as far as they are known by now.

    `before` are the orders as they last stood, by source and key; `prices` those of this moment, by symbol, or of
    the moment `prices_at`: they tell nothing of an order that was created later.
    """
    return tuple(_decided(order, before, prices, prices_at) if _is_open(order) else order for order in orders)


def _is_open(order: Order) -> bool:
    """Whether anything is to be decided of it. Most orders of a long list are limits."""
    return order.kind in TRIGGER_KINDS and (order.trigger_direction is None or order.is_armed is None)


def _decided(
    order: Order,
    before: Mapping[tuple[Source, str], Order],
    prices: Mapping[str, Price],
    prices_at: datetime | None,
) -> Order:
    former, price = before.get((order.source, order.key)), reference_price(order, prices.get(order.symbol))
    if prices_at is not None and order.created_at is not None and order.created_at > prices_at:
        price = None
    if former is not None and former.side is not order.side:
        former = None
    if order.trigger_direction is None:
        order = _directed(order, former, price)
    return replace(order, is_active=_activity(order, former, price)) if order.is_armed is None else order


def _directed(order: Order, former: Order | None, price: Decimal | None) -> Order:
    direction = None
    if former is not None and former.trigger_price == order.trigger_price:
        direction = former.trigger_direction
    if direction is None and order.waits_for_trigger:  # once it has triggered, the market has crossed the trigger
        direction = direction_from(order.trigger_price, price)
    kind = kind_with(order.kind, order.side, direction)
    if kind is order.kind:
        return replace(order, trigger_direction=direction)
    # It is not what its type says, so a role that was read from the type is none.
    return replace(order, kind=kind, trigger_direction=direction, role=Role.UNKNOWN, role_origin=None, role_rule=None)


def _activity(order: Order, former: Order | None, price: Decimal | None) -> bool | None:
    """Whether a trailing stop that names an activation price has reached it: one that sells rises to it."""
    was = former.is_active if former is not None and former.activation_price == order.activation_price else None
    if was or price is None or order.activation_price is None:
        return was
    return price >= order.activation_price if order.side is Side.SELL else price <= order.activation_price
