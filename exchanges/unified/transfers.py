"""Transfers as ccxt unifies them: deposits, withdrawals, lines of ledgers and payments of funding."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from domain.sources import Unreadable
from domain.transfers import Transfer, TransferKind, TransferStatus
from exchanges.connection.exact import EXACT, Garbled, amount, moment, text
from exchanges.connection.payload_rows import read_each
from exchanges.unified.fills import fee_of, parsed, raw_of
from exchanges.venues._shared.ledger_rows import LedgerParser, LedgerRow
from exchanges.venues._shared.order_rows import id_in
from exchanges.venues._shared.transfer_statuses import TransferStatusParser, ccxt_status

_STATUSES = {
    "ok": TransferStatus.DONE,
    "pending": TransferStatus.PENDING,
    "processing": TransferStatus.PENDING,
    "failed": TransferStatus.FAILED,
    "fail": TransferStatus.FAILED,
    "rejected": TransferStatus.FAILED,
    "canceled": TransferStatus.FAILED,
}
# Parts of ccxt's line types, in order of match, for lines without a venue parser. A fee may repeat the fee of an
# execution, so it becomes OTHER instead of counting twice. A refund is no funding, and a borrowed amount no interest.
_WORDS = (
    ("funding", TransferKind.FUNDING),
    ("interest", TransferKind.INTEREST),
    ("borrow", TransferKind.LOAN),
    ("rebate", TransferKind.REBATE),
    ("referral", TransferKind.REBATE),
    ("transfer", TransferKind.INTERNAL),
)
_MOVED = {"deposit": TransferKind.DEPOSIT, "withdrawal": TransferKind.WITHDRAWAL}

Read = tuple[tuple[Transfer, ...], tuple[Unreadable, ...]]


@dataclass(frozen=True, slots=True)
class RowOwner:
    """The account and exchange of the rows. `address` is the account's address or key on the exchange."""

    account: str
    exchange: str
    ledger_row: LedgerParser | None = None
    address: str = ""
    transfer_status: TransferStatusParser = ccxt_status


def read_movements(rows: Iterable[Any], owner: RowOwner, kind: TransferKind | None = None) -> Read:
    """The transfers in ccxt's deposits and withdrawals. `kind`: the list holds this kind alone.

    ccxt guesses the type of a row from its fields on some exchanges, such as a fee, which may be absent.
    """
    return read_each(rows, partial(_movement, owner=owner, kind=kind), lambda transfer: transfer.key)


def _movement(row: Mapping[str, Any], owner: RowOwner, kind: TransferKind | None) -> Transfer:
    parsed(row)
    kind = kind or _MOVED.get(str(row.get("type")))
    transfer_id = id_in(row, "id") or id_in(row, "txid")
    asset, at, size = text(row, "currency"), moment(row, "timestamp"), amount(row, "amount")
    if kind is None or transfer_id is None or asset is None or at is None or size is None:
        raise Garbled("the kind, the id, the asset, the time or the amount is missing")
    fee, size, raw = fee_of(row), size.copy_abs(), raw_of(row)
    return Transfer(
        account=owner.account,
        exchange=owner.exchange,
        key=f"{kind}/{transfer_id}",
        kind=kind,
        status=owner.transfer_status(raw, kind) or _STATUSES.get(str(row.get("status")), TransferStatus.UNKNOWN),
        asset=asset,
        amount=size if kind is TransferKind.DEPOSIT else size.copy_negate(),
        at=at,
        raw=raw,
        fee=fee[0],
        fee_currency=fee[1],
        tx_id=id_in(row, "txid"),
    )


def read_ledger(
    rows: Iterable[Any], owner: RowOwner, prefix: str, has_transfer_lists: bool, fee_within: bool = False
) -> Read:
    """The transfers in ccxt's ledger, without fills.

    With `has_transfer_lists`, deposits and withdrawals come from other lists and are skipped. `fee_within`: the amount
    is the balance change after the fee. Ids are unique within a `prefix` of the ledger.
    """
    parse = partial(_line, owner=owner, prefix=prefix, has_transfer_lists=has_transfer_lists, fee_within=fee_within)
    return read_each(rows, parse, lambda transfer: transfer.key)


