"""Results of all fills of a book."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.movements import may_go_short
from domain.profit import Book, Result, in_order


def results_of(
    fills: Iterable[Fill],
    method: CostMethod,
    fee_rates: Mapping[str, Decimal | None],
    allows_short: bool | None = None,
    is_hedged: bool = False,
) -> tuple[Result, ...]:
    """The result of each fill of one book, in order. `fee_rates` for Book.apply are by fill key.

    Without `allows_short`, the market type decides if the book may go short.
    """
    ordered = in_order(fills)
    if allows_short is None:
        allows_short = bool(ordered) and may_go_short(ordered[0])
    book = Book(method, allows_short, is_hedged=is_hedged)
    return tuple(book.apply(fill, fee_rates.get(fill.key)) for fill in ordered)
