"""Bitget's rows of orders and executions: spot, plans, futures, and those of a unified account.

Documentation: www.bitget.com/api-doc, pages contract/plan Get Pending Trigger Order (the plan types of profit_loss, one
of them moving_plan, close a position), uta/strategy Place Strategy Order and Unfilled Strategy Orders.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.markets import Side
from domain.orders import Contingency, OrderKind, OrderStatus, Role, TrailingUnit, TriggerKind
from domain.positions import PositionSide
from exchanges.connection.exact import Garbled, amount, quoted, text
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_pair,
    flag_in,
    id_in,
    plain_kind,
    position_side_in,
    price_in,
    stated_position_side,
    word_in,
)

_TRIGGER_KINDS = {
    "FILL_PRICE": TriggerKind.LAST,
    "MARKET": TriggerKind.LAST,  # a unified account's word for the last price
    "MARK_PRICE": TriggerKind.MARK,
    "MARK": TriggerKind.MARK,
    "INDEX_PRICE": TriggerKind.INDEX,
}
_YES = {"YES": True, "NO": False}
_UNIFIED_LEGS = (("takeProfit", "tpLimitPrice", "tpTriggerBy"), ("stopLoss", "slLimitPrice", "slTriggerBy"))
_PROFITS = frozenset({"PROFIT_PLAN", "POS_PROFIT"})
_STOPS = frozenset({"LOSS_PLAN", "POS_LOSS"})
_TRAILING = frozenset({"TRACK_PLAN", "MOVING_PLAN"})
_CLOSING = _PROFITS | _STOPS | {"MOVING_PLAN"}
_PLANS = _PROFITS | _STOPS | _TRAILING | {"NORMAL_PLAN"}


def order_row(row: Mapping[str, Any], _ccxt: Mapping[str, Any]) -> OrderRow:
    """Parse a row of the pending, plan, spot, margin or unified account's lists."""
    if "category" in row:
        return _unified_row(row)
    return _futures(row) if "posSide" in row or "marginCoin" in row else _spot(row)


def fill_row(row: Mapping[str, Any], ccxt_fill: Mapping[str, Any]) -> Mapping[str, Any]:
    """Its side in hedge mode, and the fee of a unified account."""
    return _hedged(row) if word_in(row, "posMode") == "HEDGE_MODE" else _unified_fill(row, ccxt_fill)


