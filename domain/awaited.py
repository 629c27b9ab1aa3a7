"""Awaited: the market price that an order is measured against, by one rule for the pages and the API."""

from decimal import Decimal

from domain.orders import Order, TriggerKind
from domain.prices import Price


def awaited_price(order: Order, price: Price | None) -> Decimal | None:
    """The price that an order waits for: the mark where the mark pulls its trigger and is known, else the best one."""
    if price is None:
        return None
    return price.mark if order.trigger_kind is TriggerKind.MARK and price.mark is not None else price.best
