"""An oracle of coin books: fractions and lists, by brute force, without any code of the domain but its records."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from domain.coin_books import CoinEvent, Role
from domain.coin_lots import LotMethod

TRANSFERS = {Role.DEPOSIT, Role.WITHDRAWAL}


@dataclass
class Pile:
    """A quantity that came in at once. `cost` and `fees` are None where nobody knows them."""

    quantity: Fraction
    cost: Fraction | None
    fees: Fraction | None


@dataclass
class OracleBook:
    """One coin. Only long: the oracle knows no margin."""

    method: LotMethod
    piles: list[Pile] = field(default_factory=list)

    @property
    def quantity(self) -> Fraction:
        return sum((pile.quantity for pile in self.piles), Fraction(0))

    @property
    def cost(self) -> Fraction | None:
        known = [pile for pile in self.piles if pile.cost is not None]
        if any(pile.fees is None for pile in known):
            return None
        return sum(((pile.cost or Fraction(0)) + (pile.fees or Fraction(0)) for pile in known), Fraction(0))

    def apply(self, event: CoinEvent) -> tuple[Fraction | None, Fraction]:
        """What was realised, and the quantity that was closed at an unknown gain."""
        quantity = Fraction(event.quantity)
        value = None if event.value is None else Fraction(event.value)
        fees = None if event.fees is None else Fraction(event.fees)
        if quantity > 0:
            if event.role in TRANSFERS:
                self.piles.append(Pile(quantity, None, None))
            else:
                self.piles.append(Pile(quantity, value, fees))
            return Fraction(0), Fraction(0)
        leaving = min(-quantity, self.quantity)
        taken = self._average(leaving) if self.method is LotMethod.AVERAGE else self._ordered(leaving)
        if event.role in TRANSFERS:
            return Fraction(0), Fraction(0)
        explained = [pile for pile in taken if pile.cost is not None and value is not None]
        unexplained = -quantity - sum((pile.quantity for pile in explained), Fraction(0))
        if not explained:
            return (None if unexplained else Fraction(0)), unexplained
        if fees is None or all(pile.fees is None for pile in explained):
            return None, unexplained
        gain = Fraction(0)
        for pile in explained:
            assert value is not None
            assert pile.cost is not None
            share = pile.quantity / -quantity
            if pile.fees is None:
                unexplained += pile.quantity
            else:
                gain += value * share - fees * share - pile.cost - pile.fees
        return gain, unexplained

    def _average(self, leaving: Fraction) -> list[Pile]:
        held = self.quantity
        taken = []
        for known in (True, False):
            piles = [pile for pile in self.piles if (pile.cost is not None) is known]
            if not piles or not leaving:
                continue
            total = _joined(piles)
            share = leaving / held
            taken.append(_scaled(total, share))
            rest = _scaled(total, 1 - share)
            self.piles = [pile for pile in self.piles if (pile.cost is not None) is not known]
            if rest.quantity:
                self.piles.append(rest)
        return taken

    def _ordered(self, leaving: Fraction) -> list[Pile]:
        taken = []
        while leaving:
            pile = self._next()
            share = min(Fraction(1), leaving / pile.quantity)
            part = _scaled(pile, share)
            leaving -= part.quantity
            taken.append(part)
            index = self.piles.index(pile)
            self.piles[index : index + 1] = [] if share == 1 else [_scaled(pile, 1 - share)]
        return taken

    def _next(self) -> Pile:
        if self.method is LotMethod.FIFO:
            return self.piles[0]
        if self.method is LotMethod.LIFO:
            return self.piles[-1]
        known = [pile for pile in self.piles if pile.cost is not None]
        if not known:
            return self.piles[0]
        dearest = max((pile.cost or 0) / pile.quantity for pile in known)
        return next(pile for pile in known if (pile.cost or 0) / pile.quantity == dearest)


def _joined(piles: Iterable[Pile]) -> Pile:
    piles = list(piles)
    costs, fees = [pile.cost for pile in piles], [pile.fees for pile in piles]
    return Pile(
        sum((pile.quantity for pile in piles), Fraction(0)),
        None if None in costs else sum((cost or Fraction(0) for cost in costs), Fraction(0)),
        None if None in fees else sum((fee or Fraction(0) for fee in fees), Fraction(0)),
    )


def _scaled(pile: Pile, share: Fraction) -> Pile:
    return Pile(
        pile.quantity * share,
        None if pile.cost is None else pile.cost * share,
        None if pile.fees is None else pile.fees * share,
    )