def _line(
    row: Mapping[str, Any], owner: RowOwner, prefix: str, has_transfer_lists: bool, fee_within: bool
) -> Transfer | None:
    parsed(row)
    raw, size = raw_of(row), _signed(row)
    parse = owner.ledger_row
    parsed_row = (parse(raw, owner.address) if parse else None) or LedgerRow(_kind_of(row, size, has_transfer_lists))
    if parsed_row.kind is None:
        return None
    size = size if parsed_row.amount is None else parsed_row.amount
    asset, at = parsed_row.asset or text(row, "currency"), moment(row, "timestamp")
    if asset is None or at is None or size is None:
        raise Garbled("the asset, the time, the amount or the direction is missing")
    kind = parsed_row.kind
    if kind in _MOVED.values():
        kind = TransferKind.WITHDRAWAL if size < 0 else TransferKind.DEPOSIT
    fee = fee_of(row) if parsed_row.fee is None else (parsed_row.fee, asset)
    if fee_within or not fee[0]:
        fee = (None, None)
    line_id = id_in(row, "id") or _by_moment(text(row, "symbol"), at, asset, size)
    return Transfer(
        account=owner.account,
        exchange=owner.exchange,
        key=f"{prefix}/{kind}/{line_id}" if prefix else f"{kind}/{line_id}",
        kind=kind,
        # A ledger line is done, with or without a status.
        status=_STATUSES.get(str(row.get("status")), TransferStatus.UNKNOWN) if row.get("status") else _DONE,
        asset=asset,
        amount=size,
        at=at,
        raw=raw,
        fee=fee[0],
        fee_currency=fee[1],
        symbol=text(row, "symbol"),
        tx_id=id_in(row, "txid") if kind in _MOVED.values() else None,
    )


_DONE = TransferStatus.DONE


def _signed(row: Mapping[str, Any]) -> Decimal | None:
    """The signed amount of a line, by its direction if stated."""
    size, direction = amount(row, "amount"), row.get("direction")
    if direction not in ("in", "out", None):
        raise Garbled("the direction is neither in nor out")
    if size is None or direction is None:
        return size
    return size.copy_abs() if direction == "in" else size.copy_abs().copy_negate()


def _kind_of(row: Mapping[str, Any], size: Decimal | None, has_transfer_lists: bool) -> TransferKind | None:
    """The kind of a line by ccxt's type. None for deposits and withdrawals that other lists read."""
    words = (text(row, "type") or "").lower()
    if words == "trade":
        return None
    if words in ("transaction", "deposit", "withdrawal"):
        if has_transfer_lists:
            return None
        into = size is not None and size > 0
        return _MOVED.get(words, TransferKind.DEPOSIT if into else TransferKind.WITHDRAWAL)
    return next((kind for word, kind in _WORDS if word in words), TransferKind.OTHER)


def read_funding(rows: Iterable[Any], owner: RowOwner) -> Read:
    """The payments in ccxt's funding history. Negative amounts were paid."""
    return read_each(rows, partial(_funding, owner=owner), lambda transfer: transfer.key)


def _funding(row: Mapping[str, Any], owner: RowOwner) -> Transfer:
    parsed(row)
    asset, at, size = text(row, "code"), moment(row, "timestamp"), amount(row, "amount")
    symbol = text(row, "symbol")
    if asset is None or at is None or size is None:
        raise Garbled("the asset, the time or the amount is missing")
    return Transfer(
        account=owner.account,
        exchange=owner.exchange,
        # Not by its id: there is none on some exchanges, and one for all payments on others.
        key=f"{TransferKind.FUNDING}/{_by_moment(symbol, at, asset, size)}",
        kind=TransferKind.FUNDING,
        status=_DONE,
        asset=asset,
        amount=size,
        at=at,
        raw=raw_of(row),
        symbol=symbol,
    )


def _by_moment(symbol: str | None, at: datetime, asset: str, size: Decimal) -> str:
    """A key for a transfer without an id: symbol, time, asset and amount."""
    return f"{symbol or asset}/{round(at.timestamp() * 1000)}/{asset}/{EXACT.plus(size):f}"
