"""Coin units: the smallest quantity of a coin that an exchange counts. A rest below it cannot be sold: it is dust."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

# The first unit that was seen counts for everything before, too.
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CoinUnit:
    """The unit of a coin for events from a moment on."""

    coin: str
    since: datetime
    unit: Decimal


class CoinUnits:
    """The units of an exchange. One that changes does so for later events only: past figures do not move."""

    def __init__(self, units: Iterable[CoinUnit] = ()) -> None:
        self._by_coin: dict[str, list[CoinUnit]] = {}
        for unit in sorted(units, key=lambda unit: unit.since):
            self._by_coin.setdefault(unit.coin, []).append(unit)

    def at(self, coin: str, at: datetime) -> Decimal | None:
        """The unit of a coin at a moment. None if the exchange states none."""
        units = self._by_coin.get(coin)
        if units is None:
            return None
        number = bisect_right(units, at, key=lambda unit: unit.since)
        return units[number - 1].unit if number else None
