"""Orders that a row tells beside or instead of its own: attached take profits and stops, and the legs of a group."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.markets import Side
from domain.orders import Contingency, Order, OrderKind, OrderStatus, Role, RoleOrigin
from domain.triggers import direction_of
from exchanges.connection.listed_markets import Listed, contracts_of, counts_in_contracts, in_base_units, units_of
from exchanges.venues._shared.order_rows import AttachedOrder, OrderRow

# What an attachment does not have of the order it hangs on.
NOT_ITS_OWN: dict[str, Any] = dict.fromkeys(("client_order_id", "leg_id", "book_order_id", "post_only"))
ENTRY_RULE = "take profit or stop is attached to it"


def entry_of(order: Order) -> Order:
    """An order on which others hang."""
    if order.role is not Role.UNKNOWN or order.reduces_position:
        return replace(order, group_id=order.group_id or order.order_id, contingency=Contingency.ATTACHED)
    return replace(
        order,
        group_id=order.group_id or order.order_id,
        contingency=order.contingency or Contingency.ATTACHED,
        role=Role.ENTRY,
        role_origin=RoleOrigin.INFERRED,
        role_rule=ENTRY_RULE,
    )


def attachment_of(order: Order, one: AttachedOrder, listed: Listed) -> Order:
    """The order that a take profit or stop hanging on another will become once that one fills."""
    side = Side.SELL if order.side is Side.BUY else Side.BUY
    own = one.order_id or f"{order.key}/{one.leg}"
    hanging = replace(order, key=own, order_id=own, side=side, reduce_only=one.reduce_only, **NOT_ITS_OWN)
    return replace(
        _with_leg(hanging, one, listed), group_id=order.group_id or order.order_id, contingency=Contingency.ATTACHED
    )


def leg_of(order: Order, one: AttachedOrder, stated: OrderRow, listed: Listed) -> Order:
    """One of the orders that a single row tells; a lone one keeps the row's own identity. What was filled already was
    filled of the leg that rests in the book."""
    if len(stated.legs) > 1:
        order = replace(order, key=f"{order.key}/{one.leg}", leg_id=one.leg)
    leg = _with_leg(order, one, listed)
    if leg.kind is not OrderKind.LIMIT:
        return leg
    return replace(leg, status=order.status, filled=order.filled, remaining=order.remaining)


def _with_leg(order: Order, one: AttachedOrder, listed: Listed) -> Order:
    market = listed.named(order.symbol)
    kind = one.kind or _kind_of_leg(one)
    price = one.limit_price or one.trigger_price
    whole = one.amount
    if whole is None:
        whole = units_of(order.contracts, market) if counts_in_contracts(market) else order.amount
    size = in_base_units(whole, market, price)
    return replace(
        order,
        kind=kind,
        role=one.role,
        role_origin=RoleOrigin.STATED,
        role_rule=None,
        status=OrderStatus.PENDING,
        amount=size,
        filled=Decimal(0),
        remaining=size,
        contracts=contracts_of(whole, market),
        trigger_price=one.trigger_price,
        trigger_kind=one.trigger_kind,
        trigger_direction=direction_of(kind, order.side),
        limit_price=one.limit_price,
        trailing_distance=one.trailing_distance,
        trailing_unit=one.trailing_unit,
        activation_price=None,
        is_active=None,
        average_price=None,
    )


def _kind_of_leg(one: AttachedOrder) -> OrderKind:
    if one.role is Role.TAKE_PROFIT:
        return OrderKind.TAKE_PROFIT if one.limit_price is None else OrderKind.TAKE_PROFIT_LIMIT
    return OrderKind.STOP if one.limit_price is None else OrderKind.STOP_LIMIT
