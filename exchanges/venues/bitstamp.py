"""Bitstamp's orders: its list tells limit orders, and what is left of them rather than what they were."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.orders import OrderKind
from exchanges.connection.exact import EXACT, amount
from exchanges.venues._shared.order_rows import Ended, Stated, price_in, word_in


def stated(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Stated:
    """What a row of open_orders/all says. A price of a stop, where one is told, makes it a trigger order."""
    whole, left = price_in(row, "amount_at_create"), amount(row, "amount")
    done = EXACT.subtract(whole, left) if whole is not None and left is not None and 0 <= left <= whole else None
    trigger = price_in(row, "stop_price")
    price = price_in(row, "price")
    kind = OrderKind.LIMIT if trigger is None else OrderKind.STOP_LIMIT if price is not None else OrderKind.STOP
    return Stated(
        kind=kind if price is not None or trigger is not None else OrderKind.UNKNOWN,
        trigger_price=trigger,
        limit_price=price,
        amount=whole,
        filled=done,
        kind_tells_direction=False,
    )


def ended(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Ended:
    """What order_status says: its executions, of which there may be none."""
    return Ended(
        status="expired" if word_in(row, "status") == "EXPIRED" else None,
        filled=Decimal(0) if row.get("transactions") == [] else None,
    )
