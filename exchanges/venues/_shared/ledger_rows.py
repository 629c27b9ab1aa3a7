"""Ledger rows: the kind of transfer that each word of an exchange's ledger means.

ccxt's own types are too coarse for money: it calls funding a fee here and a trade there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.transfers import TransferKind
from exchanges.connection.exact import text


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What a ledger row states. None in a field other than `kind`: ccxt's value stands.

    The sign of the amount tells a deposit from a withdrawal: the same word can mean both. `kind` None marks a row that
    another list holds in more detail: an execution, or a deposit with its status.
    """

    kind: TransferKind | None
    amount: Decimal | None = None  # signed
    asset: str | None = None
    fee: Decimal | None = None


# (the exchange's own row, the account's name for itself there) -> what it states. None: the word is not known here.
LedgerParser = Callable[[Mapping[str, Any], str], LedgerRow | None]
LedgerWords = Mapping[str, TransferKind | None]


def by_word(words: LedgerWords, *fields: str) -> LedgerParser:
    """A parser of rows whose word stands in the first of these fields that is present."""

    def parse(row: Mapping[str, Any], _own: str) -> LedgerRow | None:
        word = next((value for field in fields if (value := text(row, field)) is not None), None)
        return LedgerRow(words[word]) if word is not None and word in words else None

    return parse
