"""Lots: the quantities that a book holds, oldest first, each with its exact cost.

A lot is one opening, not closed yet: so much of the coin, bought for so much. Closing takes quantity and cost
out of the lots. Nothing is lost to rounding: the parts of a lot always add up to the lot.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from decimal import ROUND_DOWN, Context, Decimal, getcontext, localcontext
from functools import lru_cache

# The context for exact sums, differences and products. The default context would round to 28 digits.
EXACT = Context(prec=20_000)
# The context for quotients with an endless fraction. 34 digits are more than any money has.
QUOTIENTS = Context(prec=34)
# Decimal places of a share with an endless fraction. It is rounded towards zero, and the rest keeps the remainder.
PLACES = 40
# Neighbouring lots merge only if their price per unit has at most this many decimals, so that every share is exact.
_UNIT_PLACES = 20

ZERO = Decimal(0)


_ALREADY = nullcontext()


def exact() -> AbstractContextManager[object]:
    """Calculate under EXACT. Costs nothing where that is the context already, as in the middle of a long history."""
    return _ALREADY if getcontext().prec == EXACT.prec else localcontext(EXACT)


def share_of(total: Decimal, numerator: Decimal, denominator: Decimal) -> Decimal:
    """`total * numerator / denominator`, exact if it ends within PLACES decimals, else rounded towards zero there.

    The last kept digit is at PLACES or one place later. Call this under EXACT. The share never exceeds the total if
    numerator <= denominator. Compute the rest by subtraction, so that both parts add up to the total.
    """
    if numerator == denominator:
        return total
    if not total:
        return ZERO
    product = total * numerator
    digits = product.adjusted() - denominator.adjusted() + 2 + PLACES
    if not product or digits <= 0:
        return ZERO
    return _rounding_down(digits).divide(product, denominator)


@lru_cache(maxsize=256)
def _rounding_down(digits: int) -> Context:
    return Context(prec=digits, rounding=ROUND_DOWN)


@dataclass(frozen=True, slots=True)
class Lot:
    """A quantity and its cost. A short has a negative quantity and a negative cost: the proceeds of selling it.

    `fees` are extra to the cost, positive if paid. None is unknown.
    """

    quantity: Decimal
    cost: Decimal
    fees: Decimal | None

    def with_(self, other: "Lot") -> "Lot":
        """The sum of both lots."""
        fees = None if self.fees is None or other.fees is None else self.fees + other.fees
        return Lot(self.quantity + other.quantity, self.cost + other.cost, fees)

    def split(self, quantity: Decimal) -> tuple["Lot", "Lot"]:
        """Split off a lot of this quantity. Returns it and the rest, which add up to exactly this lot."""
        cost = share_of(self.cost, quantity, self.quantity)
        fees = rest = None
        if self.fees is not None:
            fees = share_of(self.fees, quantity, self.quantity)
            rest = self.fees - fees
        return Lot(quantity, cost, fees), Lot(self.quantity - quantity, self.cost - cost, rest)


NOTHING = Lot(ZERO, ZERO, ZERO)


class Lots:
    """The lots of one book, oldest first, all long or all short. `pooled` keeps them as a single lot (average cost).

    Without pooling there is one lot for each opening not closed yet. Neighbours of the same price per unit are merged.
    Call every method under EXACT.
    """

    def __init__(self, pooled: bool, lots: Iterable[Lot] = ()) -> None:
        self._pooled = pooled
        self._lots: deque[Lot] = deque()
        self._sum = NOTHING  # the sum of all lots, without unknown fees
        self._unknown_fees = 0  # how many lots have unknown fees
        for lot in lots:
            self._count(lot, 1)
            self._lots.append(lot)

    def __iter__(self) -> Iterator[Lot]:
        return iter(self._lots)

    @property
    def quantity(self) -> Decimal:
        """The total quantity, negative for a short."""
        return self._sum.quantity

    @property
    def cost(self) -> Decimal | None:
        """The total cost, fees included. None if the fees of a lot are unknown."""
        fees = self._sum.fees
        return None if self._unknown_fees or fees is None else self._sum.cost + fees

    def add(self, lot: Lot) -> None:
        """Open a lot in the direction of the lots held."""
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
        """Close this quantity, oldest lots first, and return it with its cost.

        The sign is that of the lots held, and the size at most theirs.
        """
        taken = NOTHING
        while quantity:
            lot = self._lots.popleft()
            if abs(lot.quantity) > abs(quantity):
                closed, rest = lot.split(quantity)
                self._lots.appendleft(rest)
                self._unknown_fees += rest.fees is None
            else:
                closed = lot
            self._count(closed, -1)
            quantity -= closed.quantity
            taken = taken.with_(closed)
        return taken

    def _count(self, lot: Lot, sign: int) -> None:
        counted = Lot(sign * lot.quantity, sign * lot.cost, sign * (lot.fees or ZERO))
        self._sum = self._sum.with_(counted)
        self._unknown_fees += sign * (lot.fees is None)

    def _forget_fees(self, *lots: Lot) -> None:
        """Remove the fees of these lots from the sum: a known fee merged with an unknown one is unknown."""
        forgotten = sum((lot.fees or ZERO for lot in lots), ZERO)
        self._sum = self._sum.with_(Lot(ZERO, ZERO, -forgotten))


def _same_price(left: Lot, right: Lot) -> bool:
    """True if merging two lots changes no later share: same price and fee per unit, both with few decimals."""
    if (left.fees is None) != (right.fees is None) or left.cost * right.quantity != right.cost * left.quantity:
        return False
    if not _has_few_decimals(left.cost, left.quantity):
        return False
    if left.fees is None or right.fees is None:
        return True
    alike = left.fees * right.quantity == right.fees * left.quantity
    return alike and _has_few_decimals(left.fees, left.quantity)


def _has_few_decimals(total: Decimal, quantity: Decimal) -> bool:
    unit = share_of(total, Decimal(1), quantity)
    exponent = unit.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_UNIT_PLACES and unit * quantity == total
