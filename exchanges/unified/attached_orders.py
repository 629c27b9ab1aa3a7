"""Orders embedded in another order's row: attached take profits and stops, and the legs of a group."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.markets import Side
from domain.orders import Contingency, Order, OrderKind, OrderStatus, Role, RoleOrigin
from domain.triggers import direction_of
from exchanges.connection.listed_markets import Listed, contracts_of, counts_in_contracts, in_base_units, units_of
from exchanges.venues._shared.order_rows import AttachedOrder, OrderRow

# Fields that an attached order does not inherit from its parent.
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


def attachment_of(order: Order, attached: AttachedOrder, listed: Listed) -> Order:
    """The order that a take profit or stop hanging on another will become once that one fills."""
    side = Side.SELL if order.side is Side.BUY else Side.BUY
    attached_id = attached.order_id or f"{order.key}/{attached.leg}"
    hanging = replace(
        order, key=attached_id, order_id=attached_id, side=side, reduce_only=attached.reduce_only, **NOT_ITS_OWN
    )
    return replace(
        _with_leg(hanging, attached, listed),
        group_id=order.group_id or order.order_id,
        contingency=Contingency.ATTACHED,
    )


def leg_of(order: Order, attached: AttachedOrder, stated: OrderRow, listed: Listed) -> Order:
    """One leg of a row. A single leg keeps the row's own identity.

    The row's executed amount belongs to the limit leg, because only that leg is in the order book.
    """
    if len(stated.legs) > 1:
        order = replace(order, key=f"{order.key}/{attached.leg}", leg_id=attached.leg)
    leg = _with_leg(order, attached, listed)
    if leg.kind is not OrderKind.LIMIT:
        return leg
    return replace(leg, status=order.status, filled=order.filled, remaining=order.remaining)


def _with_leg(order: Order, attached: AttachedOrder, listed: Listed) -> Order:
    market = listed.named(order.symbol)
    kind = attached.kind or _kind_of_leg(attached)
    price = attached.limit_price or attached.trigger_price
    size_in_units = attached.amount
    if size_in_units is None:
        size_in_units = units_of(order.contracts, market) if counts_in_contracts(market) else order.amount
    size = in_base_units(size_in_units, market, price)
    return replace(
        order,
        kind=kind,
        role=attached.role,
        role_origin=RoleOrigin.STATED,
        role_rule=None,
        status=OrderStatus.PENDING,
        amount=size,
        filled=Decimal(0),
        remaining=size,
        contracts=contracts_of(size_in_units, market),
        trigger_price=attached.trigger_price,
        trigger_kind=attached.trigger_kind,
        trigger_direction=direction_of(kind, order.side),
        limit_price=attached.limit_price,
        trailing_distance=attached.trailing_distance,
        trailing_unit=attached.trailing_unit,
        activation_price=attached.activation_price,
        is_active=None,
        average_price=None,
    )


def _kind_of_leg(attached: AttachedOrder) -> OrderKind:
    if attached.role is Role.TAKE_PROFIT:
        return OrderKind.TAKE_PROFIT if attached.limit_price is None else OrderKind.TAKE_PROFIT_LIMIT
    return OrderKind.STOP if attached.limit_price is None else OrderKind.STOP_LIMIT
