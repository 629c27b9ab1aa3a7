"""Parsers for HTX's orders and fills: the spot book, its conditional orders, and linear and inverse contracts.

Sources: www.htx.com/en-us/opend/newApiPages, pages "Place a conditional order" (known by its clientOrderId alone),
"Query open conditional orders (before triggering)", "Query conditional order history" (orderId is that in the book),
and of coin-margined swaps "Query Trigger Order Open Orders" (direction and offset), "Query Open Take-profit and
Stop-loss Orders" (only "buy short" and "sell long"), "Current unfilled trailing order acquisition" (is_active).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.markets import Side
from domain.orders import Contingency, OrderKind, Role, TrailingUnit, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from exchanges.connection.exact import EXACT, Garbled, moment, quoted, text
from exchanges.venues._shared.ended_call import EndedCall, newest_first
from exchanges.venues._shared.order_call import TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_order,
    flag_in,
    id_in,
    plain_kind,
    position_side_in,
    price_in,
    stated_position_side,
    word_in,
)

_TRIGGER_KINDS = {"LAST": TriggerKind.LAST, "MARK": TriggerKind.MARK, "INDEX": TriggerKind.INDEX}
_DIRECTIONS = {
    "GE": TriggerDirection.RISES,
    "GTE": TriggerDirection.RISES,
    "LE": TriggerDirection.FALLS,
    "LTE": TriggerDirection.FALLS,
}
_PERCENT = Decimal(100)
_SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}
_FLAGS = {"1": True, "0": False}
ALGO_ORDERS, ALGO_HISTORY = "v2/algo-orders/opening", "v2/algo-orders/history"
SPOT_ALGO = OrderCall(
    TRIGGERS, "spot", {"limit": 500}, path=ALGO_ORDERS, is_direct=True, market="spot", limit=500, list_at=("data",)
)


def ended_algo_calls() -> tuple[EndedCall, ...]:
    """The history of the conditional orders of spot is a list for each way to end."""
    return tuple(
        newest_first(
            f"spot-{status}",
            ALGO_HISTORY,
            TRIGGERS,
            "spot",
            params={"orderStatus": status, "limit": 500},
            market="spot",
            each_symbol=True,
            named="symbol",
            direct="spot",
            rows=500,
            list_at=("data",),
        )
        for status in ("triggered", "canceled", "rejected")
    )


def order_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of the open orders, trigger, take-profit/stop-loss or trailing orders."""
    if "contract_code" not in row:
        return _spot_algo(row) if "orderSide" in row else _spot(row, str(unified.get("side")))
    if price_in(row, "callback_rate") is not None:
        return _trailing(row)
    if "tpsl_order_type" in row:
        return _inverse_tpsl(row)
    if "algo_id" in row and word_in(row, "type") in ("TP", "SL", "TPSL"):
        return _linear_tpsl(row)
    if "algo_id" in row and price_in(row, "trigger_price") is None and _legs(row):
        raise Garbled(f"type is neither tp nor sl nor tpsl: {quoted(row.get('type'))}")
    return _contract(row, str(unified.get("side")))


def fill_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """Parse a fill. Inverse contracts and older rows state if a side opened or closed ("both": one-way mode)."""
    side = _side_by_offset(row)
    return {} if side is None else {"positionSide": side}


def _side_by_offset(row: Mapping[str, Any]) -> PositionSide | None:
    does, side = word_in(row, "offset"), word_in(row, "direction")
    if does not in ("OPEN", "CLOSE") or side not in _SIDES:
        return None
    return PositionSide.LONG if (side == "BUY") is (does == "OPEN") else PositionSide.SHORT


def _position_side(row: Mapping[str, Any]) -> PositionSide | None:
    return position_side_in(row, "position_side") or _side_by_offset(row)


