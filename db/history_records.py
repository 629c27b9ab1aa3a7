"""Rows of history: the columns of fills, transfers and outcomes, for writing and reading."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from db.copying import line_of
from domain.endings import Ending, Evidence, Outcome
from domain.fills import Fill, Liquidity
from domain.markets import MarketType, Side
from domain.positions import PositionSide
from domain.sources import Source
from domain.transfers import Transfer, TransferKind, TransferStatus

FILL_COLUMNS = (
    "key",
    "order_id",
    "symbol",
    "exchange_symbol",
    "base",
    "quote",
    "market_type",
    "side",
    "liquidity",
    "price",
    "amount",
    "contracts",
    "contract_size",
    "position_side",
    "closes",
    "fee",
    "fee_currency",
    "realised_pnl",
    "at",
    "raw",
)
# Columns that a later response may fill in if they are NULL. So may `liquidity` if it is 'unknown'.
FILL_COMPLETED = (
    *("order_id", "base", "quote", "contracts", "contract_size", "position_side", "closes"),
    *("fee", "fee_currency", "realised_pnl"),
)
TRANSFER_COLUMNS = (
    "key",
    "kind",
    "status",
    "asset",
    "amount",
    "fee",
    "fee_currency",
    "symbol",
    "tx_id",
    "at",
    "raw",
)
OUTCOME_COLUMNS = (
    "source",
    "key",
    "ending",
    "gone_at",
    "evidence",
    "ended_at",
    "filled",
    "average_price",
    "book_order_id",
    "reason",
)

_fill_fields = attrgetter(*FILL_COLUMNS[:-1])
_transfer_fields = attrgetter(*TRANSFER_COLUMNS[:-1])
_POSITION_SIDES: dict[str | None, PositionSide | None] = {None: None, **{side.value: side for side in PositionSide}}
# Faster than calling the enum, and a history has many rows.
_MARKET_TYPES = {market_type.value: market_type for market_type in MarketType}
_SIDES = {side.value: side for side in Side}
_IS_MAKER = {Liquidity.MAKER.value: True, Liquidity.TAKER.value: False, Liquidity.UNKNOWN.value: None}


def fill_line(account_id: int, fill: Fill) -> str:
    """A fill as a COPY line: the account id, then FILL_COLUMNS."""
    return line_of((account_id, *_fill_fields(fill), dict(fill.raw)))


def transfer_line(account_id: int, transfer: Transfer) -> str:
    """A transfer as a COPY line: the account id, then TRANSFER_COLUMNS."""
    return line_of((account_id, *_transfer_fields(transfer), dict(transfer.raw)))


def fill_from(row: Iterable[Any], account: str, exchange: str) -> Fill:
    """A fill from the values of FILL_COLUMNS, in their order. A payload that was not read is {}."""
    (
        key, order_id, symbol, exchange_symbol, base, quote, market_type, side, liquidity, price, amount, contracts,
        contract_size, position_side, closes, fee, fee_currency, realised_pnl, at, raw,
    ) = row  # fmt: skip
    return Fill(
        account, exchange, key, order_id, symbol, exchange_symbol, base, quote, _MARKET_TYPES[market_type],
        _SIDES[side], price, amount, at, raw or {}, contracts, contract_size, _POSITION_SIDES[position_side], closes,
        fee, fee_currency, _IS_MAKER[liquidity], realised_pnl,
    )  # fmt: skip


def transfer_from(row: Iterable[Any], account: str, exchange: str) -> Transfer:
    """A transfer from the values of TRANSFER_COLUMNS, in their order."""
    values = dict(zip(TRANSFER_COLUMNS, row, strict=True))
    values["kind"] = TransferKind(values["kind"])
    values["status"] = TransferStatus(values["status"])
    return Transfer(account=account, exchange=exchange, **values)


def outcome_from(row: Iterable[Any], account: str) -> Outcome:
    """An outcome from the values of OUTCOME_COLUMNS, in their order."""
    values = dict(zip(OUTCOME_COLUMNS, row, strict=True))
    values["source"] = Source(values["source"])
    values["ending"] = Ending(values["ending"])
    values["evidence"] = Evidence(values["evidence"])
    return Outcome(account=account, **values)
