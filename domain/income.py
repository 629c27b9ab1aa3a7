"""Income: earnings and costs of an account other than by trading: funding, interest, rebates and transfer fees."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

from domain.gains import Converted
from domain.lots import EXACT, ZERO
from domain.transfers import TransferKind, TransferStatus
from domain.worth import NO_WORTH, Worth, added, total_worth

# Kinds that count as income. Deposits, withdrawals and loans are neither gain nor loss. Settlements are trading profit.
EARNED = (TransferKind.FUNDING, TransferKind.INTEREST, TransferKind.REBATE, TransferKind.FEE)
# Kinds that move value into or out of an account, also to another account of the same owner.
FLOWS = (TransferKind.DEPOSIT, TransferKind.WITHDRAWAL)
# Statuses without effect: a pending deposit is no money yet, and a failed withdrawal is no loss.
_NOT_HAPPENED = (TransferStatus.PENDING, TransferStatus.FAILED)


@dataclass(frozen=True, slots=True)
class TransferSum:
    """The sum of the transfers of one kind, status, asset and fee currency."""

    kind: TransferKind
    status: TransferStatus
    asset: str
    fee_currency: str | None
    count: int
    amount: Decimal
    fee: Decimal  # of the transfers with a known fee
    # At the moments of the transfers, in the currency that was asked for. A fee of zero counts as no fee.
    worth: Worth = NO_WORTH
    fee_worth: Worth = NO_WORTH

    @property
    def has_happened(self) -> bool:
        """False for pending and failed transfers."""
        return self.status not in _NOT_HAPPENED


@dataclass(frozen=True, slots=True)
class Income:
    """Income from transfers by kind and asset, in units of the asset, negative if paid. Transfer fees are under FEE.

    `unclear` counts transfers that may or may not be a gain: kind OTHER, an unknown status, or a fee in an unknown
    currency. No amount includes them, so a total with `unclear` above zero is incomplete.
    """

    amounts: Mapping[tuple[TransferKind, str], Decimal]
    unclear: int
    worths: Mapping[tuple[TransferKind, str], Worth] = field(default_factory=dict)  # of the same amounts

    def total(self, currency: str, *kinds: TransferKind) -> Converted:
        """The worth of these kinds at the moments of the transfers, in the currency that the sums are in."""
        worths = added((asset, worth) for (kind, asset), worth in self.worths.items() if kind in kinds)
        return total_worth(self.of(*kinds), worths, currency)

    def of(self, *kinds: TransferKind) -> Mapping[str | None, Decimal]:
        """The sum of these kinds, by asset."""
        with localcontext(EXACT):
            by_asset: dict[str | None, Decimal] = {}
            for (kind, asset), amount in self.amounts.items():
                if kind in kinds:
                    by_asset[asset] = by_asset.get(asset, ZERO) + amount
            return by_asset


def income_of(groups: Iterable[TransferSum]) -> Income:
    """The income from transfers, without pending and failed ones. A missing fee counts as no fee."""
    amounts: dict[tuple[TransferKind, str], Decimal] = defaultdict(lambda: ZERO)
    worths: dict[tuple[TransferKind, str], Worth] = defaultdict(Worth)
    unclear = 0
    with localcontext(EXACT):
        for group in groups:
            if not group.has_happened:
                continue
            if _is_unclear(group):
                unclear += group.count
                continue
            if group.kind in EARNED:
                amounts[group.kind, group.asset] += group.amount
                worths[group.kind, group.asset] += group.worth
            if group.fee and group.fee_currency is not None:
                amounts[TransferKind.FEE, group.fee_currency] -= group.fee
                worths[TransferKind.FEE, group.fee_currency] += -group.fee_worth
    return Income(dict(amounts), unclear, dict(worths))


def _is_unclear(group: TransferSum) -> bool:
    if group.kind is TransferKind.OTHER:
        return True
    if group.status is TransferStatus.UNKNOWN and (group.kind in EARNED or bool(group.fee)):
        return True
    return bool(group.fee) and group.fee_currency is None
