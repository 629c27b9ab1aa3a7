"""Order fills: which executions are of one order, and what they make together."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext

from domain.fills import Fill
from domain.markets import Side
from domain.orders import Order

# Sums of executions are exact, whatever their length; an average that does not come out even keeps so many digits.
_SUM_DIGITS, _AVERAGE_DIGITS = 4000, 28


def fills_under(fills: Iterable[Fill], order: Order, order_id: str) -> tuple[Fill, ...]:
    """The executions under an id, each once."""
    found = {
        fill.key: fill
        for fill in fills
        if fill.order_id == order_id
        and (fill.exchange_symbol, fill.symbol) == (order.exchange_symbol, order.symbol)
        and fill.side is order.side
    }
    return tuple(found.values())


def at_its_price(order: Order, fills: tuple[Fill, ...]) -> tuple[Fill, ...]:
    """Of executions under an id that several legs share: those that this leg's limit allows. The others are of the
    stop that took its place and kept the id."""
    limit = order.limit_price
    if order.leg_id is None or limit is None:
        return fills
    return tuple(fill for fill in fills if (fill.price >= limit if order.side is Side.SELL else fill.price <= limit))


def filled_by(fills: Sequence[Fill]) -> tuple[Decimal | None, Decimal | None]:
    """How much these executions make, and at which average price; None of none."""
    if not fills:
        return None, None
    with localcontext(prec=_SUM_DIGITS):
        amount = sum((fill.amount for fill in fills), Decimal(0))
        value = sum((fill.value for fill in fills), Decimal(0))
    with localcontext(prec=_AVERAGE_DIGITS):
        return amount, value / amount
