"""Orders of exchanges whose rows nothing declares: what kind they are by ccxt's unified fields alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.orders import OrderKind
from domain.sources import Source, SourceKind
from exchanges.connection.exact import text
from exchanges.venues._shared.order_rows import OrderRow, attached_order, price_in


def generic_row(stated: OrderRow, unified: Mapping[str, Any], source: Source) -> OrderRow:
    """The kind by ccxt's own fields: its type, and which of its trigger prices are given."""
    said = (text(unified, "type") or "").lower()
    stop, profit = price_in(unified, "stopLossPrice"), price_in(unified, "takeProfitPrice")
    trigger = price_in(unified, "triggerPrice")
    if trigger is None and source.kind is SourceKind.TRIGGERS and not (stop and profit):
        trigger = stop or profit
    at_market = "market" in said or price_in(unified, "price") is None
    if "trail" in said:
        return replace(stated, kind=OrderKind.TRAILING_STOP, trigger_price=trigger)
    if trigger is None:
        kind = OrderKind.MARKET if said == "market" else OrderKind.LIMIT if "limit" in said else OrderKind.UNKNOWN
        hangs = (*attached_order("tp", profit), *attached_order("sl", stop))
        return replace(stated, kind=kind, attached=stated.attached or hangs)
    is_profit = trigger == profit or any(word in said for word in ("profit", "tp"))
    is_named = trigger in (stop, profit) or is_profit or "stop" in said
    if is_profit:
        kind = OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT
    else:
        kind = OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
    return replace(stated, kind=kind, trigger_price=trigger, kind_tells_direction=is_named)
