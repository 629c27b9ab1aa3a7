"""Balances: how much of each asset an account holds, and what the exchange says it is worth."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Balance:
    """One asset in one wallet of an account.

    Quantities are in units of the asset. `total` is the wallet balance less debts, without open profit. A negative
    `total` is a loan or a short. `market_value`, `collateral_value` and `max_withdrawal` are in the account's currency,
    as the exchange states them. They are never recomputed from haircuts. None is unknown.
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
    debt: Decimal | None = None  # owed in this asset, positive, already deducted from `total`
    # True if the exchange states only the equity of this wallet: `total` then includes the open profit of positions.
    includes_open_profit: bool = field(default=False, compare=False)

    @property
    def key(self) -> str:
        """The identity of this balance within its account: wallet and asset."""
        return f"{self.wallet}/{self.asset}"
