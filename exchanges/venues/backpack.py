"""Backpack's orders: one list holds resting and trigger orders, with the take profit and stop that hang on them."""

from collections.abc import Mapping
from typing import Any

from domain.orders import OrderKind, TriggerKind
from exchanges.connection.exact import amount, text
from exchanges.venues._shared.account_calls import FillsCall
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.order_call import order_list
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_order,
    flag_in,
    price_in,
    word_in,
)
from exchanges.venues._shared.venue import Venue

_TRIGGER_KINDS = {"LASTPRICE": TriggerKind.LAST, "MARKPRICE": TriggerKind.MARK, "INDEXPRICE": TriggerKind.INDEX}
_BOOK = {"LIMIT": OrderKind.LIMIT, "MARKET": OrderKind.MARKET}
_WHOLE = "100%"


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """What a row of /api/v1/orders says."""
    kind = _BOOK.get(word_in(row, "orderType"), OrderKind.UNKNOWN)
    limit, trigger = price_in(row, "price"), price_in(row, "triggerPrice")
    waits = trigger is not None and row.get("triggeredAt") in (None, "", 0, "0")
    if waits:
        kind = OrderKind.STOP if kind is OrderKind.MARKET else OrderKind.STOP_LIMIT
    is_part = str(row.get("triggerQuantity")).strip().endswith("%")
    return OrderRow(
        kind=kind,
        trigger_price=trigger if waits else None,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerBy")) if waits else None,
        limit_price=limit,
        amount=price_in(row, "quantity") or (None if is_part else price_in(row, "triggerQuantity")),
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=flag_in(row, "postOnly"),
        close_position=True if is_part and str(row.get("triggerQuantity")).strip() == _WHOLE else None,
        attached=_attached(row),
        kind_tells_direction=False,
    )


def _attached(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    return (
        *attached_order(
            "tp",
            price_in(row, "takeProfitTriggerPrice"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "takeProfitTriggerBy")),
            limit_price=price_in(row, "takeProfitLimitPrice"),
        ),
        *attached_order(
            "sl",
            price_in(row, "stopLossTriggerPrice"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "stopLossTriggerBy")),
            limit_price=price_in(row, "stopLossLimitPrice"),
        ),
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """What a row of the order history says of its end. A trigger order keeps its id in the book."""
    return EndedRow(
        status="expired" if word_in(row, "status") == "EXPIRED" else None,
        filled=amount(row, "executedQuantity"),
        reason=text(row, "expiryReason"),
    )


VENUE = Venue(
    open_orders=(order_list(),),
    fills=(FillsCall("all"),),
    ended_orders=(newest_first("all", "fetch_orders", rows=1000),),
    order_row=order_row,
    ended_row=ended_row,
    triggers_among_orders=True,
)
