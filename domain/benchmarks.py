"""Benchmarks: how else the money of the begin would have done, without any trade, deposit or withdrawal since.

    BTC, ETH              all of it in that coin
    what I held then      the quantities of the begin, each at the price of the day

Each is a growth since the begin as a fraction, so that it compares with the time-weighted return. A moment at which
one of the prices is unknown has no value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext

from domain.lots import EXACT, ZERO

COINS = ("BTC", "ETH")
HELD = "held"

# Of one asset at each moment, in one currency. None is unknown.
Prices = Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The growth since the first moment, at each moment. None is unknown. `name` is a coin or HELD."""

    name: str
    moments: tuple[datetime, ...]
    fractions: tuple[Decimal | None, ...]

    @property
    def fraction(self) -> Decimal | None:
        """The growth until the last moment."""
        return self.fractions[-1] if self.fractions else None


def of_coin(name: str, moments: Sequence[datetime], prices: Prices) -> Benchmark:
    """A coin held from the first moment."""
    return Benchmark(name, tuple(moments), _growth(prices))


def of_held(moments: Sequence[datetime], quantities: Mapping[str, Decimal], prices: Mapping[str, Prices]) -> Benchmark:
    """The quantities of the first moment. Assets without a price there were in no total, and are left out."""
    counted = {asset: quantity for asset, quantity in quantities.items() if prices[asset][0] is not None}
    values: list[Decimal | None] = []
    for number in range(len(moments)):
        worths = [_worth(quantity, prices[asset][number]) for asset, quantity in counted.items()]
        known = [worth for worth in worths if worth is not None]
        with localcontext(EXACT):
            values.append(sum(known, ZERO) if len(known) == len(worths) else None)
    return Benchmark(HELD, tuple(moments), _growth(values))


def _worth(quantity: Decimal, price: Decimal | None) -> Decimal | None:
    return None if price is None else quantity * price


def _growth(values: Prices) -> tuple[Decimal | None, ...]:
    first = values[0] if values else None
    if first is None or first <= 0:
        return tuple(None for _ in values)
    return tuple(None if value is None else value / first - 1 for value in values)
