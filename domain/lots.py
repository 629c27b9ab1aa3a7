"""Lots: what a book holds, in the order in which it was opened, and what each part of it cost, to the last digit."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Context, Decimal

# Sums, differences and products are exact whatever their length: the default context would round at 28 digits.
EXACT = Context(prec=20_000)
# A share that does not come out even is cut off here, towards zero; what is cut off stays with the rest.
PLACES = 40
# Neighbours merge only if their price per unit is this short: any share of such a lot comes out even.
_UNIT_PLACES = 20

ZERO = Decimal(0)


def share_of(total: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """`part / whole` of `total`: exact where that ends within PLACES decimals, else cut off there or a digit later.

    To be called under EXACT. Never more than the total where the part is not more than the whole: the rest is found by
    subtracting, so nothing gets lost.
    """
    product = total * part
    digits = product.adjusted() - whole.adjusted() + 2 + PLACES
    if not product or digits <= 0:
        return ZERO
    return Context(prec=digits, rounding=ROUND_DOWN).divide(product, whole)


@dataclass(frozen=True, slots=True)
class Lot:
    """A quantity and what it cost, both signed: a short has a negative quantity, and for cost minus what it brought in.

    `fees` come on top of the cost, positive where paid; None is unknown.
    """

    quantity: Decimal
    cost: Decimal
    fees: Decimal | None

    def with_(self, other: "Lot") -> "Lot":
        """Both together."""
        fees = None if self.fees is None or other.fees is None else self.fees + other.fees
        return Lot(self.quantity + other.quantity, self.cost + other.cost, fees)

    def split(self, quantity: Decimal) -> tuple["Lot", "Lot"]:
        """The part of this quantity, and the rest; together they are exactly this lot."""
        cost = share_of(self.cost, quantity, self.quantity)
        fees = rest = None
        if self.fees is not None:
            fees = share_of(self.fees, quantity, self.quantity)
            rest = self.fees - fees
        return Lot(quantity, cost, fees), Lot(self.quantity - quantity, self.cost - cost, rest)


NOTHING = Lot(ZERO, ZERO, ZERO)


class Lots:
    """The lots of one book, all of one direction, oldest first; `pooled` keeps them as one (average cost).

    Without pooling there are as many as there were openings not closed yet, but for equal neighbours. Everything is to
    be called under EXACT.
    """

    def __init__(self, pooled: bool, lots: Iterable[Lot] = ()) -> None:
        self._pooled = pooled
        self._lots: deque[Lot] = deque()
        self._known = NOTHING  # all lots together, without the fees that are unknown
        self._unknown_fees = 0  # lots of which the fees are not known
        for lot in lots:
            self._count(lot, 1)
            self._lots.append(lot)

    def __iter__(self) -> Iterator[Lot]:
        return iter(self._lots)

    @property
    def quantity(self) -> Decimal:
        """All that is held, signed."""
        return self._known.quantity

    @property
    def cost(self) -> Decimal | None:
        """What it cost, fees included; None when a fee is unknown."""
        fees = self._known.fees
        return None if self._unknown_fees or fees is None else self._known.cost + fees

    def add(self, lot: Lot) -> None:
        """Open more, in the direction of what is held."""
        self._count(lot, 1)
        if self._lots and (self._pooled or _same_price(self._lots[-1], lot)):
            last = self._lots.pop()
            merged = last.with_(lot)
            self._unknown_fees += (merged.fees is None) - (last.fees is None) - (lot.fees is None)
            if merged.fees is None:
                self._forget_fees(last, lot)
            lot = merged
        self._lots.append(lot)

    def take(self, quantity: Decimal) -> Lot:
        """Close this much, oldest first, and say what it had cost. Signed like what is held, and no more than that."""
        taken = NOTHING
        while quantity:
            lot = self._lots.popleft()
            if abs(lot.quantity) > abs(quantity):
                part, rest = lot.split(quantity)
                self._lots.appendleft(rest)
                self._unknown_fees += rest.fees is None
            else:
                part = lot
            self._count(part, -1)
            quantity -= part.quantity
            taken = taken.with_(part)
        return taken

    def _count(self, lot: Lot, sign: int) -> None:
        counted = Lot(sign * lot.quantity, sign * lot.cost, sign * (lot.fees or ZERO))
        self._known = self._known.with_(counted)
        self._unknown_fees += sign * (lot.fees is None)

    def _forget_fees(self, *lots: Lot) -> None:
        """A known fee that joins an unknown one is no longer told apart."""
        gone = sum((lot.fees or ZERO for lot in lots), ZERO)
        self._known = self._known.with_(Lot(ZERO, ZERO, -gone))


def _same_price(one: Lot, other: Lot) -> bool:
    """Whether two lots may be one without any later share coming out differently."""
    if (one.fees is None) != (other.fees is None) or one.cost * other.quantity != other.cost * one.quantity:
        return False
    if not _comes_out_even(one.cost, one.quantity):
        return False
    if one.fees is None or other.fees is None:
        return True
    alike = one.fees * other.quantity == other.fees * one.quantity
    return alike and _comes_out_even(one.fees, one.quantity)


def _comes_out_even(total: Decimal, quantity: Decimal) -> bool:
    unit = share_of(total, Decimal(1), quantity)
    exponent = unit.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_UNIT_PLACES and unit * quantity == total
