"""Positions in perpetual contracts: their cost, the profit of the running session, settlement and funding."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from simulator.instruments import Instrument

ZERO = Decimal(0)
_CENT_OF_A_MICRO = Decimal("0.00000001")


@dataclass(slots=True)
class Position:
    """A position in one contract. `quantity` is negative for a short, and so are its costs.

    `opened_for` is the cost at opening. `cost` is set to the market at each settlement, so quantity x mark - cost is
    the profit of the running session, not yet in the wallet.
    """

    instrument: Instrument
    quantity: Decimal = ZERO
    cost: Decimal = ZERO
    opened_for: Decimal = ZERO
    updated: int = 0

    def trade(self, quantity: Decimal, price: Decimal, at: int) -> Decimal:
        """Add a signed quantity bought at a price. Returns the realised profit in dollars."""
        self.updated = at
        realized = ZERO
        if self.quantity and (quantity > 0) != (self.quantity > 0):
            closed = min(abs(quantity), abs(self.quantity)).copy_sign(self.quantity)
            released = self._share(self.cost, closed)
            realized = closed * price - released
            self.cost -= released
            self.opened_for -= self._share(self.opened_for, closed)
            self.quantity -= closed
            quantity += closed
        self.quantity += quantity
        self.cost += quantity * price
        self.opened_for += quantity * price
        return realized

    def _share(self, amount: Decimal, closed: Decimal) -> Decimal:
        if closed == self.quantity:
            return amount
        return (amount * closed / self.quantity).quantize(_CENT_OF_A_MICRO, ROUND_HALF_EVEN)

    def session_profit(self, mark: Decimal) -> Decimal:
        """Profit since the last settlement, in dollars."""
        return self.quantity * mark - self.cost

    def open_profit(self, mark: Decimal) -> Decimal:
        """Profit since it was opened, in dollars."""
        return self.quantity * mark - self.opened_for

    def settle(self, mark: Decimal, at: int) -> Decimal:
        """End the session. Returns its profit, to be added to the wallet."""
        profit = self.session_profit(mark)
        self.cost = self.quantity * mark
        self.updated = at
        return profit


def funding(position: Position, mark: Decimal, rate: Decimal) -> Decimal:
    """The hourly funding that the position receives, negative if it pays. A positive rate is paid to the shorts."""
    return -(position.quantity * mark * rate).quantize(_CENT_OF_A_MICRO, ROUND_HALF_EVEN)
