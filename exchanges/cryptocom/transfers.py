"""Crypto.com's movements other than by trading: deposits, withdrawals, and the rest of its journal."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from domain.sources import Success
from domain.transfers import Transfer, TransferKind, TransferStatus
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import EXACT, Garbled, amount, moment, moment_ns, text
from exchanges.connection.markets import Markets
from exchanges.connection.payload_rows import read_each, rows_of
from exchanges.cryptocom.fields import id_in, positive, word
from exchanges.cryptocom.markets import asset_named, market_named

DEPOSITS, WITHDRAWALS = "deposit_list", "withdrawal_list"
_DEPOSIT_STATUS = {
    "0": TransferStatus.PENDING,
    "1": TransferStatus.DONE,
    "2": TransferStatus.FAILED,
    "3": TransferStatus.PENDING,
}
_WITHDRAWAL_STATUS = {
    "0": TransferStatus.PENDING,
    "1": TransferStatus.PENDING,
    "2": TransferStatus.FAILED,
    "3": TransferStatus.PENDING,
    "4": TransferStatus.FAILED,
    "5": TransferStatus.DONE,
    "6": TransferStatus.FAILED,
}
# A flow in the journal may be so far from the time between creation and last update of its row in a list.
_SAME_FLOW = timedelta(hours=1)
# The address of a row off chain, from or to the Crypto.com App. It stands for a line off chain and nothing else, so it
# may be further from it.
_OFF_CHAIN = ("INTERNAL_DEPOSIT", "INTERNAL_WITHDRAWAL")
LONGEST_OFF_CHAIN = timedelta(days=1)
_MOVES = frozenset({TransferKind.DEPOSIT, TransferKind.WITHDRAWAL})
# Journal lines that other calls return in more detail: fills with fees, deposits and withdrawals. A line that rolls one
# back has its counterpart in the status of its row: failed or cancelled.
_TOLD_ELSEWHERE = ("TRADING", "TRADE_FEE", "DEPOSIT", "WITHDRAW", "ROLLBACK_", "ONCHAIN_")
# Kinds by a word in the line's type, in order of match.
_JOURNAL_KINDS = (
    ("FUNDING", TransferKind.FUNDING),
    ("INTEREST", TransferKind.INTEREST),
    ("REWARD", TransferKind.INTEREST),  # as SOFT_STAKE_REWARD
    ("REBATE", TransferKind.REBATE),
    ("FEE", TransferKind.FEE),
    ("SETTLE", TransferKind.SETTLEMENT),
    ("REALIZED_PNL", TransferKind.SETTLEMENT),
    ("OFFCHAIN_DEPOSIT", TransferKind.DEPOSIT),  # from the Crypto.com App
    ("OFFCHAIN_WITHDRAW", TransferKind.DEPOSIT),  # the sign makes it a withdrawal
    ("SUBACCOUNT", TransferKind.DEPOSIT),
    ("TRANSFER", TransferKind.DEPOSIT),
)


def transfer_rows(payload: Any, field: str) -> list[Any]:
    """The list under result.deposit_list or result.withdrawal_list. Raises BadPayload where there is none."""
    result = payload.get("result") if isinstance(payload, Mapping) else None
    rows = result.get(field) if isinstance(result, Mapping) else None
    if not isinstance(rows, list):
        raise BadPayload(f"transfers: the response holds no {field}")
    return rows


def normalise_deposits(payload: Any, account: str) -> Success[Transfer]:
    """Parse the deposits of private/get-deposit-history."""
    return _moved(transfer_rows(payload, DEPOSITS), account, TransferKind.DEPOSIT)


def normalise_withdrawals(payload: Any, account: str) -> Success[Transfer]:
    """Parse the withdrawals of private/get-withdrawal-history."""
    return _moved(transfer_rows(payload, WITHDRAWALS), account, TransferKind.WITHDRAWAL)


def _moved(rows: list[Any], account: str, kind: TransferKind) -> Success[Transfer]:
    transfers, unreadable = read_each(rows, partial(_transfer, account=account, kind=kind), lambda moved: moved.key)
    return Success(transfers, unreadable=unreadable)


def _transfer(row: Mapping[str, Any], account: str, kind: TransferKind) -> Transfer:
    own_id, currency = id_in(row, "id"), text(row, "currency")
    at, quantity = moment(row, "create_time"), positive(row, "amount")
    if own_id is None or currency is None or at is None or quantity is None:
        raise Garbled("id, currency, amount or create_time is missing")
    incoming = kind is TransferKind.DEPOSIT
    states, asset = _DEPOSIT_STATUS if incoming else _WITHDRAWAL_STATUS, asset_named(currency)
    fee = positive(row, "fee")
    return Transfer(
        account=account,
        exchange="cryptocom",
        key=f"{kind}:{own_id}",
        kind=kind,
        status=states.get(word(row, "status"), TransferStatus.UNKNOWN),
        asset=asset,
        amount=quantity if incoming else EXACT.minus(quantity),
        at=at,
        raw=row,
        fee=fee,
        fee_currency=None if fee is None else asset,
        tx_id=id_in(row, "txid"),
    )


def normalise_journal(payload: Any, account: str, markets: Markets) -> Success[Transfer]:
    """Parse funding, interest, rebates, settlements and other movements from private/get-transactions."""
    parse = partial(_line, account=account, markets=markets)
    transfers, unreadable = read_each(rows_of(payload, "journal"), parse, lambda moved: moved.key)
    return Success(transfers, unreadable=unreadable)


def _line(row: Mapping[str, Any], account: str, markets: Markets) -> Transfer | None:
    journal_type = word(row, "journal_type")
    if journal_type.startswith(_TOLD_ELSEWHERE):
        return None
    own_id, name = id_in(row, "journal_id"), text(row, "instrument_name")
    at = moment_ns(row, "event_timestamp_ns") or moment(row, "event_timestamp_ms")
    if own_id is None or name is None or at is None:
        raise Garbled("journal_id, instrument_name or event_timestamp_ms is missing")
    market = market_named(name, markets)
    quantity, realised = amount(row, "transaction_qty"), amount(row, "realized_pnl")
    # A market's line moves the realised profit in the quote currency. An asset's line moves that asset.
    is_market = market.base is not None and market.quote is not None
    moved = _of_market(quantity, realised) if is_market else quantity
    if moved is None:
        raise Garbled("the line does not state an amount")
    kind = next((kind for phrase, kind in _JOURNAL_KINDS if phrase in journal_type), TransferKind.OTHER)
    if kind is TransferKind.DEPOSIT and moved < 0:  # to another account
        kind = TransferKind.WITHDRAWAL
    return Transfer(
        account=account,
        exchange="cryptocom",
        key=f"journal:{own_id}",
        kind=kind,
        status=TransferStatus.DONE,
        asset=(market.quote if is_market else None) or asset_named(name),
        amount=moved,
        at=at,
        raw=row,
        symbol=market.symbol if is_market else None,
    )


def _of_market(quantity: Decimal | None, realised: Decimal | None) -> Decimal | None:
    """The quote amount moved by a market's line. None if it also moved the coin, with no known meaning."""
    return None if quantity else realised


