"""Order fills: the executions of one order, with their total amount and average price."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext

from domain.fills import Fill
from domain.markets import Side
from domain.orders import Order

# Digits of a sum, enough for any executions to add up exactly, and of an average with an endless fraction.
_SUM_DIGITS, _AVERAGE_DIGITS = 4000, 28


def fills_under(fills: Iterable[Fill], order: Order, order_id: str) -> tuple[Fill, ...]:
    """The executions under an order id on the market and side of `order`, each once."""
    by_key = {
        fill.key: fill
        for fill in fills
        if fill.order_id == order_id
        and (fill.exchange_symbol, fill.symbol) == (order.exchange_symbol, order.symbol)
        and fill.side is order.side
    }
    return tuple(by_key.values())


def at_its_price(order: Order, fills: tuple[Fill, ...]) -> tuple[Fill, ...]:
    """The executions at this leg's limit price or better, if several legs share one order id.

    The others belong to the stop leg of the same id.
    """
    limit = order.limit_price
    if order.leg_id is None or limit is None:
        return fills
    return tuple(fill for fill in fills if (fill.price >= limit if order.side is Side.SELL else fill.price <= limit))


def filled_by(fills: Sequence[Fill]) -> tuple[Decimal | None, Decimal | None]:
    """Total amount and average price of these executions. (None, None) without executions."""
    if not fills:
        return None, None
    with localcontext(prec=_SUM_DIGITS):
        amount = sum((fill.amount for fill in fills), Decimal(0))
        value = sum((fill.value for fill in fills), Decimal(0))
    with localcontext(prec=_AVERAGE_DIGITS):
        return amount, value / amount
