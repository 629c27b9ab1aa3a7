"""Transfer matches: which deposit is a withdrawal from one's own other account, still under way or arrived.

Both name the same asset, and the same transaction where both state one. Without a transaction, the amounts agree but
for the fee, and the deposit is credited after the withdrawal was requested, within three days.
"""

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

# Of one account: its name and the key of the transfer.
Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Match:
    """A withdrawal from one account and the deposit into another that it became."""

    withdrawal: Transfer
    deposit: Transfer


def name_of(transfer: Transfer) -> Name:
    """What identifies a transfer over all accounts."""
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
    found: dict[Name, Match] = {}
    for asset, credited in deposits.items():
        pairs = [
            (*_distance(sent, received), name_of(sent), name_of(received), Match(sent, received))
            for received in credited
            for sent in withdrawals.get(asset, ())
            if _may_be_one(sent, received)
        ]
        for *_, sent, received, match in sorted(pairs, key=lambda pair: pair[:-1]):
            if sent not in found and received not in found:
                found[sent] = found[received] = match
    return found


def in_transit(transfers: Iterable[Transfer], at: datetime) -> list[Match]:
    """The matches that had left one account and not reached the other at a moment."""
    matches = {name_of(match.deposit): match for match in matches_of(transfers).values()}
    return [match for match in matches.values() if match.withdrawal.at <= at < match.deposit.at]


def _may_be_one(sent: Transfer, received: Transfer) -> bool:
    if sent.account == received.account:
        return False
    if sent.tx_id is not None and received.tx_id is not None:
        return sent.tx_id == received.tx_id
    if not sent.at - CLOCKS_DIFFER <= received.at <= sent.at + LONGEST_WAY:
        return False
    missing = -sent.amount - received.amount
    fee = sent.fee if sent.fee is not None and sent.fee_currency in (None, sent.asset) else -sent.amount * MOST_FEE
    return 0 <= missing <= fee


def _distance(sent: Transfer, received: Transfer) -> tuple[bool, Decimal, timedelta]:
    is_other_transaction = sent.tx_id is None or sent.tx_id != received.tx_id
    return is_other_transaction, -sent.amount - received.amount, abs(received.at - sent.at)
