"""Marks: positions without a stated mark price take it from the price of their market."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Context, Decimal

from domain.cost_basis import unrealised_of
from domain.positions import Position
from domain.prices import Price

_QUOTIENT = Context(prec=34)


def with_marks(positions: Iterable[Position], prices: Mapping[str, Price]) -> tuple[Position, ...]:
    """The same positions. One without a mark gets the mark of its market, else its last price, and its open profit.

    `prices` are by unified symbol. A stated profit stands as it is.
    """
    return tuple(_with_mark(position, prices.get(position.symbol)) for position in positions)


def _with_mark(position: Position, price: Price | None) -> Position:
    mark = None if price is None else price.mark or price.best
    if position.mark_price is not None or mark is None or mark <= 0:
        return position
    profit = position.unrealised_pnl
    if profit is None:
        profit = unrealised_of(position, mark).computed
    return replace(position, mark_price=mark, amount=_amount_at(position, mark), unrealised_pnl=profit)


def _amount_at(position: Position, mark: Decimal) -> Decimal:
    """The size in the base currency. That of an inverse contract is worth a fixed sum of the quote currency."""
    if position.settles_in != position.base or position.entry_price is None or position.contracts is None:
        return position.amount
    return _QUOTIENT.divide(position.amount * position.entry_price, mark)
