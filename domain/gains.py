"""Gains: what holdings have cost and gained, and what amounts of several currencies come to: by one rule for all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.cost_basis import BookHolding, CostBasis, cost_basis_of
from domain.holdings import Holding
from domain.money import is_money
from domain.prices import Rates


@dataclass(frozen=True, slots=True)
class Converted:
    """Amounts of several currencies in one. `unconverted` names those for which no price is known: they are not in it.

    `total` is None when nothing of it could be converted, never zero for what is unknown.
    """

    currency: str
    total: Decimal | None
    by_currency: Mapping[str | None, Decimal]
    unconverted: tuple[str, ...]
    assumed: tuple[str, ...] = ()  # dollar coins that count as one dollar for want of a price


def converted(amounts: Mapping[str | None, Decimal], rates: Rates, currency: str) -> Converted:
    """Amounts by currency (None: one that is not known), added up in `currency` by these rates."""
    total: Decimal | None = Decimal(0)
    unconverted: list[str] = []
    assumed: set[str] = set()
    known = 0
    for name, amount in amounts.items():
        rate = rates.find(name, currency) if name else None
        if rate is not None and total is not None:
            total += amount * rate.value
            known += 1
            assumed.update(rate.assumed if amount else ())
        elif amount:
            unconverted.append(name or "an unknown currency")
    if unconverted and not known:
        total = None
    return Converted(currency, total, dict(amounts), tuple(sorted(unconverted)), tuple(sorted(assumed)))


def costs_of(
    holdings: Iterable[Holding], books: Mapping[str, Sequence[BookHolding]], rates: Rates, currency: str
) -> Mapping[str, CostBasis]:
    """What the holdings of one account have cost, by asset; `books` are those that move the coin, by coin.

    The display currency has no cost in itself, and money that no book explains has none worth telling: both are left
    out.
    """
    found: dict[str, CostBasis] = {}
    for holding in holdings:
        own = books.get(holding.asset, ())
        if holding.asset == currency or (is_money(holding.asset) and not any(book.quantity for book in own)):
            continue
        found[holding.asset] = cost_basis_of(holding.asset, holding.quantity, own, rates, currency)
    return found


def gain_of(cost: CostBasis) -> Decimal | None:
    """What the explained part has gained, as a fraction of its cost; None where there is no cost to compare with."""
    if cost.unrealised is None or not cost.cost or cost.cost < 0:
        return None
    return cost.unrealised / cost.cost
