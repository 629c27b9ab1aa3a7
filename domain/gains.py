"""Gains: the cost and gain of holdings, and sums over several currencies, for the pages and the API alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.cost_basis import BookHolding, CostBasis, cost_basis_of
from domain.holdings import Holding
from domain.money import is_money
from domain.prices import Rates


@dataclass(frozen=True, slots=True)
class Converted:
    """A sum over several currencies. `unconverted` names those without a rate, and `total` leaves them out.

    `total` is None if no amount could be converted.
    """

    currency: str
    total: Decimal | None
    by_currency: Mapping[str | None, Decimal]
    unconverted: tuple[str, ...]
    assumed: tuple[str, ...] = ()  # dollar coins without a price, counted as one dollar
    is_by_day: bool = False  # the sums of each day at the rate of the day (domain/worth.py)


def costs_of(
    holdings: Iterable[Holding], books: Mapping[str, Sequence[BookHolding]], rates: Rates, currency: str
) -> Mapping[str, CostBasis]:
    """The cost basis of the holdings of one account, by asset. `books` are the spot and margin books by coin.

    Left out are the display currency, which has no cost in itself, and money without fills.
    """
    costs: dict[str, CostBasis] = {}
    for holding in holdings:
        coin_books = books.get(holding.asset, ())
        if holding.asset == currency or (is_money(holding.asset) and not any(book.quantity for book in coin_books)):
            continue
        costs[holding.asset] = cost_basis_of(holding.asset, holding.quantity, coin_books, rates, currency)
    return costs


def gain_of(cost: CostBasis) -> Decimal | None:
    """The gain of the explained part as a fraction of its cost. None if the cost is unknown, zero or negative."""
    if cost.unrealised is None or not cost.cost or cost.cost < 0:
        return None
    return cost.unrealised / cost.cost
