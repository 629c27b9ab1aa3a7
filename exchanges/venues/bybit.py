"""Bybit's orders (v5): book, conditional and take-profit/stop-loss orders of every category."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.orders import OrderKind, Role, TrailingUnit, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from exchanges.connection.exact import amount, text
from exchanges.venues._shared.execution_sides import closes_by
from exchanges.venues._shared.order_rows import Attached, Ended, Stated, attached, flag_in, price_in, word_in

_TRIGGER_KINDS = {
    "LASTPRICE": TriggerKind.LAST,
    "MARKPRICE": TriggerKind.MARK,
    "INDEXPRICE": TriggerKind.INDEX,
}
_DIRECTIONS = {"1": TriggerDirection.RISES, "2": TriggerDirection.FALLS}
_SIDES = {"1": PositionSide.LONG, "2": PositionSide.SHORT}  # positionIdx; 0 is an account with one position
_STOPS = frozenset({"STOPLOSS", "PARTIALSTOPLOSS"})
_PROFITS = frozenset({"TAKEPROFIT", "PARTIALTAKEPROFIT"})


def stated(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Stated:
    """What a row of /v5/order/realtime says."""
    purpose, at_market = word_in(row, "stopOrderType"), word_in(row, "orderType") == "MARKET"
    trigger, trails = price_in(row, "triggerPrice"), purpose == "TRAILINGSTOP"
    direction = _DIRECTIONS.get(word_in(row, "triggerDirection"))
    return Stated(
        kind=_kind(purpose, at_market, trigger, direction, word_in(row, "side")),
        role=Role.TAKE_PROFIT if purpose in _PROFITS else Role.STOP_LOSS if purpose in _STOPS or trails else None,
        trigger_price=None if trails else trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerBy")) if trigger is not None or trails else None,
        trigger_direction=direction,
        limit_price=price_in(row, "price"),
        trailing_distance=price_in(row, "trailingStop", "trailingValue") if trails else None,
        trailing_unit=TrailingUnit.PRICE if trails else None,
        activation_price=price_in(row, "activationPrice", "basePrice") if trails else None,
        amount=price_in(row, "qty"),
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=word_in(row, "timeInForce") == "POSTONLY",
        # A quantity of 0 closes the whole position (documented: qty "0" with reduceOnly and closeOnTrigger).
        close_position=True if _closes_all(row) else None,
        position_side=_SIDES.get(word_in(row, "positionIdx")),
        attached=() if purpose in _STOPS | _PROFITS else _attached(row),
    )


def execution(row: Mapping[str, Any], unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """The currency of the fee where the row names it: ccxt concludes it from the side. And how much closed a position,
    for which one it moved is not named."""
    fee, currency = unified.get("fee"), row.get("feeCurrency")
    told = {"closes": closes_by(row, "closedSize", "execQty")}
    return {**told, "fee": {**fee, "currency": currency}} if currency and isinstance(fee, Mapping) else told


def _kind(
    purpose: str, at_market: bool, trigger: Decimal | None, direction: TriggerDirection | None, side: str
) -> OrderKind:
    if purpose == "TRAILINGSTOP":
        return OrderKind.TRAILING_STOP
    if trigger is None:
        return OrderKind.MARKET if at_market else OrderKind.LIMIT
    # A conditional order that waits for a better price is what other exchanges call a take profit.
    against = TriggerDirection.FALLS if side == "SELL" else TriggerDirection.RISES
    is_stop = purpose in _STOPS or (purpose not in _PROFITS and direction in (None, against))
    if is_stop:
        return OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
    return OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT


def _closes_all(row: Mapping[str, Any]) -> bool:
    return bool(flag_in(row, "closeOnTrigger")) and price_in(row, "qty") is None and bool(flag_in(row, "reduceOnly"))


def _attached(row: Mapping[str, Any]) -> tuple[Attached, ...]:
    """Take profit and stop that come into force once this order fills."""
    if row.get("takeProfit") in (None, "") and row.get("stopLoss") in (None, ""):
        return ()
    return (
        *attached(
            "tp",
            price_in(row, "takeProfit"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "tpTriggerBy")),
            limit_price=price_in(row, "tpLimitPrice"),
        ),
        *attached(
            "sl",
            price_in(row, "stopLoss"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "slTriggerBy")),
            limit_price=price_in(row, "slLimitPrice"),
        ),
    )


_PART = "PARTIALLYFILLEDCANCELED"
# Words that name no reason.
_NO_REASONS = frozenset({"", "UNKNOWN", "EC_NOERROR"})


def ended(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Ended:
    """What a row of the order history says besides: why it was rejected or cancelled, also after a part of it filled,
    which ccxt calls closed."""
    said = word_in(row, "orderStatus")
    if said not in ("REJECTED", "CANCELLED", "DEACTIVATED", _PART):
        return Ended()
    words = (text(row, "rejectReason"), text(row, "cancelType"))
    reason = next((one for one in words if one and one.upper() not in _NO_REASONS), None)
    if said != _PART:
        return Ended(reason=reason)
    return Ended("canceled", filled=amount(row, "cumExecQty"), average=price_in(row, "avgPrice"), reason=reason)
