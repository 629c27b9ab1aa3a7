"""Triggers: the direction of a trigger order, and the activity of a trailing stop, if the exchange does not state them.

A plain trigger order may wait for a rise or for a fall. The price at its creation decides. So does any later price
while the order waits, because the market has not crossed the trigger since. A trailing stop with an activation price is
active once a price at or beyond it was seen. Both stay as first decided.
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
    """The direction that a kind implies. None for kinds without a trigger.

    A stop acts on a move against its side: it sells when the price falls and buys when it rises. A take profit acts on
    a move in its favour.
    """
    if kind not in TRIGGER_KINDS:
        return None
    return TriggerDirection.FALLS if (kind in _STOP_OF) is (side is Side.BUY) else TriggerDirection.RISES


def kind_with(kind: OrderKind, side: Side, direction: TriggerDirection | None) -> OrderKind:
    """The kind of a trigger order with this direction. Only stops and take profits turn into each other."""
    if direction is None or direction_of(kind, side) is direction:
        return kind
    return _PROFIT_OF.get(kind) or _STOP_OF.get(kind) or kind


def direction_from(trigger: Decimal | None, price: Decimal | None) -> TriggerDirection | None:
    """The direction from `price` to the trigger. None at the trigger itself."""
    if trigger is None or price is None or trigger == price:
        return None
    return TriggerDirection.RISES if trigger > price else TriggerDirection.FALLS


def with_trigger_state(
    orders: Iterable[Order],
    before: Mapping[tuple[Source, str], Order],
    prices: Mapping[str, Price],
    prices_at: datetime | None = None,
) -> tuple[Order, ...]:
    """The same orders, with trigger direction and activity filled in as far as they can be decided.

    `before` are the orders as last seen, by source and key. `prices` are by symbol. They are current, or of the time
    `prices_at`, and then they decide nothing about orders created later.
    """
    return tuple(
        _with_trigger_state(order, before, prices, prices_at) if _is_undecided(order) else order for order in orders
    )


def _is_undecided(order: Order) -> bool:
    """True if direction or activity are missing."""
    return order.kind in TRIGGER_KINDS and (order.trigger_direction is None or order.is_armed is None)


def _with_trigger_state(
    order: Order,
    before: Mapping[tuple[Source, str], Order],
    prices: Mapping[str, Price],
    prices_at: datetime | None,
) -> Order:
    previous, price = before.get((order.source, order.key)), reference_price(order, prices.get(order.symbol))
    if prices_at is not None and order.created_at is not None and order.created_at > prices_at:
        price = None
    if previous is not None and previous.side is not order.side:
        previous = None
    if order.trigger_direction is None:
        order = _with_direction(order, previous, price)
    return replace(order, is_active=_activity(order, previous, price)) if order.is_armed is None else order


def _with_direction(order: Order, previous: Order | None, price: Decimal | None) -> Order:
    direction = None
    if previous is not None and previous.trigger_price == order.trigger_price:
        direction = previous.trigger_direction
    if direction is None and order.waits_for_trigger:  # once it has triggered, the market has crossed the trigger
        direction = direction_from(order.trigger_price, price)
    kind = kind_with(order.kind, order.side, direction)
    if kind is order.kind:
        return replace(order, trigger_direction=direction)
    # Its kind differs from its type, so a role that was derived from the type is wrong.
    return replace(order, kind=kind, trigger_direction=direction, role=Role.UNKNOWN, role_origin=None, role_rule=None)


def _activity(order: Order, previous: Order | None, price: Decimal | None) -> bool | None:
    """True once the price has reached the activation price of a trailing stop. A selling one is reached by a rise."""
    is_same = previous is not None and previous.activation_price == order.activation_price
    was_active = previous.is_active if previous is not None and is_same else None
    if was_active or price is None or order.activation_price is None:
        return was_active
    return price >= order.activation_price if order.side is Side.SELL else price <= order.activation_price
