"""Pools: a coin of an account over all its spot markets: what was bought for USD and sold for USDT has a profit.

Books stay apart by quote currency. A pool stands beside them: each fill is valued in one currency at its
own time, and the coin is counted as one. Of a coin with one quote the pool would say exactly what its book says.
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

# The units of pools, best first: dollars, then other money, then coins. Bridges come first, because they have prices.
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
    """What one unit of a fill's quote currency was worth in the pool's currency at the fill's time; None is unknown."""

    rate: Decimal | None
    is_assumed: bool = False  # one dollar coin counts as one dollar, for want of a price of that time


@dataclass(frozen=True, slots=True)
class PoolResult:
    """What one fill did to its pool. None is unknown, never zero.

    `realised` and `realised_before_fees` are in the quote currency of the fill, `cost_after` in that of the pool.
    """

    key: str  # of the fill
    realised: Decimal | None  # fees deducted, those of opening too; of the explained part only
    realised_before_fees: Decimal | None
    held_after: Decimal  # what the fills of all markets explain
    cost_after: Decimal | None  # fees included
    sold_unexplained: Decimal  # never negative
    is_assumed: bool


def unit_of(quotes: Iterable[str]) -> str:
    """The currency in which a pool counts: the only quote, else the nearest to the dollar among them.

    At least one quote is to be given. Nothing else matters, so that a pool that is worked out again says the same.
    """
    return min(set(quotes), key=lambda quote: (_UNITS.index(quote) if quote in _UNITS else len(_UNITS), quote))


def quote_rate_of(quote: str | None, unit: str, rates: Rates | None) -> QuoteRate:
    """What a quote currency was worth in the pool's currency, by the prices of that time.

    A dollar coin without a known price of that time counts as one dollar, and the result says so.
    """
    if quote is None or quote == unit:
        return QuoteRate(None if quote is None else Decimal(1))
    found = (rates or Rates(())).find(quote, unit)
    return QuoteRate(None) if found is None else QuoteRate(found.value, is_assumed=bool(found.assumed))


class Pool:
    """The running state of one pool. Fills are to be taken in the order of `in_order`, all its markets together.

    A market with a fill that nobody can value is no part of it: its book tells of it, as if the coin had no other. Were
    that fill alone left out, what it bought would be sold at no cost, or what others bought be sold twice.
    """

    def __init__(self, unit: str, book: Book) -> None:
        self.unit = unit
        self._book = book

    def apply(self, fill: Fill, worth: QuoteRate, fee_rate: Decimal | None) -> PoolResult:
        """Count one fill in, whose worth is known. `fee_rate` is as Book.apply wants it: quote for one `fee_currency`.

        Raises OutOfOrder, and ValueError for a fill that nobody can value.
        """
        rate = worth.rate
        if not rate:
            raise ValueError(f"fill {fill.key} cannot be valued in {self.unit}")
        with localcontext(EXACT):
            told = self._book.apply(self._valued(fill, rate), self._fee_rate(fill, rate, fee_rate))
            return PoolResult(
                fill.key,
                _in_quote(told.realised, rate),
                _in_quote(told.realised_before_fees, rate),
                told.held_after,
                told.cost_after,
                told.sold_unexplained,
                worth.is_assumed,
            )

    def _valued(self, fill: Fill, rate: Decimal) -> Fill:
        return replace(fill, quote=self.unit, price=fill.price * rate)

    def _fee_rate(self, fill: Fill, rate: Decimal, fee_rate: Decimal | None) -> Decimal | None:
        """What the fee's currency was worth in the pool's; it matters where that is neither the coin nor the pool's."""
        if fill.fee_currency == fill.quote:
            return rate
        return None if fee_rate is None else fee_rate * rate

    def state(self) -> Mapping[str, Any]:
        """All of it, for JSON: a long past need not be counted again."""
        return {"unit": self.unit, "book": self._book.state()}

    @classmethod
    def opened(cls, unit: str, method: CostMethod, allows_short: bool) -> "Pool":
        """A pool before its first fill."""
        return cls(unit, Book(method, allows_short))

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Pool":
        """The pool that `state` was taken of."""
        return cls(state["unit"], Book.from_state(state["book"]))


def _in_quote(amount: Decimal | None, rate: Decimal) -> Decimal | None:
    """An amount of the pool's currency in the fill's own, at the rate of the fill."""
    return amount if amount is None or rate == 1 else share_of(amount, Decimal(1), rate)