def is_off_chain(transfer: Transfer) -> bool:
    """True for a line of the journal about a deposit or withdrawal off chain, as from and to the Crypto.com App."""
    return transfer.kind in _MOVES and word(transfer.raw, "journal_type").startswith("OFFCHAIN_")


def without_doubles(journal: Iterable[Transfer], listed: Iterable[Transfer]) -> tuple[Transfer, ...]:
    """The lines of the journal without those off chain that the lists of deposits and withdrawals hold, too.

    No documentation says if the lists hold them. A row of the same coin and amount is the same flow, if the line is
    booked between its creation and its last update, or within an hour of them. A row whose address says that it is off
    chain may be a day away. The amount of a withdrawal may include its fee. The nearest row counts.
    """
    rows = [row for row in listed if row.status is not TransferStatus.FAILED]
    kept: list[Transfer] = []
    for line in journal:
        same = [row for row in rows if _is_same(line, row)] if is_off_chain(line) else []
        double = min(same, key=partial(_distance, line), default=None)
        if double is None:
            kept.append(line)
        else:
            rows.remove(double)
    return tuple(kept)


def _is_same(line: Transfer, row: Transfer) -> bool:
    with_fee = row.amount if row.fee is None else EXACT.subtract(row.amount, row.fee)
    farthest = LONGEST_OFF_CHAIN if word(row.raw, "address") in _OFF_CHAIN else _SAME_FLOW
    is_near = _distance(line, row) <= farthest
    return (line.kind, line.asset) == (row.kind, row.asset) and is_near and line.amount in (row.amount, with_fee)


def _distance(line: Transfer, row: Transfer) -> timedelta:
    """How far a line is from the time between the creation and the last update of a row."""
    updated_at = max(moment(row.raw, "update_time") or row.at, row.at)
    return max(row.at - line.at, line.at - updated_at, timedelta())
