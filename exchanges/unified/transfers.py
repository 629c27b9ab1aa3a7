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

_STATUSES = {
    "ok": TransferStatus.DONE,
    "pending": TransferStatus.PENDING,
    "processing": TransferStatus.PENDING,
    "failed": TransferStatus.FAILED,
    "fail": TransferStatus.FAILED,
    "rejected": TransferStatus.FAILED,
    "canceled": TransferStatus.FAILED,
}
# Words in ccxt's type of a line, the first that fits, where the exchange's own words are not known. A fee may be one
# that an execution tells too: counted twice it would be wrong, so that it is told as of unknown kind.
_WORDS = (
    ("fund", TransferKind.FUNDING),
    ("interest", TransferKind.INTEREST),
    ("borrow", TransferKind.INTEREST),
    ("rebate", TransferKind.REBATE),
    ("referral", TransferKind.REBATE),
    ("transfer", TransferKind.INTERNAL),
)
_MOVED = {"deposit": TransferKind.DEPOSIT, "withdrawal": TransferKind.WITHDRAWAL}

Read = tuple[tuple[Transfer, ...], tuple[Unreadable, ...]]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose rows are read: `own` is the account's name for itself on the exchange, an address or a key."""

    account: str
    exchange: str
    ledger_row: LedgerParser | None = None
    own: str = ""


def read_movements(rows: Iterable[Any], whose: Whose, kind: TransferKind | None = None) -> Read:
    """The movements in ccxt's deposits and withdrawals; `kind` where a row does not say which of them it is."""
    return read_each(rows, partial(_movement, whose=whose, kind=kind), lambda transfer: transfer.key)


def _movement(row: Mapping[str, Any], whose: Whose, kind: TransferKind | None) -> Transfer:
    parsed(row)
    kind = _MOVED.get(str(row.get("type")), kind)
    own = id_in(row, "id") or id_in(row, "txid")
    asset, at, size = text(row, "currency"), moment(row, "timestamp"), amount(row, "amount")
    if kind is None or own is None or asset is None or at is None or size is None:
        raise Garbled("the kind, the id, the asset, the time or the amount is missing")
    fee, size = fee_of(row), size.copy_abs()
    return Transfer(
        account=whose.account,
        exchange=whose.exchange,
        key=f"{kind}/{own}",
        kind=kind,
        status=_STATUSES.get(str(row.get("status")), TransferStatus.UNKNOWN),
        asset=asset,
        amount=size if kind is TransferKind.DEPOSIT else size.copy_negate(),
        at=at,
        raw=raw_of(row),
        fee=fee[0],
        fee_currency=fee[1],
    )


def read_ledger(rows: Iterable[Any], whose: Whose, part: str, told_elsewhere: bool, fee_within: bool = False) -> Read:
    """The movements in ccxt's ledger that neither fills nor, where `told_elsewhere`, lists of deposits and withdrawals
    tell; `fee_within` where the amount is what moved after the fee. Ids are unique within a `part` of it."""
    read = partial(_line, whose=whose, part=part, told_elsewhere=told_elsewhere, fee_within=fee_within)
    return read_each(rows, read, lambda transfer: transfer.key)


def _line(row: Mapping[str, Any], whose: Whose, part: str, told_elsewhere: bool, fee_within: bool) -> Transfer | None:
    parsed(row)
    raw, size = raw_of(row), _signed(row)
    parse = whose.ledger_row
    said = (parse(raw, whose.own) if parse else None) or LedgerRow(_kind_of(row, size, told_elsewhere))
    if said.kind is None:
        return None
    size = size if said.amount is None else said.amount
    asset, at = said.asset or text(row, "currency"), moment(row, "timestamp")
    if asset is None or at is None or size is None:
        raise Garbled("the asset, the time, the amount or the direction is missing")
    kind = said.kind
    if kind in _MOVED.values():
        kind = TransferKind.WITHDRAWAL if size < 0 else TransferKind.DEPOSIT
    fee = fee_of(row) if said.fee is None else (said.fee, asset)
    if fee_within or not fee[0]:
        fee = (None, None)
    own = id_in(row, "id") or _by_moment(text(row, "symbol"), at, asset, size)
    return Transfer(
        account=whose.account,
        exchange=whose.exchange,
        key=f"{part}/{kind}/{own}" if part else f"{kind}/{own}",
        kind=kind,
        # A line of a ledger has happened, whether or not it says so.
        status=_STATUSES.get(str(row.get("status")), TransferStatus.UNKNOWN) if row.get("status") else _DONE,
        asset=asset,
        amount=size,
        at=at,
        raw=raw,
        fee=fee[0],
        fee_currency=fee[1],
        symbol=text(row, "symbol"),
    )


_DONE = TransferStatus.DONE


def _signed(row: Mapping[str, Any]) -> Decimal | None:
    """What a line moved, by its direction where it says one."""
    size, direction = amount(row, "amount"), row.get("direction")
    if direction not in ("in", "out", None):
        raise Garbled("the direction is neither in nor out")
    if size is None or direction is None:
        return size
    return size.copy_abs() if direction == "in" else size.copy_abs().copy_negate()


def _kind_of(row: Mapping[str, Any], size: Decimal | None, told_elsewhere: bool) -> TransferKind | None:
    """The kind of a line by ccxt's type. One that moved in or out is left to the lists of deposits and withdrawals
    only where those are asked."""
    said = (text(row, "type") or "").lower()
    if said == "trade":
        return None
    if said in ("transaction", "deposit", "withdrawal"):
        if told_elsewhere:
            return None
        into = size is not None and size > 0
        return _MOVED.get(said, TransferKind.DEPOSIT if into else TransferKind.WITHDRAWAL)
    return next((kind for word, kind in _WORDS if word in said), TransferKind.OTHER)


def read_funding(rows: Iterable[Any], whose: Whose) -> Read:
    """The payments in ccxt's funding history; negative was paid."""
    return read_each(rows, partial(_funding, whose=whose), lambda transfer: transfer.key)


def _funding(row: Mapping[str, Any], whose: Whose) -> Transfer:
    parsed(row)
    asset, at, size = text(row, "code"), moment(row, "timestamp"), amount(row, "amount")
    symbol = text(row, "symbol")
    if asset is None or at is None or size is None:
        raise Garbled("the asset, the time or the amount is missing")
    return Transfer(
        account=whose.account,
        exchange=whose.exchange,
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
    """What tells a movement without an id from others: where, when, what and how much."""
    return f"{symbol or asset}/{round(at.timestamp() * 1000)}/{asset}/{EXACT.plus(size):f}"
