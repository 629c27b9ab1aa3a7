"""Prices: what one symbol trades at, and what one currency is worth in another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext

from domain.money import DOLLARS

# Currencies through which one may be priced in another when no market joins them directly.
BRIDGES = ("USD", "USDT", "USDC", "BTC", "EUR")


@dataclass(frozen=True, slots=True)
class Price:
    """What one symbol trades at. None is unknown (a ticker's field may be null), never zero."""

    symbol: str
    base: str
    quote: str
    last: Decimal | None
    bid: Decimal | None = None
    ask: Decimal | None = None
    mark: Decimal | None = None
    change_24h: Decimal | None = None  # a fraction: 0.05 is five per cent up
    at: datetime | None = None  # set by reading: when Stillframe first saw exactly this price

    @property
    def best(self) -> Decimal | None:
        """The last trade; without one the mark, then the middle of the book."""
        if self.last is not None and self.last > 0:
            return self.last
        if self.mark is not None and self.mark > 0:
            return self.mark
        if self.bid is not None and self.ask is not None and 0 < self.bid <= self.ask:
            return (self.bid + self.ask) / 2
        return None


def is_spot(symbol: str) -> bool:
    """Whether a unified symbol names a spot market: contracts say their settlement after a colon."""
    return ":" not in symbol


class Rates:
    """What one unit of a currency is worth in another, by the known prices; None when nothing tells (Lesson 13)."""

    def __init__(self, prices: Iterable[Price]) -> None:
        self._direct: dict[tuple[str, str], Decimal] = {}
        for price in prices:
            if is_spot(price.symbol) and price.best is not None:
                self._direct[price.base, price.quote] = price.best

    def rate(self, base: str, quote: str) -> Decimal | None:
        """Units of `quote` for one `base`, over as few markets as possible, each direct or inverse."""
        known = {base: Decimal(1)}
        frontier = [base]
        while frontier and quote not in known:
            reached = []
            for step in frontier:
                for onward in (quote, *BRIDGES):
                    if onward not in known and (rate := self._joined(step, onward)) is not None:
                        known[onward] = known[step] * rate
                        reached.append(onward)
            frontier = reached
        return known.get(quote)

    def _joined(self, base: str, quote: str) -> Decimal | None:
        if (rate := self._direct.get((base, quote))) is not None:
            return rate
        if (inverse := self._direct.get((quote, base))) is not None:
            with localcontext(prec=34):
                return 1 / inverse
        return None


def price_of_coin(prices: Mapping[str, Price], asset: str) -> Price | None:
    """The price row that best tells what one coin trades at: its spot book in dollars, the real dollar first."""
    books = [p for p in prices.values() if p.base == asset and p.quote in DOLLARS and p.best is not None]
    order = {"USD": 0, "USDT": 1, "USDC": 2}
    books.sort(key=lambda p: (not is_spot(p.symbol), order.get(p.quote, 3), p.symbol))
    return books[0] if books else None
