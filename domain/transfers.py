"""Transfers: amounts that entered or left an account other than by trading."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class TransferKind(StrEnum):
    """The reason for a transfer."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    INTERNAL = (
        "internal"  # between wallets that are all read: net value does not change, even if only one side is reported
    )
    FUNDING = "funding"  # paid or received for holding a perpetual
    INTEREST = "interest"
    REBATE = "rebate"
    FEE = "fee"
    LOAN = "loan"  # borrowed or repaid: the debt changes by the same amount
    SETTLEMENT = "settlement"  # profit of contracts, paid out by session: already counted from the fills
    OTHER = "other"  # another reason, found in the payload


class TransferStatus(StrEnum):
    """The status of a transfer."""

    DONE = "done"
    PENDING = "pending"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer. A positive `amount` entered the account, a negative one left. `fee` is extra, positive if paid."""

    account: str
    exchange: str
    key: str  # unique within the account: the kind and the exchange's id
    kind: TransferKind
    status: TransferStatus
    asset: str
    amount: Decimal
    at: datetime
    raw: Mapping[str, Any]
    fee: Decimal | None = None
    fee_currency: str | None = None
    symbol: str | None = None  # the market of a funding payment
    tx_id: str | None = None  # of the block chain, where the exchange states it
