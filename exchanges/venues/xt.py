"""XT's orders: spot, and the book, plan, profit and track orders of its futures, which are counted in contracts."""

from collections.abc import Mapping
from typing import Any

from domain.orders import Contingency, OrderKind, TrailingUnit, TriggerKind
from domain.positions import PositionSide
from exchanges.connection.exact import amount
from exchanges.venues._shared.order_rows import (
    Attached,
    Ended,
    Stated,
    attached,
    flag_in,
    id_in,
    position_side_in,
    price_in,
    word_in,
)

_KINDS = {"LIMIT": OrderKind.LIMIT, "MARKET": OrderKind.MARKET}
_PLANS = {
    "STOP": OrderKind.STOP_LIMIT,
    "STOP_MARKET": OrderKind.STOP,
    "TAKE_PROFIT": OrderKind.TAKE_PROFIT_LIMIT,
    "TAKE_PROFIT_MARKET": OrderKind.TAKE_PROFIT,
    "TRAILING_STOP_MARKET": OrderKind.TRAILING_STOP,
}
_TRIGGER_KINDS = {
    "LATEST_PRICE": TriggerKind.LAST,
    "MARK_PRICE": TriggerKind.MARK,
    "INDEX_PRICE": TriggerKind.INDEX,
}
_CLOSES = {PositionSide.LONG: "SELL", PositionSide.SHORT: "BUY"}
_PERCENT = 100
_ENDINGS = {
    "PARTIALLY_CANCELED": ("canceled", None),
    "PLATFORM_REVOCATION": ("canceled", "revoked by the exchange"),
    "DELEGATION_FAILED": ("rejected", "could not be placed"),
}


def stated(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Stated:
    """What a row of a spot list, or of the order, plan, profit or track list of futures says."""
    if "positionSide" not in row:
        return Stated(
            kind=_KINDS.get(word_in(row, "type"), OrderKind.UNKNOWN),
            limit_price=price_in(row, "price"),
            post_only=word_in(row, "timeInForce") in ("GTX", "PO"),
        )
    if id_in(row, "trackId"):
        return _track(row, _common(row))
    if id_in(row, "profitId"):
        return _profit(row, _common(row))
    return _plan(row, _common(row)) if "entrustType" in row else _book(row, _common(row))


def execution(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """The contracts of an execution: ccxt makes units of the base asset of them, which inverse ones are not."""
    return {} if "bizType" in row else {"amount": row.get("quantity")}


def _common(row: Mapping[str, Any]) -> dict[str, Any]:
    side = position_side_in(row, "positionSide")
    closes = None if side is None else word_in(row, "orderSide") in ("", _CLOSES[side])
    return {
        "amount": price_in(row, "origQty", "quantity"),
        "filled": amount(row, "executedQty"),
        "position_side": side,
        "reduce_only": closes,  # an account has a long and a short position: what sells the long one reduces it
        "close_position": flag_in(row, "closePosition") or None,
    }


def _book(row: Mapping[str, Any], common: dict[str, Any]) -> Stated:
    return Stated(
        kind=_KINDS.get(word_in(row, "orderType"), OrderKind.UNKNOWN),
        limit_price=price_in(row, "price"),
        post_only=word_in(row, "timeInForce") in ("GTX", "PO"),
        attached=() if common["reduce_only"] else _legs(row),
        **common,
    )


def _plan(row: Mapping[str, Any], common: dict[str, Any]) -> Stated:
    kind = _PLANS.get(word_in(row, "entrustType"), OrderKind.UNKNOWN)
    return Stated(
        kind=kind,
        trigger_price=price_in(row, "stopPrice"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerPriceType")),
        limit_price=price_in(row, "price"),
        kind_tells_direction=False,  # every plan order may be created as STOP, whichever way it waits for
        **common,
    )


def _profit(row: Mapping[str, Any], common: dict[str, Any]) -> Stated:
    """A take profit, a stop or both of a position; with both, one cancels the other."""
    legs = _legs(row)
    several = len(legs) > 1
    return Stated(
        kind=None if legs else OrderKind.UNKNOWN,
        legs=legs,
        group_id=id_in(row, "profitId") if several else None,
        contingency=Contingency.OCO if several else None,
        **common,
    )


def _track(row: Mapping[str, Any], common: dict[str, Any]) -> Stated:
    value = price_in(row, "callbackVal")
    is_share = word_in(row, "callback") == "PROPORTION"
    return Stated(
        kind=OrderKind.TRAILING_STOP,
        trigger_price=price_in(row, "stopPrice"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerPriceType")),
        trailing_distance=value * _PERCENT if value is not None and is_share else value,
        trailing_unit=None if value is None else TrailingUnit.PERCENT if is_share else TrailingUnit.PRICE,
        activation_price=price_in(row, "activationPrice"),
        **common,
    )


def _legs(row: Mapping[str, Any]) -> tuple[Attached, ...]:
    kind = _TRIGGER_KINDS.get(word_in(row, "triggerPriceType"))
    return (
        *attached("tp", price_in(row, "triggerProfitPrice"), trigger_kind=kind),
        *attached("sl", price_in(row, "triggerStopPrice"), trigger_kind=kind),
    )


def ended(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Ended:
    """How an order ended, by the words that ccxt does not know or calls rejected."""
    status, reason = _ENDINGS.get(word_in(row, "state"), (None, None))
    return Ended(status=status, reason=reason)
