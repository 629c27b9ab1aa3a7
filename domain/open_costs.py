"""Open costs: the days of what the coins held had cost, brought forward over the results of a book.

A book keeps the days of its costs (domain/coin_lots.py), and its state is stored from time to time. Between two such
states the results alone tell them: a purchase adds its cost on its day, and a sale takes the oldest costs out (fifo),
or the same share of all (average).
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext

from domain.coin_lots import CoinLot, LotMethod, newest_of, sum_of_known
from domain.cost_days import DayCost, PooledDays, shared_out
from domain.lots import EXACT, ZERO


@dataclass(frozen=True, slots=True)
class CostStep:
    """One result of the book of a coin. `lots` are those that a deposit brought along from an own account.

    A viewer who may not see that account gets none of them.
    """

    at: datetime
    quantity: Decimal
    quantity_after: Decimal
    cost_after: Decimal | None
    lots: Sequence[CoinLot] = ()
    is_deposit: bool = False


class OpenCosts:
    """The days of the cost of one coin after some results."""

    def __init__(self, method: LotMethod, lots: Iterable[CoinLot] = ()) -> None:
        self._method = method
        self._quantity = ZERO
        self._cost: Decimal | None = ZERO
        self._queue: deque[DayCost] = deque()  # fifo
        self._pool = PooledDays()  # average
        with localcontext(EXACT):
            for lot in lots:
                self._quantity += lot.quantity
                if lot.cost is not None:
                    self._cost = sum_of_known(self._cost, lot.cost_with_fees)
                    self._add(lot.day_costs)

    @property
    def days(self) -> Sequence[DayCost] | None:
        """The days of the cost now. None if they cannot be told."""
        if self._cost is None:
            return None
        with localcontext(EXACT):
            return shared_out(self._pool.days, self._cost) if self._is_pooled else tuple(self._queue)

    def apply(self, step: CostStep) -> None:
        """Count one result in."""
        with localcontext(EXACT):
            self._apply(step)

    def _apply(self, step: CostStep) -> None:
        before, held = self._cost, self._quantity
        self._cost, self._quantity = step.cost_after, step.quantity_after
        if not step.quantity_after or held * step.quantity_after < 0:
            self._clear()
            before = ZERO
        if before is None or step.cost_after is None:
            self._cost = None
        elif held * step.quantity < 0 and held * step.quantity_after > 0:
            self._close(before, step.cost_after)
        elif step.cost_after != before:
            self._open(step, step.cost_after - before)

    @property
    def _is_pooled(self) -> bool:
        return self._method is LotMethod.AVERAGE

    def _open(self, step: CostStep, cost: Decimal) -> None:
        """Coins of known cost came in. A difference from their lots means that these are other ones."""
        opened = min(step.quantity, step.quantity_after)  # the rest paid a short back
        brought = newest_of(step.lots, opened) if step.lots else ()
        days = [entry for lot in brought for entry in lot.day_costs]
        if not days and not step.is_deposit:
            days = [DayCost(step.at.date(), cost)]
        if sum((entry.cost for entry in days), ZERO) == cost:
            self._add(days)
        else:
            self._cost = None

    def _close(self, before: Decimal, after: Decimal) -> None:
        if self._is_pooled:
            if before:
                self._pool.keep(after, before)
            return
        missing = before - after
        while missing and self._queue and missing * self._queue[0].cost >= 0:
            oldest = self._queue.popleft()
            if abs(oldest.cost) > abs(missing):
                self._queue.appendleft(DayCost(oldest.day, oldest.cost - missing))
                return
            missing -= oldest.cost
        if missing:
            self._cost = None

    def _add(self, days: Iterable[DayCost]) -> None:
        if self._is_pooled:
            self._pool.add(days)
        else:
            self._queue.extend(days)

    def _clear(self) -> None:
        self._queue.clear()
        self._pool = PooledDays()
