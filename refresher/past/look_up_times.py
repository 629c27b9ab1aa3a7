"""Look-up times: when an order that the exchange does not explain is looked up again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.reads.ended_orders import GoneOrder
from domain.sources import Source

# The pause before the second look-up, and the longest one. Each pause is twice the one before.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=6)
# An order that has been due for this long without a look-up was explained meanwhile, or is open again.
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _NextLookUp:
    """The time of the next look-up of one order, and the pause before it."""

    due: datetime
    pause: timedelta


class LookUpTimes:
    """The next look-up of each unexplained order of one account."""

    def __init__(self) -> None:
        self._next: dict[tuple[Source, str, datetime], _NextLookUp] = {}

    def due(self, orders: Iterable[GoneOrder], now: datetime) -> list[GoneOrder]:
        """The orders that are due for a look-up. An order without any look-up so far is due at once."""
        return [gone for gone in orders if (entry := self._next.get(_key(gone))) is None or entry.due <= now]

    def postpone(self, orders: Iterable[GoneOrder], now: datetime) -> None:
        """Set the next look-up of orders that were looked up now."""
        for gone in orders:
            previous = self._next.get(_key(gone))
            pause = FIRST_PAUSE if previous is None else min(previous.pause * 2, LONGEST_PAUSE)
            self._next[_key(gone)] = _NextLookUp(now + pause, pause)

    def next_of(self, orders: Iterable[GoneOrder]) -> datetime | None:
        """The time of the next look-up of any of these orders. None without a look-up so far."""
        return min((entry.due for gone in orders if (entry := self._next.get(_key(gone)))), default=None)

    def forget(self, now: datetime) -> None:
        """Forget orders that have been due for so long that they must have been explained."""
        self._next = {key: entry for key, entry in self._next.items() if entry.due > now - FORGOTTEN_AFTER}


def _key(gone: GoneOrder) -> tuple[Source, str, datetime]:
    return gone.order.source, gone.order.key, gone.gone_at
