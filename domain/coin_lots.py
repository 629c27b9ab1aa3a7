"""Coin lots: what is held of one coin, by when it came in and what it cost.

A lot whose cost nobody knows (a deposit, a gift) is held like any other, and its cost stays unknown when it is sold.
The method decides which lots leave first:

    average   a share of everything held, known and unknown alike, at one average cost
    fifo      the oldest first
    lifo      the newest first
    hifo      the dearest unit first, unknown ones last
"""

from bisect import insort_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Any

from domain.cost_days import DayCost, PooledDays, days_in, rows_of_days, shared_out
from domain.lots import EXACT, ZERO, share_of


class LotMethod(StrEnum):
    """Which lots leave first. Books use the first two (CostMethod). A tax report may use any."""

    AVERAGE = "average"
    FIFO = "fifo"
    LIFO = "lifo"
    HIFO = "hifo"


@dataclass(frozen=True, slots=True)
class CoinLot:
    """A quantity of a coin, and its cost in the base currency, both signed: negative for a short.

    The cost of a short is minus what it brought in. `fees` were paid when it was opened and come on top, positive where
    paid. None is unknown. `days` has the days of its cost, if they are others than that of `acquired_at`.
    """

    quantity: Decimal
    cost: Decimal | None
    fees: Decimal | None = ZERO
    acquired_at: datetime | None = None
    days: tuple[DayCost, ...] = ()

    @property
    def cost_with_fees(self) -> Decimal | None:
        """All that it cost. None is unknown."""
        with localcontext(EXACT):
            return sum_of_known(self.cost, self.fees)

    @property
    def day_costs(self) -> tuple[DayCost, ...]:
        """The days of its cost. None if the cost is unknown. An unknown fee counts as zero."""
        if self.cost is None:
            return ()
        if self.days:
            return self.days
        day = None if self.acquired_at is None else self.acquired_at.date()
        return (DayCost(day, self.cost + (self.fees or ZERO)),)

    def split(self, quantity: Decimal) -> tuple["CoinLot", "CoinLot"]:
        """The part of this quantity, and the rest. Together they are exactly this lot."""
        cost, other_cost = _split(self.cost, quantity, self.quantity)
        fees, other_fees = _split(self.fees, quantity, self.quantity)
        split_off = CoinLot(quantity, cost, fees, self.acquired_at)
        rest = CoinLot(self.quantity - quantity, other_cost, other_fees, self.acquired_at)
        return (split_off.dated(self.days), rest.dated(self.days)) if self.days else (split_off, rest)

    def of_day(self, at: datetime) -> "CoinLot":
        """This lot with all of its cost on the day of a moment."""
        if self.acquired_at is not None and self.acquired_at.date() == at.date():
            return replace(self, days=())
        return replace(self, days=tuple(DayCost(at.date(), entry.cost) for entry in self.day_costs))

    def dated(self, days: Sequence[DayCost]) -> "CoinLot":
        """This lot with its cost on these days, in their proportions."""
        return replace(self, days=shared_out(days, sum((entry.cost for entry in self.day_costs), ZERO)))

    def with_(self, other: "CoinLot") -> "CoinLot":
        """Both together, acquired when the earlier one was."""
        dates = [at for at in (self.acquired_at, other.acquired_at) if at is not None]
        return CoinLot(
            self.quantity + other.quantity,
            sum_of_known(self.cost, other.cost),
            sum_of_known(self.fees, other.fees),
            min(dates, default=None),
        )


