"""Balances: how much of each asset an account holds, and what the exchange says it is worth."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Balance:
    """One asset in one wallet of an account.

    Quantities are in units of the asset. `total` is the wallet balance without open profit, less debts: a negative one
    is a loan or a short. The stated values are in the account's own currency, as the exchange states them and never
    recomputed from haircuts. None is unknown.
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
    debt: Decimal | None = None  # owed in this asset, a positive quantity that `total` has already lost
    # The exchange states only the equity of this wallet: the open profit of its positions is inside `total`.
    includes_open_profit: bool = field(default=False, compare=False)

    @property
    def key(self) -> str:
        """What identifies this balance within its account."""
        return f"{self.wallet}/{self.asset}"
