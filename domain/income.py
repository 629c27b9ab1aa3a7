"""Income: what an account earned or paid other than by trading: funding, interest, rebates, fees of transfers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from domain.lots import EXACT, ZERO
from domain.transfers import Transfer, TransferKind, TransferStatus

# A deposit or a withdrawal moves what one has: it is no gain and no loss (Lesson 17).
_GAINS = frozenset({TransferKind.FUNDING, TransferKind.INTEREST, TransferKind.REBATE, TransferKind.FEE})


@dataclass(frozen=True, slots=True)
class Income:
    """What came of transfers, by kind and asset, each in its own asset; negative was paid. Fees stand under FEE.

    `unclear` are the keys of those of which nobody knows whether they were a gain (another kind, a status or the
    currency of a fee that is not known): they are in no amount, and a total says that there are some.
    """

    amounts: Mapping[tuple[TransferKind, str], Decimal]
    unclear: tuple[str, ...]


def income_of(transfers: Iterable[Transfer]) -> Income:
    """What transfers earned and cost. One that is pending or failed has done neither; a fee not given is no fee."""
    amounts: dict[tuple[TransferKind, str], Decimal] = defaultdict(lambda: ZERO)
    unclear: list[str] = []
    with localcontext(EXACT):
        for transfer in transfers:
            if transfer.status in (TransferStatus.PENDING, TransferStatus.FAILED):
                continue
            if _is_unclear(transfer):
                unclear.append(transfer.key)
                continue
            if transfer.kind in _GAINS:
                amounts[transfer.kind, transfer.asset] += transfer.amount
            if transfer.fee and transfer.fee_currency is not None:
                amounts[TransferKind.FEE, transfer.fee_currency] -= transfer.fee
    return Income(dict(amounts), tuple(unclear))


def _is_unclear(transfer: Transfer) -> bool:
    if transfer.kind is TransferKind.OTHER or transfer.status is TransferStatus.UNKNOWN:
        return True
    return bool(transfer.fee) and transfer.fee_currency is None