def _spot_algo(row: Mapping[str, Any]) -> OrderRow:
    """A conditional order of spot. Its row does not say from which side the price comes to `stopPrice`."""
    at_market, rate = word_in(row, "orderType") == "MARKET", price_in(row, "trailingRate")
    size, stop_price = price_in(row, "orderSize"), price_in(row, "stopPrice")
    common = OrderRow(
        kind=OrderKind.TRAILING_STOP,
        side=_SIDES.get(word_in(row, "orderSide")),
        order_id=id_in(row, "clientOrderId"),
        client_order_id=id_in(row, "clientOrderId"),
        amount=size,
        in_quote=size is None and price_in(row, "orderValue") is not None,
        post_only=word_in(row, "timeInForce") == "BOC",
        created_at=moment(row, "orderOrigTime"),
    )
    if stop_price is None:
        raise Garbled("a conditional order without a stopPrice")
    if rate is not None:
        return replace(
            common,
            trailing_distance=EXACT.multiply(rate, _PERCENT),
            trailing_unit=TrailingUnit.PERCENT,
            activation_price=stop_price,
        )
    return replace(
        common,
        kind=plain_kind(at_market, stop_price),
        trigger_price=stop_price,
        trigger_kind=TriggerKind.LAST,
        limit_price=None if at_market else price_in(row, "orderPrice"),
        kind_tells_direction=False,
    )


def _spot(row: Mapping[str, Any], side: str) -> OrderRow:
    order_type, trigger = word_in(row, "type"), price_in(row, "stop-price")
    at_market = order_type.endswith("-MARKET")
    direction = _DIRECTIONS.get(word_in(row, "operator")) if trigger is not None else None
    return OrderRow(
        kind=_kind(at_market, trigger, direction, side),
        trigger_price=trigger,
        trigger_kind=TriggerKind.LAST if trigger is not None else None,
        trigger_direction=direction,
        amount=price_in(row, "amount"),
        in_quote=at_market and side == "buy",
        post_only=order_type.endswith("-LIMIT-MAKER"),
    )


def _contract(row: Mapping[str, Any], side: str) -> OrderRow:
    trigger = price_in(row, "trigger_price")
    priced = word_in(row, "order_price_type") or word_in(row, "type")
    direction = _DIRECTIONS.get(word_in(row, "trigger_type")) if trigger is not None else None
    # "optimal_5", "opponent" and similar types execute at the book's price.
    at_market = priced in ("MARKET", "OPPONENT", "LIGHTNING") or priced.startswith("OPTIMAL")
    return OrderRow(
        amount=price_in(row, "volume"),
        kind=_kind(at_market, trigger, direction, side),
        trigger_price=trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "trigger_price_type")) if trigger is not None else None,
        trigger_direction=direction,
        limit_price=price_in(row, "price", "order_price"),
        reduce_only=_closes(row),
        post_only=priced == "POST_ONLY" or word_in(row, "time_in_force") == "POST_ONLY",
        position_side=_position_side(row),
        attached=_legs(row),
    )


def _linear_tpsl(row: Mapping[str, Any]) -> OrderRow:
    closes = True if price_in(row, "volume") is None else None
    legs = _legs(row)
    group = id_in(row, "algo_id") if len(legs) > 1 else None
    return OrderRow(
        legs=legs,
        group_id=group,
        contingency=Contingency.OCO if group else None,
        reduce_only=True,
        close_position=closes,
        position_side=stated_position_side(row, "position_side"),
    )


def _inverse_tpsl(row: Mapping[str, Any]) -> OrderRow:
    """A take profit or stop, which always closes. If two were set together, one cancels the other."""
    pair = [id_ for field in ("order_id_str", "relation_tpsl_order_id") if (id_ := id_in(row, field)) is not None]
    group = "+".join(sorted(pair)) if len(pair) == 2 else None
    purpose = word_in(row, "tpsl_order_type")
    if purpose not in ("TP", "SL"):
        raise Garbled(f"tpsl_order_type is neither tp nor sl: {quoted(row.get('tpsl_order_type'))}")
    is_profit = purpose == "TP"
    limit = price_in(row, "order_price") if word_in(row, "order_price_type") == "LIMIT" else None
    if is_profit:
        kind = OrderKind.TAKE_PROFIT if limit is None else OrderKind.TAKE_PROFIT_LIMIT
    else:
        kind = OrderKind.STOP if limit is None else OrderKind.STOP_LIMIT
    return OrderRow(
        amount=price_in(row, "volume"),
        kind=kind,
        role=Role.TAKE_PROFIT if is_profit else Role.STOP_LOSS,
        trigger_price=price_in(row, "trigger_price"),
        trigger_direction=_DIRECTIONS.get(word_in(row, "trigger_type")),
        limit_price=limit,
        reduce_only=True,
        position_side={"SELL": PositionSide.LONG, "BUY": PositionSide.SHORT}.get(word_in(row, "direction")),
        group_id=group,
        contingency=Contingency.OCO if group else None,
    )


