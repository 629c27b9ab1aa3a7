"""Order ends: orders that left the open list, as they were known at a moment."""

from dataclasses import dataclass
from datetime import datetime

from domain.endings import Ending
from domain.orders import Order

_VANISHED = frozenset({Ending.CANCELLED, Ending.EXPIRED, Ending.REJECTED, Ending.GONE})


@dataclass(frozen=True, slots=True)
class OrderEnd:
    """The last state of an order that left at `gone_at`. Its ending is GONE before anything explains it."""

    order: Order
    ending: Ending
    gone_at: datetime

    @property
    def is_vanished_stop(self) -> bool:
        """True for a stop that acted on nothing."""
        return self.order.is_stop and self.ending in _VANISHED


def order_name(order: Order) -> str:
    """The name of an order as the subject of a rule: its symbol and key."""
    return f"{order.symbol} {order.key}"
