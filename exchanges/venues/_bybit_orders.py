"""Bybit's rows of orders and executions, of every category."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, OrderKind, Role, TrailingUnit, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from exchanges.connection.exact import Garbled, amount, quoted, text
from exchanges.venues._shared.execution_sides import closes_by
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_pair,
    flag_in,
    id_in,
    plain_kind,
    price_in,
    word_in,
)

_TRIGGER_KINDS = {
    "LASTPRICE": TriggerKind.LAST,
    "MARKPRICE": TriggerKind.MARK,
    "INDEXPRICE": TriggerKind.INDEX,
}
_DIRECTIONS = {"1": TriggerDirection.RISES, "2": TriggerDirection.FALLS}
_SIDES = {"1": PositionSide.LONG, "2": PositionSide.SHORT}  # positionIdx, where 0 means an account in one-way mode
# Orders placed once the order fills: fields of trigger, limit and kind of price.
_LEGS = (("takeProfit", "tpLimitPrice", "tpTriggerBy"), ("stopLoss", "slLimitPrice", "slTriggerBy"))
_STOPS = frozenset({"STOPLOSS", "PARTIALSTOPLOSS"})
_PROFITS = frozenset({"TAKEPROFIT", "PARTIALTAKEPROFIT"})
# Spot orders with a take profit and a stop in one row.
_PAIRS = frozenset({"OCOORDER", "BIDIRECTIONALTPSLORDER"})
# Enums, execType: the types that change a position or a balance at a price.
_EXECUTIONS = frozenset(
    {"", "TRADE", "ADLTRADE", "BUSTTRADE", "DELIVERY", "SETTLE", "BLOCKTRADE", "MOVEPOSITION", "FUTURESPREAD"}
)
_ACTED = {
    "OCOTRIGGERBYTP": "tp",
    "OCOTRIGGERBYSL": "sl",
    "OCOTRIGGERBYBYSL": "sl",
}  # documented with two By


def order_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> OrderRow:
    """A row of /v5/order/realtime. Orders of spot state the last price at their creation in `basePrice`, all others in
    `lastPriceOnCreated`.
    """
    purpose, at_market = word_in(row, "stopOrderType"), word_in(row, "orderType") == "MARKET"
    trigger, trails = price_in(row, "triggerPrice"), purpose == "TRAILINGSTOP"
    direction = _DIRECTIONS.get(word_in(row, "triggerDirection"))
    is_spot = ":" not in str(unified.get("symbol"))
    if trigger is not None and purpose in ("", "UNKNOWN"):
        raise Garbled("a trigger order without its stopOrderType, which may be a take profit or a trailing stop")
    position = word_in(row, "positionIdx")
    if not is_spot and position not in ("0", *_SIDES):
        raise Garbled(f"positionIdx is no position: {quoted(row.get('positionIdx'))}")
    # `marketUnit` says if a spot market order is sized in quote currency. Without it buys are.
    unit = word_in(row, "marketUnit") or ("QUOTECOIN" if word_in(row, "side") == "BUY" else "")
    in_quote = is_spot and at_market and unit == "QUOTECOIN"
    activation, is_active = _activation(row, trigger, direction) if trails else (None, None)
    if purpose in _PAIRS and (legs := attached_pair(row, *_LEGS, _TRIGGER_KINDS)):
        return _pair(row, legs, in_quote)
    return OrderRow(
        kind=OrderKind.TRAILING_STOP if trails else plain_kind(at_market, trigger, takes_profit=purpose in _PROFITS),
        role=Role.TAKE_PROFIT if purpose in _PROFITS else Role.STOP_LOSS if purpose in _STOPS or trails else None,
        trigger_price=None if trails else trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerBy")) if trigger is not None or trails else None,
        trigger_direction=None if trails else direction,
        kind_tells_direction=purpose in _STOPS | _PROFITS or trails,
        reference_price=price_in(row, *(("basePrice",) if is_spot else ()), "lastPriceOnCreated"),
        in_quote=in_quote,
        limit_price=price_in(row, "price"),
        trailing_distance=price_in(row, "trailingStop", "trailingValue") if trails else None,
        trailing_unit=TrailingUnit.PRICE if trails else None,
        activation_price=activation,
        is_active=is_active,
        amount=price_in(row, "qty"),
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=word_in(row, "timeInForce") == "POSTONLY",
        close_position=True if _closes_all(row, purpose) else None,
        position_side=_SIDES.get(position),
        attached=() if purpose in _STOPS | _PROFITS else attached_pair(row, *_LEGS, _TRIGGER_KINDS),
    )


def _activation(
    row: Mapping[str, Any], trigger: Decimal | None, direction: TriggerDirection | None
) -> tuple[Decimal | None, bool | None]:
    """The activation price of a trailing stop, and False if it waits for that.

    `triggerPrice` is the activation price until the price has reached it in the order's favour. It is then the price at
    which the order acts now.
    """
    stated = price_in(row, "activationPrice")
    if stated is not None or trigger is None or direction is None:
        return stated or trigger, None
    favourable = TriggerDirection.RISES if word_in(row, "side") == "SELL" else TriggerDirection.FALLS
    return (trigger, False) if direction is favourable else (None, None)


def _pair(row: Mapping[str, Any], legs: tuple[AttachedOrder, ...], in_quote: bool) -> OrderRow:
    """Take profit and stop of spot in one row. Once one acts, the other is cancelled."""
    group = id_in(row, "orderId") if len(legs) > 1 else None
    return OrderRow(
        legs=legs,
        group_id=group,
        contingency=Contingency.OCO if group else None,
        amount=price_in(row, "qty"),
        in_quote=in_quote,
    )


def fill_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Parse the fee currency, which ccxt guesses from the side, and how much of the fill closed a position.

    The row does not name the position. Funding is no fill. A stock split, and any other type, is unreadable.
    """
    kind = word_in(row, "execType")
    if kind == "FUNDING":
        return None
    if kind not in _EXECUTIONS:
        raise Garbled(f"execType is no type of execution: {quoted(row.get('execType'))}")
    fee, currency = unified.get("fee"), row.get("feeCurrency")
    fields = {"closes": closes_by(row, "closedSize", "execQty")}
    return {**fields, "fee": {**fee, "currency": currency}} if currency and isinstance(fee, Mapping) else fields


