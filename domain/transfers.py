"""Transfers: what came into an account or left it other than by trading."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class TransferKind(StrEnum):
    """Why an amount came or left."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    INTERNAL = "internal"  # between wallets that are all read: it changes nothing, though only one side may be told
    FUNDING = "funding"  # paid or received for holding a perpetual
    INTEREST = "interest"
    REBATE = "rebate"
    FEE = "fee"
    LOAN = "loan"  # what was borrowed or paid back: as much is owed as came in
    SETTLEMENT = "settlement"  # what contracts gained, paid out by session: fills tell of it already
    OTHER = "other"  # the exchange says something else; it stands in the payload


class TransferStatus(StrEnum):
    """How far it got."""

    DONE = "done"
    PENDING = "pending"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One movement. `amount` is signed: positive came in, negative left; `fee` is on top and positive where paid."""

    account: str
    exchange: str
    key: str  # unique within the account: the kind with the exchange's id
    kind: TransferKind
    status: TransferStatus
    asset: str
    amount: Decimal
    at: datetime
    raw: Mapping[str, Any]
    fee: Decimal | None = None
    fee_currency: str | None = None
    symbol: str | None = None  # the market that funding was paid for