def _hedged(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """In hedge mode `side` names the position that was opened or closed, and so do "reduce_close_long" and its like."""
    does = word_in(row, "tradeSide")
    named = {"LONG": PositionSide.LONG, "SHORT": PositionSide.SHORT}.get(does.rpartition("_CLOSE_")[2])
    position = named or {"BUY": PositionSide.LONG, "SELL": PositionSide.SHORT}.get(word_in(row, "side"))
    if position is None or (named is None and does not in ("OPEN", "CLOSE")):
        return {}
    opens = does == "OPEN"
    return {"side": Side.BUY if (position is PositionSide.LONG) is opens else Side.SELL, "positionSide": position}


def _spot(row: Mapping[str, Any]) -> OrderRow:
    at_market, trigger = word_in(row, "orderType") == "MARKET", price_in(row, "triggerPrice")
    waits = trigger is not None
    # Plans state what their size counts. Other buys at market count the money to spend.
    plan = word_in(row, "planType")
    in_quote = plan == "TOTAL" if plan else at_market and word_in(row, "side") == "BUY"
    return OrderRow(
        kind=plain_kind(at_market, trigger),
        trigger_price=trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerType"), TriggerKind.LAST) if waits else None,
        amount=price_in(row, "size") if plan else None,
        in_quote=in_quote,
        attached=attached_pair(row, *_SPOT_LEGS, _TRIGGER_KINDS),
        kind_tells_direction=False,
    )


def _futures(row: Mapping[str, Any]) -> OrderRow:
    plan, trigger = word_in(row, "planType"), price_in(row, "triggerPrice")
    if trigger is not None and plan not in _PLANS:
        raise Garbled(f"planType is no type of plan: {quoted(row.get('planType'))}")
    trails = plan in _TRAILING
    if trails and trigger is None:
        raise Garbled("triggerPrice is missing: the trailing stop may wait for it")
    return OrderRow(
        kind=_kind(plan, _at_market(row, plan), trigger),
        role=Role.TAKE_PROFIT if plan in _PROFITS else Role.STOP_LOSS if plan in _STOPS else None,
        side=_side(row),
        trigger_price=None if trails else trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerType")) if trigger is not None else None,
        limit_price=price_in(row, "executePrice", "price"),
        trailing_distance=price_in(row, "callbackRatio") if trails else None,
        trailing_unit=TrailingUnit.PERCENT if trails else None,
        activation_price=trigger if trails else None,
        amount=price_in(row, "size"),
        reduce_only=True if plan in _CLOSING else _YES.get(word_in(row, "reduceOnly")),
        post_only=word_in(row, "force") == "POST_ONLY",
        close_position=True if plan in ("POS_PROFIT", "POS_LOSS") and price_in(row, "size") is None else None,
        position_side=stated_position_side(row, "posSide"),
        attached=_hanging(row) if plan in ("", "NORMAL_PLAN") else (),
        kind_tells_direction=plan != "NORMAL_PLAN",
    )


def _at_market(row: Mapping[str, Any], plan: str) -> bool:
    """True for a take profit or stop without an execution price: it executes at market, despite its order type."""
    order_type = word_in(row, "orderType")
    if plan in _PROFITS | _STOPS:
        return order_type == "MARKET" or price_in(row, "executePrice", "price") is None
    return order_type == "MARKET"


def _kind(plan: str, at_market: bool, trigger: Decimal | None) -> OrderKind:
    if plan in _TRAILING:
        return OrderKind.TRAILING_STOP
    return plain_kind(at_market, trigger, takes_profit=plan in _PROFITS)


def _side(row: Mapping[str, Any]) -> Side | None:
    """In hedge mode `side` names the position (buy for a long one), also of an order that closes it."""
    position, does = position_side_in(row, "posSide"), word_in(row, "tradeSide")
    if word_in(row, "posMode") != "HEDGE_MODE":
        return {"BUY": Side.BUY, "SELL": Side.SELL}.get(word_in(row, "side"))
    if position is None or (does != "OPEN" and "CLOSE" not in does):
        raise Garbled("hedge mode, and posSide or tradeSide is missing")
    return Side.BUY if (position is PositionSide.LONG) is (does == "OPEN") else Side.SELL


# Orders placed once another one fills: fields of trigger, limit and kind of price.
_SPOT_LEGS = (
    ("presetTakeProfitPrice", "executeTakeProfitPrice", ""), ("presetStopLossPrice", "executeStopLossPrice", ""),
)  # fmt: skip
_BOOK_LEGS = (
    ("presetStopSurplusPrice", "presetStopSurplusExecutePrice", "presetStopSurplusType"),
    ("presetStopLossPrice", "presetStopLossExecutePrice", "presetStopLossType"),
)
_PLAN_LEGS = (
    ("stopSurplusTriggerPrice", "stopSurplusExecutePrice", "stopSurplusTriggerType"),
    ("stopLossTriggerPrice", "stopLossExecutePrice", "stopLossTriggerType"),
)


def _hanging(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    """Book orders and plans name it differently."""
    return (
        *attached_pair(row, *_BOOK_LEGS, _TRIGGER_KINDS),
        *attached_pair(row, *_PLAN_LEGS, _TRIGGER_KINDS),
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse a row of the order history: the book order of a plan, the average price in a unified account, and the
    reason of a cancellation.
    """
    return EndedRow(
        book_order_id=id_in(row, "executeOrderId"),
        average=price_in(row, "avgPrice"),
        reason=text(row, "cancelReason"),
    )


def _unified_row(row: Mapping[str, Any]) -> OrderRow:
    """A row of the unfilled orders or of the strategy orders, which have a type."""
    common: dict[str, Any] = {
        "position_side": position_side_in(row, "posSide"),
        "reduce_only": _YES.get(word_in(row, "reduceOnly"), flag_in(row, "reduceOnly")),
        "amount": price_in(row, "qty"),
        # In one-way mode the row names no position, but ccxt identifies contracts by it.
        "is_contract": word_in(row, "category").endswith("-FUTURES"),
    }
    strategy = word_in(row, "type")
    if strategy in ("ICEBERG", "TWAP"):  # placed piece by piece
        return OrderRow(kind=OrderKind.UNKNOWN, status=OrderStatus.OPEN, **common)
    if strategy == "TRAILING_STOP":
        return _unified_trailing(row, common)
    if strategy == "OCO":
        return _unified_pair(row, common)
    if "orderType" in row or price_in(row, "triggerPrice") is not None:
        return _unified_order(row, common)
    return _unified_closing(row, common)


def _unified_order(row: Mapping[str, Any], common: Mapping[str, Any]) -> OrderRow:
    """An order of the book, or one that waits for its trigger price."""
    trigger = price_in(row, "triggerPrice")
    at_market = (word_in(row, "triggerOrderType") or word_in(row, "orderType")) == "MARKET"
    return OrderRow(
        kind=plain_kind(at_market, trigger),
        # A strategy order has no status. The list holds only waiting ones.
        status=OrderStatus.PENDING if trigger is not None and "orderStatus" not in row else None,
        trigger_price=trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerBy")) if trigger is not None else None,
        limit_price=price_in(row, "triggerOrderPrice", "price"),
        in_quote=not common["is_contract"] and at_market and word_in(row, "side") == "BUY",
        post_only=word_in(row, "timeInForce") == "POST_ONLY",
        attached=attached_pair(row, *_UNIFIED_LEGS, _TRIGGER_KINDS),
        kind_tells_direction=False,
        **common,
    )


def _unified_closing(row: Mapping[str, Any], common: Mapping[str, Any]) -> OrderRow:
    """A take profit or stop of a position, or both: the row names the position alone, and closes it."""
    legs = attached_pair(row, *_UNIFIED_LEGS, _TRIGGER_KINDS)
    if not legs:
        raise Garbled(f"a strategy order without a price, of type {quoted(word_in(row, 'type'))}")
    group = id_in(row, "orderId") if len(legs) > 1 else None
    return OrderRow(
        legs=legs,
        side={PositionSide.LONG: Side.SELL, PositionSide.SHORT: Side.BUY}.get(common["position_side"]),
        group_id=group,
        contingency=Contingency.OCO if group else None,
        close_position=True if common["amount"] is None else None,
        **{**common, "reduce_only": True},
    )


def _unified_pair(row: Mapping[str, Any], common: Mapping[str, Any]) -> OrderRow:
    """A limit that takes a profit, and a stop: once one acts, the other is cancelled."""
    params = _object(row, "ocoParams")
    limit = None if word_in(params, "ocoOrderType") == "MARKET" else price_in(params, "ocoOrderPrice")
    target, trigger = price_in(params, "ocoLimitPrice"), price_in(params, "ocoTriggerPrice")
    if target is None or trigger is None:
        raise Garbled("ocoParams has no limit or no trigger price")
    return OrderRow(
        legs=(
            AttachedOrder("tp", Role.TAKE_PROFIT, None, limit_price=target, kind=OrderKind.LIMIT),
            AttachedOrder("sl", Role.STOP_LOSS, trigger, TriggerKind.LAST, limit),
        ),
        status=OrderStatus.OPEN,
        filled=Decimal(0) if word_in(row, "status") == "PENDING" else None,
        group_id=id_in(row, "orderId"),
        contingency=Contingency.OCO,
        **common,
    )


def _unified_trailing(row: Mapping[str, Any], common: Mapping[str, Any]) -> OrderRow:
    """A trailing stop. The words of its trailType are not documented, so the unit of its distance is unknown."""
    params = _object(row, "trailingStopParams")
    if not params:
        raise Garbled("trailingStopParams is missing: the trailing stop may wait for an activation price")
    return OrderRow(
        kind=OrderKind.TRAILING_STOP,
        status=OrderStatus.PENDING,
        activation_price=price_in(params, "activationPrice"),
        **common,
    )


def _object(row: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    value = row.get(field)
    return value if isinstance(value, Mapping) else {}


def _unified_fill(row: Mapping[str, Any], ccxt_fill: Mapping[str, Any]) -> Mapping[str, Any]:
    """A fee that was paid is positive, which ccxt turns round."""
    fee, contract = ccxt_fill.get("fee"), {"is_contract": word_in(row, "category").endswith("-FUTURES")}
    if "execId" not in row or not isinstance(fee, Mapping) or (cost := amount(fee, "cost")) is None:
        return contract
    return {**contract, "fee": {**fee, "cost": format(cost.copy_negate(), "f")}}