def _closes_all(row: Mapping[str, Any], purpose: str) -> bool:
    """True for an order that closes the whole position at its trigger.

    Those are take profits and stops in the mode "Full", trailing stops, and a quantity of 0 with reduceOnly and
    closeOnTrigger.
    """
    if purpose == "TRAILINGSTOP" or (purpose in _STOPS | _PROFITS and word_in(row, "tpslMode") == "FULL"):
        return True
    return bool(flag_in(row, "closeOnTrigger")) and price_in(row, "qty") is None and bool(flag_in(row, "reduceOnly"))


_PART = "PARTIALLYFILLEDCANCELED"
# Words that name no reason.
_NO_REASONS = frozenset({"", "UNKNOWN", "EC_NOERROR"})


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse why an order was rejected or cancelled. ccxt calls partly filled cancelled orders closed."""
    status, leg = word_in(row, "orderStatus"), _ACTED.get(word_in(row, "ocoTriggerBy"))
    if status not in ("REJECTED", "CANCELLED", "DEACTIVATED", _PART):
        return EndedRow(leg=leg)
    words = (text(row, "rejectReason"), text(row, "cancelType"))
    reason = next((word for word in words if word and word.upper() not in _NO_REASONS), None)
    if status != _PART:
        return EndedRow(leg=leg, reason=reason)
    filled, average = amount(row, "cumExecQty"), price_in(row, "avgPrice")
    return EndedRow("canceled", leg=leg, filled=filled, average=average, reason=reason)
