"""The prices at which orders wait in one book, sorted so that a moving price finds the orders it crosses."""

from bisect import insort

from simulator.orders import BUY, LIMIT, STOPS, Order

FALLING, RISING = -1, 1


def level_of(order: Order, is_triggered: bool = False) -> tuple[int, int]:
    """The direction and the price in ticks at which an order acts.

    A resting buy order waits for the price to fall to its limit. A stop waits for the price to move against its owner,
    a take profit for the opposite move.
    """
    ticket = order.ticket
    buys = ticket.side == BUY
    if is_triggered or ticket.order_type == LIMIT:
        assert ticket.limit is not None
        return (FALLING if buys else RISING), ticket.instrument.ticks(ticket.limit)
    assert ticket.trigger is not None
    is_stop = ticket.order_type in STOPS
    return (RISING if buys == is_stop else FALLING), ticket.instrument.ticks(ticket.trigger)


class Levels:
    """Orders of one book by the price at which they act. Ended orders are dropped when met."""

    def __init__(self) -> None:
        # Sorted with the nearest last: (price, -serial) for falling, (-price, -serial) for rising.
        self._falling: list[tuple[int, int, Order]] = []
        self._rising: list[tuple[int, int, Order]] = []

    def add(self, order: Order) -> None:
        """Let an order wait at its level."""
        direction, ticks = order.level or level_of(order)
        order.level = (direction, ticks)
        if direction == FALLING:
            insort(self._falling, (ticks, -order.serial, order))
        else:
            insort(self._rising, (-ticks, -order.serial, order))

    def nearest(self) -> tuple[int, int]:
        """The highest price below and the lowest above at which an order acts. -1 and a huge number mean none."""
        return (
            self._falling[-1][0] if self._falling else -1,
            -self._rising[-1][0] if self._rising else 1 << 62,
        )

    def take(self, price: int) -> Order | None:
        """Remove and return the next live order that fires at this price, or None."""
        while self._falling and self._falling[-1][0] >= price:
            order = self._falling.pop()[2]
            if order.is_live and order.level is not None:
                return order
        while self._rising and -self._rising[-1][0] <= price:
            order = self._rising.pop()[2]
            if order.is_live and order.level is not None:
                return order
        return None
