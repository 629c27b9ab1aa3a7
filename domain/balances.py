"""Balances: how much of each asset an account holds, and what the exchange says it is worth."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Balance:
    """One asset in one wallet of an account.

    Quantities are in units of the asset; a negative `total` is a loan or a short. The stated values are in the
    account's own currency, as the exchange says them (never recomputed from haircuts, Lesson 5); None is unknown.
    """

    asset: str
    total: Decimal
    free: Decimal | None
    locked: Decimal | None
    wallet: str = "main"
    haircut: Decimal | None = None
    collateral_eligible: bool | None = None
    market_value: Decimal | None = None
    collateral_value: Decimal | None = None
    max_withdrawal: Decimal | None = None

    @property
    def key(self) -> str:
        """What identifies this balance within its account."""
        return f"{self.wallet}/{self.asset}"
