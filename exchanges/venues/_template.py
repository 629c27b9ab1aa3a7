"""<Exchange>: its requests and the parsers of its rows. Copy this file, fill it, delete the rest.

Source: name the pages of the exchange's documentation that state the meaning of each field.
"""

from collections.abc import Mapping
from typing import Any

from domain.orders import OrderKind, Role
from domain.positions import PositionSide
from exchanges.connection.exact import amount, required_amount
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import (
    EndedRow,
    OrderRow,
    flag_in,
    id_in,
    position_side_in,
    price_in,
    word_in,
)
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.position_rows import PositionRow
from exchanges.venues._shared.transfer_call import deposits, withdrawals
from exchanges.venues._shared.venue import Venue

_KINDS = {
    "LIMIT": OrderKind.LIMIT,
    "CONDITIONAL": OrderKind.STOP,
    "STOP_MARKET": OrderKind.STOP,
    "TAKE_PROFIT_MARKET": OrderKind.TAKE_PROFIT,
}
_ROLES = {"STOP_MARKET": Role.STOP_LOSS, "TAKE_PROFIT_MARKET": Role.TAKE_PROFIT}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of the open orders or the trigger orders. A field that stays None is taken from ccxt.

    A type that may trigger in either direction has no direction and no role. The price decides.
    """
    word = word_in(row, "type")
    return OrderRow(
        kind=_KINDS.get(word, OrderKind.UNKNOWN),
        role=_ROLES.get(word),
        order_id=id_in(row, "orderId"),
        trigger_price=price_in(row, "triggerPrice"),
        kind_tells_direction=word != "CONDITIONAL",
        reference_price=price_in(row, "priceWhenPlaced"),
        activation_price=price_in(row, "activationPrice"),
        is_active=flag_in(row, "isTrailing"),
        in_quote=word_in(row, "sizeUnit") == "QUOTE",
        close_fraction=price_in(row, "closeFraction"),
        reduce_only=flag_in(row, "reduceOnly"),
        position_side=position_side_in(row, "positionSide"),
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """One row of the order history."""
    return EndedRow(status={"FAILED": "rejected"}.get(word_in(row, "status")))


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """One row of the positions. `size` counts contracts."""
    size = required_amount(row, "size")
    return PositionRow(
        size=size.copy_abs(),
        side=PositionSide.LONG if size > 0 else PositionSide.SHORT,
        entry_price=price_in(row, "entryPrice"),
        mark_price=price_in(row, "markPrice"),
        open_profit=amount(row, "unrealizedPnl"),
    )


_BALANCE = BalanceFields(asset="coin", wallet_balance=("balance",), free="available", locked=("locked",))

VENUE = Venue(
    open_orders=(
        OrderCall(ORDERS, "spot", {"type": "spot"}, limit=100, paging=Paging(100, "page"), list_at=("data",)),
        OrderCall(TRIGGERS, "spot", {"type": "spot", "trigger": True}, list_at=("data",)),
    ),
    wallets=(WalletCall("spot", {"type": "spot"}, list_at=("data",), fields=_BALANCE),),
    positions=(PositionsCall("swap", {"type": "swap"}, list_at=("data",)),),
    fills=(FillsCall("spot", {"type": "spot"}, rows=100),),
    ended_orders=(EndedCall("spot", "fetch_closed_orders", {"type": "spot"}, (ORDERS,), ("spot",)),),
    transfers=(deposits(), withdrawals()),
    order_row=order_row,
    ended_row=ended_row,
    position_row=position_row,
    rate_limits=(per_window(100, 10, Scope.ACCOUNT),),  # 100 requests in 10 seconds for each account
)