class CoinLots:
    """The lots of one coin, all long or all short. To be called under domain.lots.EXACT."""

    def __init__(self, method: LotMethod, lots: Iterable[CoinLot] = ()) -> None:
        self._method = method
        self._lots: list[CoinLot] = []
        self.quantity = ZERO
        self.known_quantity = ZERO  # of lots whose cost is known
        self._known_cost = self._known_fees = ZERO
        self._unknown_fees = 0  # lots of known cost and unknown fees
        self._pool = PooledDays()  # of average cost
        for lot in lots:
            self.add(lot)

    def __iter__(self) -> Iterator[CoinLot]:
        return iter(self._lots)

    @property
    def dated(self) -> Sequence[CoinLot]:
        """The lots with the days of their costs."""
        return self._dated(self._lots)

    @property
    def cost(self) -> Decimal | None:
        """The cost of the lots of known cost, fees included. None while some fee is unknown."""
        return None if self._unknown_fees else self._known_cost + self._known_fees

    @property
    def cost_before_fees(self) -> Decimal:
        """The cost of the lots of known cost, fees apart."""
        return self._known_cost

    def add(self, lot: CoinLot) -> None:
        """Add a lot of the held direction. Average cost keeps one lot of known and one of unknown cost."""
        if not lot.quantity:
            return
        self._count(lot, 1)
        if self._method is LotMethod.AVERAGE:
            self._pool.add(lot.day_costs)
            for index, held in enumerate(self._lots):
                if (held.cost is None) == (lot.cost is None):
                    self._join(index, held, lot)
                    return
        if self._method is LotMethod.HIFO:
            insort_left(self._lots, lot, key=_unit_cost)  # the dearest last, of equal ones the oldest
        else:
            self._lots.append(lot)

    def take(self, quantity: Decimal, *, dated: bool = False) -> list[CoinLot]:
        """Remove a quantity, signed like the held one and no larger. Returns the lots that left.

        Pooled lots leave without the days of their costs, unless `dated`.
        """
        is_pooled, before = self._method is LotMethod.AVERAGE, self.known_quantity
        taken = self._take_a_share(quantity) if is_pooled else self._take_in_order(quantity)
        if dated:
            taken = self._dated(taken)
        for lot in taken:
            self._count(lot, -1)
        if not self._lots:
            self._unknown_fees = 0
        if is_pooled and before:
            self._pool.keep(self.known_quantity, before)
        return taken

    def _dated(self, lots: Iterable[CoinLot]) -> list[CoinLot]:
        """Lots with the days of their costs. A pool has those of all its lots."""
        if self._method is not LotMethod.AVERAGE:
            return list(lots)
        every = self._pool.days
        return [lot if lot.cost is None else lot.dated(every) for lot in lots]

    def _join(self, index: int, held: CoinLot, lot: CoinLot) -> None:
        """Make one lot of two. One unknown fee makes that of both unknown."""
        joined = held.with_(lot)
        for single in (held, lot):
            self._count(single, -1)
        self._count(joined, 1)
        self._lots[index] = joined

    def _count(self, lot: CoinLot, sign: int) -> None:
        self.quantity += sign * lot.quantity
        if lot.cost is not None:
            self.known_quantity += sign * lot.quantity
            self._known_cost += sign * lot.cost
            self._known_fees += sign * (lot.fees or ZERO)
            self._unknown_fees += sign * (lot.fees is None)

    def _take_a_share(self, quantity: Decimal) -> list[CoinLot]:
        """The same share of each lot. The last one gives what is left, so that nothing gets lost."""
        taken, kept, missing = [], [], quantity
        for index, lot in enumerate(self._lots):
            is_last = index == len(self._lots) - 1
            leaving, rest = lot.split(missing if is_last else share_of(lot.quantity, quantity, self.quantity))
            missing -= leaving.quantity
            taken.append(leaving)
            if rest.quantity:
                kept.append(rest)
                self._unknown_fees += leaving.cost is not None and leaving.fees is None  # both parts have them
        self._lots = kept
        return [lot for lot in taken if lot.quantity]

    def _take_in_order(self, quantity: Decimal) -> list[CoinLot]:
        taken, missing = [], quantity
        while missing:
            index = self._next()
            lot = self._lots[index]
            if abs(lot.quantity) > abs(missing):
                leaving, self._lots[index] = lot.split(missing)
                self._unknown_fees += leaving.cost is not None and leaving.fees is None  # both parts have them
            else:
                leaving = self._lots.pop(index)
            missing -= leaving.quantity
            taken.append(leaving)
        return taken

    def _next(self) -> int:
        """Which lot leaves next."""
        return 0 if self._method is LotMethod.FIFO else len(self._lots) - 1


def newest_of(lots: Iterable[CoinLot], quantity: Decimal) -> list[CoinLot]:
    """The newest lots, up to a quantity, in their order. Call this under EXACT."""
    every = CoinLots(LotMethod.LIFO, lots)
    return list(reversed(every.take(min(quantity, every.quantity)))) if quantity > 0 else []


def rows_of(lots: Iterable[CoinLot]) -> list[list[Any]]:
    """Lots for JSON: quantity, cost, fees and time, each as text. Then the days of the cost, if it has any."""
    return [
        [
            str(lot.quantity),
            _text(lot.cost),
            _text(lot.fees),
            None if lot.acquired_at is None else lot.acquired_at.isoformat(),
            *([rows_of_days(lot.days)] if lot.days else ()),
        ]
        for lot in lots
    ]


def lots_in(rows: Iterable[Sequence[Any]]) -> list[CoinLot]:
    """The lots of which `rows_of` made these rows."""
    return [
        CoinLot(
            Decimal(quantity),
            _number(cost),
            _number(fees),
            None if at is None else datetime.fromisoformat(at),
            days_in(more[0]) if more else (),  # an earlier version wrote none
        )
        for quantity, cost, fees, at, *more in rows
    ]


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _unit_cost(lot: CoinLot) -> Decimal:
    return Decimal("-Infinity") if lot.cost is None else share_of(lot.cost, Decimal(1), lot.quantity)


def _split(total: Decimal | None, quantity: Decimal, all_quantity: Decimal) -> tuple[Decimal | None, Decimal | None]:
    if total is None:
        return None, None
    amount = share_of(total, quantity, all_quantity)
    return amount, total - amount


def sum_of_known(first: Decimal | None, other: Decimal | None) -> Decimal | None:
    """The sum of two amounts. None if one of them is unknown."""
    return None if first is None or other is None else first + other
