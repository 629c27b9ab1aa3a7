"""Fills and transfers as ccxt unifies them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from domain.fills import Fill
from domain.markets import Side
from domain.sources import Unreadable
from domain.transfers import Transfer, TransferKind, TransferStatus
from refresher.exchanges.execution_sides import position_side_of
from refresher.exchanges.payloads import read_each
from refresher.exchanges.stated import execution_of, id_in, price_in
from refresher.exchanges.unified_markets import Listed, counts_in_contracts, in_base_units
from refresher.exchanges.wire import Garbled, amount, moment, text

# What exchanges call the profit that an execution realised.
_PROFITS = ("realizedPnl", "fillPnl", "execPnl", "closedPnl", "profit")
_STATUSES = {
    "ok": TransferStatus.DONE,
    "pending": TransferStatus.PENDING,
    "failed": TransferStatus.FAILED,
    "canceled": TransferStatus.FAILED,
}
# Words in ccxt's type of a ledger entry, the first that fits.
_LEDGER = (
    ("fund", TransferKind.FUNDING),
    ("interest", TransferKind.INTEREST),
    ("borrow", TransferKind.INTEREST),
    ("rebate", TransferKind.REBATE),
    ("cashback", TransferKind.REBATE),
    ("referral", TransferKind.REBATE),
    ("transfer", TransferKind.INTERNAL),
    ("fee", TransferKind.FEE),
)
# Told by fills, deposits and withdrawals already.
_TOLD_ELSEWHERE = frozenset({"trade", "transaction", "deposit", "withdrawal"})


def read_fills(
    rows: Iterable[Any], account: str, exchange: str, listed: Listed
) -> tuple[tuple[Fill, ...], tuple[Unreadable, ...]]:
    """The executions in ccxt's trades."""
    return read_each(rows, partial(_fill, account=account, exchange=exchange, listed=listed), lambda fill: fill.key)


def _fill(row: Mapping[str, Any], account: str, exchange: str, listed: Listed) -> Fill | None:
    parsed(row)
    raw = raw_of(row)
    read = execution_of(exchange)(raw, row)
    if read is None:
        return None
    row = {**row, **read}
    symbol, own, at = text(row, "symbol"), id_in(row, "id"), moment(row, "timestamp")
    price, size = price_in(row, "price"), price_in(row, "amount")
    said = (text(row, "side") or "").lower()
    if symbol is None or own is None or at is None or price is None or size is None or said not in ("buy", "sell"):
        raise Garbled("the market, the id, the time, the side, the price or the amount is missing")
    market, fee = listed.named(symbol), _fee(row)
    base = in_base_units(size, market, price)
    if base is None:
        raise Garbled("the amount in the base asset cannot be told")
    return Fill(
        account=account,
        exchange=exchange,
        key=f"{market.exchange_symbol}/{own}",  # ids of executions are unique within a market alone
        order_id=id_in(row, "order"),
        symbol=market.symbol,
        exchange_symbol=market.exchange_symbol,
        base=market.base,
        quote=market.quote,
        market_type=market.market_type,
        side=Side(said),
        price=price,
        amount=base,
        at=at,
        raw=raw,
        contracts=size if counts_in_contracts(market) else None,
        contract_size=market.contract_size if counts_in_contracts(market) else None,
        position_side=position_side_of(raw, read) if ":" in market.symbol else None,
        closes=read.get("closes"),
        fee=fee[0],
        fee_currency=fee[1],
        is_maker={"maker": True, "taker": False}.get(str(row.get("takerOrMaker"))),
        realised_pnl=next((amount(raw, field) for field in _PROFITS if raw.get(field) not in (None, "")), None),
    )


def read_movements(
    rows: Iterable[Any], account: str, exchange: str
) -> tuple[tuple[Transfer, ...], tuple[Unreadable, ...]]:
    """The movements in ccxt's deposits and withdrawals."""
    return read_each(rows, partial(_movement, account=account, exchange=exchange), lambda transfer: transfer.key)


def _movement(row: Mapping[str, Any], account: str, exchange: str) -> Transfer:
    parsed(row)
    kind = {"deposit": TransferKind.DEPOSIT, "withdrawal": TransferKind.WITHDRAWAL}.get(str(row.get("type")))
    own = id_in(row, "id") or id_in(row, "txid")
    asset, at, size = text(row, "currency"), moment(row, "timestamp"), amount(row, "amount")
    if kind is None or own is None or asset is None or at is None or size is None:
        raise Garbled("the kind, the id, the asset, the time or the amount is missing")
    fee, size = _fee(row), size.copy_abs()
    return Transfer(
        account=account,
        exchange=exchange,
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


def read_ledger(
    rows: Iterable[Any], account: str, exchange: str
) -> tuple[tuple[Transfer, ...], tuple[Unreadable, ...]]:
    """The movements in ccxt's ledger that neither fills nor deposits and withdrawals tell."""
    return read_each(rows, partial(_entry, account=account, exchange=exchange), lambda transfer: transfer.key)


def _entry(row: Mapping[str, Any], account: str, exchange: str) -> Transfer | None:
    parsed(row)
    said = (text(row, "type") or "").lower()
    if said in _TOLD_ELSEWHERE:
        return None
    kind = next((kind for word, kind in _LEDGER if word in said), TransferKind.OTHER)
    own, asset, at = id_in(row, "id"), text(row, "currency"), moment(row, "timestamp")
    size, direction = amount(row, "amount"), row.get("direction")
    if own is None or asset is None or at is None or size is None or direction not in ("in", "out", None):
        raise Garbled("the id, the asset, the time, the amount or the direction is missing")
    if direction is not None:
        size = size.copy_abs() if direction == "in" else size.copy_abs().copy_negate()
    fee = _fee(row)
    return Transfer(
        account=account,
        exchange=exchange,
        key=f"{kind}/{own}",
        kind=kind,
        status=_STATUSES.get(str(row.get("status")), TransferStatus.UNKNOWN),
        asset=asset,
        amount=size,
        at=at,
        raw=raw_of(row),
        fee=fee[0],
        fee_currency=fee[1],
        symbol=text(row, "symbol"),
    )


def parsed(row: Mapping[str, Any]) -> None:
    """Raise Garbled for a row that ccxt could not parse."""
    if (problem := row.get("unparsed")) is not None:
        raise Garbled(str(problem))


def raw_of(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the exchange sent, beside which ccxt's fields stand."""
    info = row.get("info")
    return info if isinstance(info, Mapping) else {"row": info}


def _fee(row: Mapping[str, Any]) -> tuple[Decimal | None, str | None]:
    """The fee and its currency; positive where it was paid. Of several, the one that is not zero."""
    said = row.get("fee")
    if not isinstance(said, Mapping) or said.get("cost") is None:
        several = row.get("fees")
        listed = several if isinstance(several, list) else []
        paid = [one for one in listed if isinstance(one, Mapping) and amount(one, "cost")]
        said = paid[0] if len(paid) == 1 else {}
    cost, currency = amount(said, "cost"), text(said, "currency")
    return (cost, currency) if cost is not None else (None, None)
