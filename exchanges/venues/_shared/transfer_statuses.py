"""Statuses of deposits and withdrawals, for the words that ccxt passes on without a meaning.

A status of no known meaning counts as done, so that no money is missing. A refused transfer has to be known as one.
"""

from collections.abc import Callable, Mapping
from typing import Any

from domain.transfers import TransferKind, TransferStatus
from exchanges.connection.exact import text

# (the exchange's own row, deposit or withdrawal) -> its status. None: ccxt's status is right.
TransferStatusParser = Callable[[Mapping[str, Any], TransferKind], TransferStatus | None]
StatusWords = Mapping[str, TransferStatus]


def ccxt_status(_row: Mapping[str, Any], _kind: TransferKind) -> TransferStatus | None:
    """The default: every status is ccxt's."""
    return None


def statuses(field: str, *, deposits: StatusWords, withdrawals: StatusWords) -> TransferStatusParser:
    """A parser for rows with their status in one field. One word may differ between the two kinds."""
    words = {TransferKind.DEPOSIT: deposits, TransferKind.WITHDRAWAL: withdrawals}

    def parse(row: Mapping[str, Any], kind: TransferKind) -> TransferStatus | None:
        return words.get(kind, {}).get(text(row, field) or "")

    return parse
