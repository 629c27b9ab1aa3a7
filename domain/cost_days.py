"""Cost days: the days at whose rates a cost counts in another currency than that of its book.

A past amount keeps the value of its own day. So a cost in another currency is the sum of its parts, each at the rate of
the day on which it was paid:

    1 BTC bought for 100 USD with the euro at 1 USD, 1 for 300 USD with the euro at 2 USD     100 + 150 = 250 EUR
    1 sold after that                            fifo leaves 150 EUR, average half of each day: 50 + 75 = 125 EUR
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext

from domain.lots import EXACT, ZERO, share_of

# Shares of a pool multiply with each sale. More digits than this would not change a figure.
_PRECISE = Context(prec=60)


@dataclass(frozen=True, slots=True)
class DayCost:
    """A part of a cost, fees included, and the day (UTC) at whose rate it counts. None: the day is not known."""

    day: date | None
    cost: Decimal


def shared_out(days: Sequence[DayCost], cost: Decimal) -> tuple[DayCost, ...]:
    """The days of a part of a cost, in the same proportions. They add up to exactly `cost`. Call this under EXACT."""
    total = sum((entry.cost for entry in days), ZERO)
    if not days or not total:
        return tuple(DayCost(entry.day, ZERO) for entry in days[:-1]) + tuple(DayCost(p.day, cost) for p in days[-1:])
    parts = [DayCost(entry.day, share_of(cost, entry.cost, total)) for entry in days[:-1]]
    return (*parts, DayCost(days[-1].day, cost - sum((entry.cost for entry in parts), ZERO)))


def cost_in(days: Iterable[DayCost], rates: Mapping[date, Decimal | None]) -> Decimal | None:
    """The cost in another currency. None if a day or its rate is not known."""
    total = ZERO
    with localcontext(EXACT):
        for entry in days:
            rate = None if entry.day is None else rates.get(entry.day)
            if rate is None and entry.cost:
                return None
            total += entry.cost * (rate or ZERO)
    return total


def rows_of_days(days: Iterable[DayCost]) -> list[list[str | None]]:
    """Days for JSON: the day and its cost, each as text."""
    return [[None if entry.day is None else entry.day.isoformat(), str(entry.cost)] for entry in days]


def days_in(rows: Iterable[Sequence[str]]) -> tuple[DayCost, ...]:
    """The days of which `rows_of_days` made these rows."""
    return tuple(DayCost(None if day is None else date.fromisoformat(day), Decimal(cost)) for day, cost in rows)


class PooledDays:
    """The days of a pool. Each sale takes the same share of every day, so one factor scales them all."""

    def __init__(self) -> None:
        self._by_day: dict[date | None, Decimal] = {}
        self._factor = Decimal(1)

    def add(self, days: Iterable[DayCost]) -> None:
        """Add the days of a purchase."""
        for entry in days:
            before = self._by_day.get(entry.day, ZERO)
            self._by_day[entry.day] = _PRECISE.add(before, _PRECISE.divide(entry.cost, self._factor))

    def keep(self, rest: Decimal, total: Decimal) -> None:
        """A sale leaves `rest` of a quantity."""
        if rest:
            self._factor = _PRECISE.multiply(self._factor, _PRECISE.divide(rest, total))
        else:
            self._by_day.clear()
            self._factor = Decimal(1)

    @property
    def days(self) -> tuple[DayCost, ...]:
        """The days of what is in the pool, in the proportions of their costs."""
        return tuple(DayCost(day, cost) for day, cost in self._by_day.items())
