"""ZebPay: spot and futures wallets, positions, and orders, which are read symbol by symbol.

Documentation: github.com/zebpay/zebpay-api-references. Spot: Get account balance, Get orders. Futures: Get Wallet
Balance, Get Positions, Get Open Orders, Data models.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.orders import OrderKind, OrderStatus
from exchanges.connection.exact import EXACT, Garbled, amount, moment, text
from exchanges.venues._shared.account_calls import SPOT_PARAMS, SWAP_PARAMS, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceRow
from exchanges.venues._shared.order_call import ORDERS, OrderCall
from exchanges.venues._shared.order_rows import OrderRow, flag_in, price_in, word_in
from exchanges.venues._shared.position_rows import PositionFields, PositionRow
from exchanges.venues._shared.venue import Venue


def _balance(row: Mapping[str, Any], key: str | None) -> BalanceRow:
    """A row with its currency, or one whose key is the asset."""
    currency, total = text(row, "currency") or key, _named(row, "total", "balance")
    if currency is None or total is None:
        raise Garbled("the currency or the total is missing")
    return BalanceRow(currency, total, _named(row, "free", "available"), _named(row, "used", "locked"))


def _named(row: Mapping[str, Any], *fields: str) -> Decimal | None:
    """The number in the first of these fields that the row has. Spot and futures name the same thing differently."""
    return next((amount(row, field) for field in fields if field in row), None)


_POSITION = PositionFields(
    size="contracts", side="side", entry=("entryPrice",), liquidation=("liquidationPrice",), leverage=("leverage",),
    mode="marginMode",
)  # fmt: skip


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of positions. A contract is `contractSize` of the base asset. The list may hold closed ones."""
    position = _POSITION.row_of(row)
    is_open = word_in(row, "status") in ("", "OPEN")
    size = EXACT.multiply(position.size, amount(row, "contractSize") or Decimal(1))
    return replace(position, size=size if is_open else Decimal(0), is_in_base=True)


_KINDS = {
    "LIMIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "STOP_LIMIT": OrderKind.STOP_LIMIT,
    "STOP_MARKET": OrderKind.STOP,
}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """A row of open orders. Take profits and stops have the same type, so that no direction is stated.

    A "stop_market" without a trigger price has it in `price`.
    """
    kind = _KINDS.get(word_in(row, "type"), OrderKind.UNKNOWN)
    waits = kind in (OrderKind.STOP, OrderKind.STOP_LIMIT)
    trigger = price_in(row, "triggerPrice", "stopPrice", *(("price",) if kind is OrderKind.STOP else ()))
    filled = _named(row, "filled", "filledQty")
    status = None
    if word_in(row, "status") == "NEW":  # ccxt does not know this word
        open_status = OrderStatus.PARTIALLY_FILLED if filled else OrderStatus.OPEN
        status = OrderStatus.PENDING if waits and not filled else open_status
    return OrderRow(
        kind=kind,
        status=status,
        trigger_price=trigger if waits else None,
        limit_price=price_in(row, "price") if kind in (OrderKind.LIMIT, OrderKind.STOP_LIMIT) else None,
        amount=_named(row, "amount", "origQty") or None,
        filled=filled,
        in_quote=price_in(row, "origQuoteOrderQty") is not None and price_in(row, "origQty") is None,
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=flag_in(row, "postOnly"),
        created_at=moment(row, "createdAt") or moment(row, "timestamp"),
        kind_tells_direction=False,
    )


_MOST = 100
VENUE = Venue(
    open_orders=(
        OrderCall(ORDERS, "spot", each_symbol=True, market="spot", limit=_MOST, list_at=("data", "items")),
        OrderCall(ORDERS, "linear", each_symbol=True, market="linear", limit=_MOST, list_at=("data", "data")),
    ),
    order_row=order_row,
    wallets=(
        WalletCall("main", SPOT_PARAMS, list_at=("data",), row=_balance),
        WalletCall("swap", SWAP_PARAMS, list_at=("data",), row=_balance),
    ),
    positions=(PositionsCall("main", list_at=("data",), market="swap"),),
    position_row=position_row,
    post_reads=(r"/api/v1/market/klines",),
)
