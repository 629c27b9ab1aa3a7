"""Bybit's rows of orders and executions, of every category."""

from collections.abc import Mapping
from typing import Any

from domain.orders import OrderKind, Role, TrailingUnit, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from exchanges.connection.exact import amount, text
from exchanges.venues._shared.execution_sides import closes_by
from exchanges.venues._shared.order_rows import (
    EndedRow,
    OrderRow,
    attached_pair,
    flag_in,
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
_SIDES = {"1": PositionSide.LONG, "2": PositionSide.SHORT}  # positionIdx; 0 is an account with one position
# What comes into force once an order fills: trigger, limit and kind of price.
_LEGS = (("takeProfit", "tpLimitPrice", "tpTriggerBy"), ("stopLoss", "slLimitPrice", "slTriggerBy"))
_STOPS = frozenset({"STOPLOSS", "PARTIALSTOPLOSS"})
_PROFITS = frozenset({"TAKEPROFIT", "PARTIALTAKEPROFIT"})


def order_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> OrderRow:
    """A row of /v5/order/realtime. Conditional orders of spot state the price at creation in place of a direction."""
    purpose, at_market = word_in(row, "stopOrderType"), word_in(row, "orderType") == "MARKET"
    trigger, trails = price_in(row, "triggerPrice"), purpose == "TRAILINGSTOP"
    direction = _DIRECTIONS.get(word_in(row, "triggerDirection"))
    is_spot = ":" not in str(unified.get("symbol"))
    # Spot orders at market count money where `marketUnit` says so, and buys without a unit.
    unit = word_in(row, "marketUnit") or ("QUOTECOIN" if word_in(row, "side") == "BUY" else "")
    return OrderRow(
        kind=OrderKind.TRAILING_STOP if trails else plain_kind(at_market, trigger, takes_profit=purpose in _PROFITS),
        role=Role.TAKE_PROFIT if purpose in _PROFITS else Role.STOP_LOSS if purpose in _STOPS or trails else None,
        trigger_price=None if trails else trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerBy")) if trigger is not None or trails else None,
        trigger_direction=direction,
        kind_tells_direction=purpose in _STOPS | _PROFITS or trails,
        reference_price=price_in(row, "lastPriceOnCreated"),
        in_quote=is_spot and at_market and unit == "QUOTECOIN",
        limit_price=price_in(row, "price"),
        trailing_distance=price_in(row, "trailingStop", "trailingValue") if trails else None,
        trailing_unit=TrailingUnit.PRICE if trails else None,
        activation_price=price_in(row, "activationPrice", "basePrice") if trails else None,
        amount=price_in(row, "qty"),
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=word_in(row, "timeInForce") == "POSTONLY",
        close_position=True if _closes_all(row, purpose) else None,
        position_side=_SIDES.get(word_in(row, "positionIdx")),
        attached=() if purpose in _STOPS | _PROFITS else attached_pair(row, *_LEGS, _TRIGGER_KINDS),
    )


def fill_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """The currency of the fee where the row names it: ccxt concludes it from the side. And how much closed a position,
    for which one it moved is not named."""
    fee, currency = unified.get("fee"), row.get("feeCurrency")
    told = {"closes": closes_by(row, "closedSize", "execQty")}
    return {**told, "fee": {**fee, "currency": currency}} if currency and isinstance(fee, Mapping) else told


def _closes_all(row: Mapping[str, Any], purpose: str) -> bool:
    """Take profits and stops in the mode "Full", and trailing stops, close whatever the position holds then.

    So does a quantity of 0 with reduceOnly and closeOnTrigger.
    """
    if purpose == "TRAILINGSTOP" or (purpose in _STOPS | _PROFITS and word_in(row, "tpslMode") == "FULL"):
        return True
    return bool(flag_in(row, "closeOnTrigger")) and price_in(row, "qty") is None and bool(flag_in(row, "reduceOnly"))


_PART = "PARTIALLYFILLEDCANCELED"
# Words that name no reason.
_NO_REASONS = frozenset({"", "UNKNOWN", "EC_NOERROR"})


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """What a row of the order history says besides: why it was rejected or cancelled, also after a part of it filled,
    which ccxt calls closed."""
    said = word_in(row, "orderStatus")
    if said not in ("REJECTED", "CANCELLED", "DEACTIVATED", _PART):
        return EndedRow()
    words = (text(row, "rejectReason"), text(row, "cancelType"))
    reason = next((one for one in words if one and one.upper() not in _NO_REASONS), None)
    if said != _PART:
        return EndedRow(reason=reason)
    return EndedRow("canceled", filled=amount(row, "cumExecQty"), average=price_in(row, "avgPrice"), reason=reason)