def _trailing(row: Mapping[str, Any]) -> OrderRow:
    rate, activation = price_in(row, "callback_rate"), price_in(row, "active_price")
    is_active = _FLAGS.get(word_in(row, "is_active"))
    if activation is None and is_active is None:
        raise Garbled("active_price is missing: the trailing stop may wait for it")
    return OrderRow(
        amount=price_in(row, "volume"),
        kind=OrderKind.TRAILING_STOP,
        trailing_distance=None if rate is None else EXACT.multiply(rate, _PERCENT),
        trailing_unit=TrailingUnit.PERCENT,
        activation_price=activation,
        reduce_only=_closes(row),
        position_side=_position_side(row),
        is_active=is_active,
    )


def _kind(at_market: bool, trigger: Decimal | None, direction: TriggerDirection | None, side: str) -> OrderKind:
    favourable = TriggerDirection.RISES if side == "sell" else TriggerDirection.FALLS
    return plain_kind(at_market, trigger, takes_profit=direction is favourable)


def _closes(row: Mapping[str, Any]) -> bool | None:
    """Said as a flag, as 1 or 0, or by what the order does to a position."""
    if word_in(row, "offset") == "CLOSE":
        return True
    reduce_only = flag_in(row, "reduce_only")
    return _FLAGS.get(word_in(row, "reduce_only")) if reduce_only is None else reduce_only


def _legs(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    return (*_leg(row, "tp"), *_leg(row, "sl"))


def _leg(row: Mapping[str, Any], leg: str) -> tuple[AttachedOrder, ...]:
    """A take profit or stop, at market if its price is 0 or its type says so."""
    at_market = word_in(row, f"{leg}_type") == "MARKET"
    return attached_order(
        leg,
        price_in(row, f"{leg}_trigger_price"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, f"{leg}_trigger_price_type")),
        limit_price=None if at_market else price_in(row, f"{leg}_order_price"),
    )


# Status codes of inverse triggers. They differ from those of ordinary orders.
_TRIGGERED = {"4": "triggered", "5": "rejected", "6": "canceled", "11": "expired"}


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse a row of an order history. A trigger that placed its order is "effective" or has a status code of its own.

    ccxt would count a cancelled one as filled.
    """
    status, ended_at = word_in(row, "state") or word_in(row, "status"), _ended_at(row)
    if "orderSide" in row:  # a conditional order of spot: its status is a word of ours already
        return EndedRow(
            (text(row, "orderStatus") or "").lower(),
            book_order_id=id_in(row, "orderId"),
            ended_at=ended_at,
            reason=text(row, "errMessage"),
        )
    if id_in(row, "algo_id") is not None:
        return EndedRow({"EFFECTIVE": "triggered", "FAILED": "rejected"}.get(status), ended_at=ended_at)
    if "relation_order_id" not in row:
        return EndedRow(ended_at=ended_at)
    return EndedRow(
        _TRIGGERED.get(status, "open"),
        book_order_id=id_in(row, "relation_order_id"),
        ended_at=ended_at,
        reason=text(row, "fail_reason"),
    )


# When an order ended: fields of spot rows, of triggers, and of all contracts.
_ENDED_AT = ("lastActTime", "finished-at", "canceled-at", "canceled_at", "triggered_at", "updated_time", "update_time")


def _ended_at(row: Mapping[str, Any]) -> datetime | None:
    return next((at for field in _ENDED_AT if (at := moment(row, field)) is not None), None)
