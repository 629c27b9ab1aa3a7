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
    """The fields of a ledger row. None in a field other than `kind` means ccxt's value.

    The sign of the amount decides between deposit and withdrawal, because one word can mean both. `kind` None marks a
    row that another list holds in more detail: a fill, or a deposit with its status.
    """

    kind: TransferKind | None
    amount: Decimal | None = None  # signed
    asset: str | None = None
    fee: Decimal | None = None


# (the exchange's own row, the account's address or key) -> its fields. None for an unknown word.
LedgerParser = Callable[[Mapping[str, Any], str], LedgerRow | None]
LedgerWords = Mapping[str, TransferKind | None]


def by_word(words: LedgerWords, *fields: str) -> LedgerParser:
    """A parser for rows with their word in the first present field of these."""

    def parse(row: Mapping[str, Any], _own: str) -> LedgerRow | None:
        word = next((value for field in fields if (value := text(row, field)) is not None), None)
        return LedgerRow(words[word]) if word is not None and word in words else None

    return parse
