"""Marks: positions without a stated mark price take it from the ticker of their market."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Context, Decimal

from domain.cost_basis import unrealised_of
from domain.positions import Position
from domain.prices import Price

_QUOTIENT = Context(prec=34)


def with_marks(positions: Iterable[Position], prices: Mapping[str, Price]) -> tuple[Position, ...]:
    """The same positions. One without a mark gets that of its market, and one without a profit gets it at the mark.

    `prices` are by unified symbol. Without a mark the profit is at the last price, and the mark stays unknown.
    """
    return tuple(_with_mark(position, prices.get(position.symbol)) for position in positions)


def _with_mark(position: Position, price: Price | None) -> Position:
    at = None if price is None else price.mark or price.best
    if price is None or position.mark_price is not None or at is None or at <= 0:
        return position
    profit = position.unrealised_pnl
    if profit is None:
        profit = unrealised_of(position, at).computed
    if price.mark is None:
        return replace(position, unrealised_pnl=profit)
    return replace(position, mark_price=at, amount=_amount_at(position, at), unrealised_pnl=profit)


def _amount_at(position: Position, mark: Decimal) -> Decimal:
    """The size in the base currency. That of an inverse contract is worth a fixed sum of the quote currency."""
    if position.settles_in != position.base or position.entry_price is None or position.contracts is None:
        return position.amount
    return _QUOTIENT.divide(position.amount * position.entry_price, mark)
