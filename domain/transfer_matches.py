"""Transfer matches: which deposit is a withdrawal from one's own other account, still under way or arrived.

Both name the same asset, and the same transaction where both state one. Without a transaction, the amounts agree but
for the fee, and the deposit is credited after the withdrawal was requested, within three days. Exchanges also state
numbers of their own for transfers that never were on a block chain. Two different ones of these do not tell two
transfers apart.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from domain.transfers import Transfer, TransferKind, TransferStatus

# A withdrawal that has not arrived after this long is taken for one that went elsewhere.
LONGEST_WAY = timedelta(days=3)
# Exchanges stamp with clocks of their own.
CLOCKS_DIFFER = timedelta(minutes=10)
# The largest share of a withdrawal that may be a fee which the exchange does not state.
MOST_FEE = Decimal("0.01")

# No block chain has shorter ids of transactions. The numbers of exchanges and UUIDs are shorter.
SHORTEST_TRANSACTION = 40
_HASH = re.compile(r"(?:0[xX])?[0-9a-fA-F]{64}")

# The name of an account and the key of a transfer of it.
Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Match:
    """A withdrawal from one account and the deposit into another that it became."""

    withdrawal: Transfer
    deposit: Transfer


def name_of(transfer: Transfer) -> Name:
    """The identity of a transfer over all accounts."""
    return transfer.account, transfer.key


def matches_of(transfers: Iterable[Transfer]) -> Mapping[Name, Match]:
    """The matches among transfers of all accounts, by the name of the deposit and by that of the withdrawal.

    Each transfer is in one match at most. Equal transactions come first, then the nearest amounts and times.
    """
    withdrawals: dict[str, list[Transfer]] = defaultdict(list)
    deposits: dict[str, list[Transfer]] = defaultdict(list)
    for transfer in transfers:
        if transfer.status is TransferStatus.FAILED:
            continue
        if transfer.kind is TransferKind.WITHDRAWAL:
            withdrawals[transfer.asset].append(transfer)
        elif transfer.kind is TransferKind.DEPOSIT and transfer.status is not TransferStatus.PENDING:
            deposits[transfer.asset].append(transfer)
    result: dict[Name, Match] = {}
    for asset, credited in deposits.items():
        candidates = _Candidates(withdrawals.get(asset, ()))
        pairs = [
            (*_distance(sent, received), name_of(sent), name_of(received), Match(sent, received))
            for received in credited
            for sent in candidates.of(received)
            if _may_be_one(sent, received)
        ]
        for *_, sent, received, match in sorted(pairs, key=lambda pair: pair[:-1]):
            if sent not in result and received not in result:
                result[sent] = result[received] = match
    return result


class _Candidates:
    """Withdrawals of one asset, by transaction and by time. No deposit is held against all of them."""

    def __init__(self, withdrawals: Iterable[Transfer]) -> None:
        self._by_time = sorted(withdrawals, key=_time_of)
        self._by_transaction: dict[str, list[Transfer]] = defaultdict(list)
        for sent in self._by_time:
            if (transaction := _transaction_of(sent)) is not None:
                self._by_transaction[transaction].append(sent)

    def of(self, deposit: Transfer) -> Iterable[Transfer]:
        """Those of the same transaction or near in time, each once."""
        first = bisect_left(self._by_time, deposit.at - LONGEST_WAY, key=_time_of)
        last = bisect_right(self._by_time, deposit.at + CLOCKS_DIFFER, key=_time_of)
        transaction = _transaction_of(deposit)
        same = [] if transaction is None else self._by_transaction.get(transaction, [])
        return [*self._by_time[first:last], *(sent for sent in same if not _is_near(sent, deposit))]


def _is_near(sent: Transfer, received: Transfer) -> bool:
    return sent.at - CLOCKS_DIFFER <= received.at <= sent.at + LONGEST_WAY


def _time_of(transfer: Transfer) -> datetime:
    return transfer.at


def _may_be_one(sent: Transfer, received: Transfer) -> bool:
    if sent.account == received.account:
        return False
    left, came = _transaction_of(sent), _transaction_of(received)
    if left is not None and left == came:
        return True
    if _is_on_chain(left) and _is_on_chain(came):
        return False
    if not _is_near(sent, received):
        return False
    missing = -sent.amount - received.amount
    fee = sent.fee if sent.fee is not None and sent.fee_currency in (None, sent.asset) else -sent.amount * MOST_FEE
    return 0 <= missing <= fee


def _transaction_of(transfer: Transfer) -> str | None:
    """The transaction, in one spelling: hexadecimal ones with or without 0x, in any case."""
    if transfer.tx_id is None or _HASH.fullmatch(transfer.tx_id) is None:
        return transfer.tx_id
    return transfer.tx_id.lower().removeprefix("0x")


def _is_on_chain(transaction: str | None) -> bool:
    return transaction is not None and len(transaction) >= SHORTEST_TRANSACTION


def _distance(sent: Transfer, received: Transfer) -> tuple[bool, Decimal, timedelta]:
    transaction = _transaction_of(sent)
    is_other_transaction = transaction is None or transaction != _transaction_of(received)
    return is_other_transaction, -sent.amount - received.amount, abs(received.at - sent.at)
