"""Parsers for Binance's orders: spot and margin, and the book and algo orders of futures."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, Order, OrderKind, OrderStatus, Role, TrailingUnit, TriggerKind
from exchanges.connection.exact import EXACT
from exchanges.venues._shared.order_rows import OrderRow, flag_in, id_in, price_in, stated_position_side, word_in

# Spot has STOP_LOSS, futures STOP_MARKET. STOP and TAKE_PROFIT have a limit price on futures but none on spot.
_SPOT = {
    "LIMIT": OrderKind.LIMIT,
    "LIMIT_MAKER": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "STOP_LOSS": OrderKind.STOP,
    "STOP_LOSS_LIMIT": OrderKind.STOP_LIMIT,
    "TAKE_PROFIT": OrderKind.TAKE_PROFIT,
    "TAKE_PROFIT_LIMIT": OrderKind.TAKE_PROFIT_LIMIT,
}
_FUTURES = {
    "LIMIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "STOP": OrderKind.STOP_LIMIT,
    "STOP_MARKET": OrderKind.STOP,
    "TAKE_PROFIT": OrderKind.TAKE_PROFIT_LIMIT,
    "TAKE_PROFIT_MARKET": OrderKind.TAKE_PROFIT,
    "TRAILING_STOP_MARKET": OrderKind.TRAILING_STOP,
}
# STOP_LOSS names its purpose, STOP and STOP_MARKET do not. Orders that buy may as well be entries on a breakout.
_ROLES = {
    "STOP_LOSS": Role.STOP_LOSS,
    "STOP_LOSS_LIMIT": Role.STOP_LOSS,
    "TAKE_PROFIT": Role.TAKE_PROFIT,
    "TAKE_PROFIT_LIMIT": Role.TAKE_PROFIT,
    "TAKE_PROFIT_MARKET": Role.TAKE_PROFIT,
}
_TRIGGER_KINDS = {"CONTRACT_PRICE": TriggerKind.LAST, "MARK_PRICE": TriggerKind.MARK}
_BIP = Decimal("0.01")
# The status of an order whose list waits for another of its orders to fill.
_PENDING_NEW = "PENDING_NEW"


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of openOrders, of openAlgoOrders or of portfolio margin's conditional orders."""
    return _futures(row) if "positionSide" in row or "algoId" in row or "reduceOnly" in row else _spot(row)


def _role(row: Mapping[str, Any], word: str) -> Role | None:
    return _ROLES.get(word) if word_in(row, "side") == "SELL" else None


def _spot(row: Mapping[str, Any]) -> OrderRow:
    order_type, list_id = word_in(row, "type"), id_in(row, "orderListId")
    trails = price_in(row, "trailingDelta")
    # A trailing order sells on a fall from its peak, whatever its type. The type says from which side it is activated.
    role = _role(row, "STOP_LOSS" if trails is not None else order_type)
    follows = id_in(row, "trailingTime") is not None or order_type.startswith("STOP_LOSS")
    return OrderRow(
        kind=OrderKind.TRAILING_STOP if trails is not None else _SPOT.get(order_type, OrderKind.UNKNOWN),
        role=role,
        status=OrderStatus.PENDING if word_in(row, "status") == _PENDING_NEW else None,
        group_id=list_id,
        contingency=Contingency.UNKNOWN if list_id else None,  # only the order list states its type
        trigger_price=None if trails is not None else price_in(row, "stopPrice"),
        trigger_kind=TriggerKind.LAST if order_type in _ROLES else None,
        limit_price=price_in(row, "peggedPrice", "price"),  # a pegged order has a price of zero, unless one was set
        trailing_distance=None if trails is None else EXACT.multiply(trails, _BIP),  # in hundredths of a per cent
        trailing_unit=None if trails is None else TrailingUnit.PERCENT,
        activation_price=price_in(row, "stopPrice") if trails is not None else None,
        is_active=True if trails is not None and follows else None,
        post_only=order_type == "LIMIT_MAKER",
    )


def _futures(row: Mapping[str, Any]) -> OrderRow:
    # `type` is the type in the order book, `origType` the type at creation.
    order_type = next(
        (word for f in ("orderType", "strategyType", "origType", "type") if (word := word_in(row, f))), ""
    )
    kind = _FUTURES.get(order_type, OrderKind.UNKNOWN)
    trails = kind is OrderKind.TRAILING_STOP
    distance = price_in(row, "callbackRate", "priceRate") if trails else None
    trigger = price_in(row, "triggerPrice", "stopPrice")
    waits = trigger is not None or trails
    closes = flag_in(row, "closePosition")
    return OrderRow(
        kind=kind,
        role=_role(row, order_type),
        book_order_id=id_in(row, "actualOrderId"),
        trigger_price=trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "workingType")) if waits else None,
        limit_price=price_in(row, "price", "limitPrice"),
        trailing_distance=distance,
        trailing_unit=None if distance is None else TrailingUnit.PERCENT,
        activation_price=price_in(row, "activatePrice", "activationPrice") if trails else None,
        amount=None if closes else price_in(row, "origQty", "quantity"),
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=word_in(row, "timeInForce") == "GTX",
        close_position=closes,
        position_side=stated_position_side(row, "positionSide"),
    )


def waits_for_entry(order: Order) -> bool:
    return order.raw.get("status") == _PENDING_NEW
