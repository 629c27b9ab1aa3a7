"""Pools: the cost and profit of a coin over all spot markets of an account.

A book holds the fills of one market, so a coin bought for USD and sold for USDT has a profit in no book. A pool counts
the fills of all spot markets of the coin. Each fill is converted to the currency of the pool, its *unit*, at the rate
of the fill's own time. If a coin has only one quote currency, its pool and its book give the same results.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Any

from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.lots import EXACT, share_of
from domain.money import DOLLARS, MONEY
from domain.prices import BRIDGES, Rates
from domain.profit import Book

# Candidates for the unit of a pool, best first: dollars, money, coins. Bridges go first, as their prices are read.
_UNITS = tuple(
    dict.fromkeys((
        *(currency for currency in BRIDGES if currency in DOLLARS),
        *sorted(DOLLARS),
        *(currency for currency in BRIDGES if currency in MONEY),
        *sorted(MONEY),
        *BRIDGES,
    ))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class QuoteRate:
    """Units of the pool's currency for one of a fill's quote currency, at the time of the fill. None is unknown."""

    rate: Decimal | None
    is_assumed: bool = False  # True if a dollar coin without a price of that time counts as one dollar


@dataclass(frozen=True, slots=True)
class PoolResult:
    """The effect of one fill on its pool. None is unknown, never zero.

    `realised` and `realised_before_fees` are in the quote currency of the fill. `cost_after` is in the pool's currency.
    """

    key: str  # of the fill
    realised: Decimal | None  # of the explained part, less the fees of opening and closing
    realised_before_fees: Decimal | None
    held_after: Decimal  # by the fills of all markets
    cost_after: Decimal | None  # fees included
    sold_unexplained: Decimal  # never negative
    is_assumed: bool


def unit_of(quotes: Iterable[str]) -> str:
    """The currency of a pool with these quote currencies: the nearest to the dollar. Pass at least one.

    The result depends on the quotes alone, so that rebuilding a pool gives the same results.
    """
    return min(set(quotes), key=lambda quote: (_UNITS.index(quote) if quote in _UNITS else len(_UNITS), quote))


def quote_rate_of(quote: str | None, unit: str, rates: Rates | None) -> QuoteRate:
    """The rate from a quote currency to `unit`, by the prices of the fill's time.

    A dollar coin without a price of that time counts as one dollar. Then `is_assumed` is True.
    """
    if quote is None or quote == unit:
        return QuoteRate(None if quote is None else Decimal(1))
    rate = (rates or Rates(())).find(quote, unit)
    return QuoteRate(None) if rate is None else QuoteRate(rate.value, is_assumed=bool(rate.assumed))


class Pool:
    """The running state of one pool. Apply the fills of all its markets together, in the order of `in_order`.

    Leave out every market with a fill whose quote has no rate: only its book counts it then. If just that fill were
    left out, coins that it bought would be sold at no cost, or coins that it sold would be sold twice.
    """

    def __init__(self, unit: str, book: Book) -> None:
        self.unit = unit
        self._book = book

    def apply(self, fill: Fill, quote_rate: QuoteRate, fee_rate: Decimal | None) -> PoolResult:
        """Count one fill. `fee_rate` is units of the fill's quote for one `fee_currency`, as for Book.apply.

        Raises OutOfOrder, and ValueError if the rate of the quote currency is unknown.
        """
        rate = quote_rate.rate
        if not rate:
            raise ValueError(f"fill {fill.key} cannot be valued in {self.unit}")
        with localcontext(EXACT):
            result = self._book.apply(self._valued(fill, rate), self._fee_rate(fill, rate, fee_rate))
            return PoolResult(
                fill.key,
                _in_quote(result.realised, rate),
                _in_quote(result.realised_before_fees, rate),
                result.held_after,
                result.cost_after,
                result.sold_unexplained,
                quote_rate.is_assumed,
            )

    def _valued(self, fill: Fill, rate: Decimal) -> Fill:
        return replace(fill, quote=self.unit, price=fill.price * rate)

    def _fee_rate(self, fill: Fill, rate: Decimal, fee_rate: Decimal | None) -> Decimal | None:
        """Units of the pool's currency for one of the fee's. Used if the fee is in a third currency."""
        if fill.fee_currency == fill.quote:
            return rate
        return None if fee_rate is None else fee_rate * rate

    def state(self) -> Mapping[str, Any]:
        """The state as JSON values, so that old fills need not be counted again."""
        return {"unit": self.unit, "book": self._book.state()}

    @classmethod
    def opened(cls, unit: str, method: CostMethod, allows_short: bool) -> "Pool":
        """A pool before its first fill."""
        return cls(unit, Book(method, allows_short))

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Pool":
        """Restore a pool from `state`."""
        return cls(state["unit"], Book.from_state(state["book"]))


def _in_quote(amount: Decimal | None, rate: Decimal) -> Decimal | None:
    """Convert an amount from the pool's currency to the fill's quote currency, at the rate of the fill."""
    return amount if amount is None or rate == 1 else share_of(amount, Decimal(1), rate)
