"""Income: what an account earned or paid other than by trading: funding, interest, rebates, fees of transfers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from domain.lots import EXACT, ZERO
from domain.transfers import TransferKind, TransferStatus

# A deposit or a withdrawal moves what one has, a loan what one owes: no gain and no loss. What contracts
# settle is gained by trading.
EARNED = (TransferKind.FUNDING, TransferKind.INTEREST, TransferKind.REBATE, TransferKind.FEE)
# What comes from outside of an account or goes there, be it another account of the same owner.
FLOWS = (TransferKind.DEPOSIT, TransferKind.WITHDRAWAL)
# What has happened, as far as is known: a pending deposit is no money yet, a failed withdrawal no loss.
_NOT_HAPPENED = (TransferStatus.PENDING, TransferStatus.FAILED)


@dataclass(frozen=True, slots=True)
class TransferSum:
    """Transfers that are alike, added up: of one kind, status, asset and currency of the fee."""

    kind: TransferKind
    status: TransferStatus
    asset: str
    fee_currency: str | None
    count: int
    amount: Decimal
    fee: Decimal  # of those that say one

    @property
    def has_happened(self) -> bool:
        """Whether it moved anything, as far as is known."""
        return self.status not in _NOT_HAPPENED


@dataclass(frozen=True, slots=True)
class Income:
    """What came of transfers, by kind and asset, each in its own asset; negative was paid. Fees stand under FEE.

    `unclear` counts those of which nobody knows whether they were a gain (another kind, a status or the currency of a
    fee that is not known): they are in no amount, and a total says that there are some.
    """

    amounts: Mapping[tuple[TransferKind, str], Decimal]
    unclear: int

    def of(self, *kinds: TransferKind) -> Mapping[str | None, Decimal]:
        """What these kinds came to, by asset."""
        with localcontext(EXACT):
            found: dict[str | None, Decimal] = {}
            for (kind, asset), amount in self.amounts.items():
                if kind in kinds:
                    found[asset] = found.get(asset, ZERO) + amount
            return found


def income_of(groups: Iterable[TransferSum]) -> Income:
    """What transfers earned and cost. One that is pending or failed has done neither; a fee not given is no fee."""
    amounts: dict[tuple[TransferKind, str], Decimal] = defaultdict(lambda: ZERO)
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
            if group.fee and group.fee_currency is not None:
                amounts[TransferKind.FEE, group.fee_currency] -= group.fee
    return Income(dict(amounts), unclear)


def flows_of(groups: Iterable[TransferSum]) -> Mapping[str | None, Decimal]:
    """What came from outside less what went there, by asset, fees apart."""
    found: dict[str | None, Decimal] = {}
    with localcontext(EXACT):
        for group in groups:
            if group.kind in FLOWS and group.has_happened:
                found[group.asset] = found.get(group.asset, ZERO) + group.amount
    return found


def _is_unclear(group: TransferSum) -> bool:
    if group.kind is TransferKind.OTHER:
        return True
    if group.status is TransferStatus.UNKNOWN and (group.kind in EARNED or bool(group.fee)):
        return True
    return bool(group.fee) and group.fee_currency is None
