"""Backpack's orders: one list holds resting and trigger orders, with the take profit and stop that hang on them."""

from collections.abc import Mapping
from typing import Any

from domain.orders import OrderKind, TriggerKind
from exchanges.connection.exact import amount, text
from exchanges.venues._shared.order_rows import Attached, Ended, Stated, attached, flag_in, price_in, word_in

_TRIGGER_KINDS = {"LASTPRICE": TriggerKind.LAST, "MARKPRICE": TriggerKind.MARK, "INDEXPRICE": TriggerKind.INDEX}
_BOOK = {"LIMIT": OrderKind.LIMIT, "MARKET": OrderKind.MARKET}
_WHOLE = "100%"


def stated(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Stated:
    """What a row of /api/v1/orders says."""
    kind = _BOOK.get(word_in(row, "orderType"), OrderKind.UNKNOWN)
    limit, trigger = price_in(row, "price"), price_in(row, "triggerPrice")
    waits = trigger is not None and row.get("triggeredAt") in (None, "", 0, "0")
    if waits:
        kind = OrderKind.STOP if kind is OrderKind.MARKET else OrderKind.STOP_LIMIT
    is_part = str(row.get("triggerQuantity")).strip().endswith("%")
    return Stated(
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


def _attached(row: Mapping[str, Any]) -> tuple[Attached, ...]:
    return (
        *attached(
            "tp",
            price_in(row, "takeProfitTriggerPrice"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "takeProfitTriggerBy")),
            limit_price=price_in(row, "takeProfitLimitPrice"),
        ),
        *attached(
            "sl",
            price_in(row, "stopLossTriggerPrice"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "stopLossTriggerBy")),
            limit_price=price_in(row, "stopLossLimitPrice"),
        ),
    )


def ended(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Ended:
    """What a row of the order history says of its end. A trigger order keeps its id in the book."""
    return Ended(
        status="expired" if word_in(row, "status") == "EXPIRED" else None,
        filled=amount(row, "executedQuantity"),
        reason=text(row, "expiryReason"),
    )
