"""Marks: a position without a stated mark price gets it from the ticker of its market."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from domain.cost_basis import unrealised_of
from domain.lots import QUOTIENTS
from domain.positions import Position
from domain.prices import Price


def with_marks(positions: Iterable[Position], prices: Mapping[str, Price]) -> tuple[Position, ...]:
    """The same positions, where one without a mark price gets the mark and the open profit from its market's ticker.

    A stated profit is kept. `prices` are by unified symbol. If the ticker has no mark, the profit is computed at the
    best price and the mark stays unknown.
    """
    return tuple(_with_mark(position, prices.get(position.symbol)) for position in positions)


def _with_mark(position: Position, price: Price | None) -> Position:
    mark_or_best = None if price is None else price.mark or price.best
    if price is None or position.mark_price is not None or mark_or_best is None or mark_or_best <= 0:
        return position
    profit = position.unrealised_pnl
    if profit is None:
        profit = unrealised_of(position, mark_or_best).computed
    if price.mark is None:
        return replace(position, unrealised_pnl=profit)
    return replace(position, mark_price=mark_or_best, amount=_amount_at(position, mark_or_best), unrealised_pnl=profit)


def _amount_at(position: Position, mark: Decimal) -> Decimal:
    """The size in the base currency at this mark. An inverse contract is worth a fixed sum of the quote currency."""
    if not position.is_inverse or position.entry_price is None or position.contracts is None:
        return position.amount
    return QUOTIENTS.divide(position.amount * position.entry_price, mark)
