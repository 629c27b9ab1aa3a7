"""Stated cost: what the owner says that a deposit of unknown cost had cost. It never changes what an exchange says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from enum import StrEnum

from domain.coin_lots import CoinLot
from domain.lots import EXACT, ZERO
from domain.transfers import Transfer


class CostOrigin(StrEnum):
    """The place where a cost was stated. A line of the configuration file wins over one that was entered in the app."""

    CONFIGURATION = "configuration"
    APP = "app"


@dataclass(frozen=True, slots=True)
class StatedCost:
    """The cost of a whole deposit, or of the part of it whose cost is unknown, in any currency."""

    key: str  # of the deposit
    cost: Decimal
    currency: str
    acquired_at: datetime | None = None  # None: not stated

    def moment_of(self, deposit: Transfer) -> datetime:
        """When the cost was paid: when the coins were acquired, else when they were deposited."""
        return deposit.at if self.acquired_at is None else min(self.acquired_at, deposit.at)

    def lots_of(self, deposit: Transfer, brought: Sequence[CoinLot], rate: Decimal) -> Sequence[CoinLot] | None:
        """The lots of a deposit that brought `brought` from an own account, with this cost for its unknown part.

        `rate` converts the cost. None if the cost of the whole deposit is known.
        """
        with localcontext(EXACT):
            explained = [lot for lot in brought if lot.cost is not None]
            quantity = deposit.amount - sum((lot.quantity for lot in explained), ZERO)
            if quantity <= 0:
                return None
            acquired_at = None if self.acquired_at is None else self.moment_of(deposit)
            lot = CoinLot(quantity, self.cost * rate, ZERO, acquired_at)
            return lot.of_day(self.moment_of(deposit)), *explained
