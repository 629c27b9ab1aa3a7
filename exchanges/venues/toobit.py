"""Toobit: spot and contract wallets, positions, and the orders of contracts, which ccxt does not describe.

Documentation: api-docs.toobit.com. Spot account and trading: Account information, Current open orders. USDT-M account
and trading: Futures account balance, Query position, Query current open order.
"""

from collections.abc import Mapping
from typing import Any

from domain.orders import OrderKind
from domain.positions import PositionSide
from exchanges.connection.calls import Call
from exchanges.venues._shared.account_calls import SPOT_PARAMS, SWAP_PARAMS, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import OrderRow, price_in, word_in
from exchanges.venues._shared.parameters import LINEAR
from exchanges.venues._shared.position_rows import PositionFields
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import plain_list

_POSITIONS = {
    "BUY_OPEN": PositionSide.LONG,
    "SELL_CLOSE": PositionSide.LONG,
    "SELL_OPEN": PositionSide.SHORT,
    "BUY_CLOSE": PositionSide.SHORT,
}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of openOrders. The side of a contract's order names its position.

    A price type other than INPUT is a market price. No field states the direction of a stop.
    """
    word, side = word_in(row, "type"), word_in(row, "side")
    at_market = word == "MARKET" or word_in(row, "priceType") not in ("", "INPUT")
    at_market = at_market or (word == "STOP" and price_in(row, "price") is None)
    if word == "STOP":
        kind = OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
    else:
        kind = OrderKind.MARKET if at_market else OrderKind.LIMIT if word.startswith("LIMIT") else OrderKind.UNKNOWN
    return OrderRow(
        kind=kind,
        trigger_price=price_in(row, "stopPrice") if word == "STOP" else None,
        position_side=_POSITIONS.get(side),
        reduce_only=side.endswith("_CLOSE") if side in _POSITIONS else None,
        kind_tells_direction=False,
    )


POSITION = PositionFields(
    size="position", side="side", entry=("avgPrice",), mark=("markPrice",), profit=("unrealizedPnL",),
    realised=("realizedPnL",), liquidation=("flp", "liquidationPrice"), leverage=("leverage",),
)  # fmt: skip
_SPOT = BalanceFields(asset="asset", wallet_balance=("total",), free="free", locked=("locked",))
# availableBalance = balance + crossUnRealizedPnl - positionMargin - orderMargin: the balance holds no profit.
_CONTRACT = BalanceFields(
    asset="asset", wallet_balance=("balance",), free="availableBalance", locked=("positionMargin", "orderMargin")
)
# HashKey has the same account calls.
WALLETS = (
    WalletCall("main", SPOT_PARAMS, list_at=("balances",), fields=_SPOT),
    WalletCall("swap", SWAP_PARAMS, rows=plain_list, fields=_CONTRACT),
)
_OPEN, _MOST = "api/v1/futures/openOrders", 500

VENUE = Venue(
    open_orders=(
        OrderCall(ORDERS, "spot", SPOT_PARAMS, limit=_MOST, list_at=()),
        OrderCall(
            ORDERS, "linear", {"type": "LIMIT", "limit": _MOST}, market="linear", limit=_MOST, list_at=(), path=_OPEN
        ),
        OrderCall(
            TRIGGERS, "linear", {"type": "STOP", "limit": _MOST}, market="linear", limit=_MOST, list_at=(), path=_OPEN
        ),
    ),
    wallets=WALLETS,
    positions=(PositionsCall("main", list_at=(), market="swap"),),
    position_row=POSITION.row_of,
    # ccxt has separate methods for spot and contracts.
    ended_orders=(
        EndedCall("spot", "fetch_orders", {"type": "spot"}, market="spot", list_at=()),
        EndedCall("linear", "fetch_closed_orders", LINEAR, market="linear", list_at=()),
    ),
    order_row=order_row,
    calls=(Call("GET", _OPEN, ("private",), 1.67),),
    get_reads=(r"/api/v1/account/withdrawOrders",),
    unread_triggers="take profits and stops that are set on a position",
    unread_wallets=("contracts in USDC", "copy trading"),
)
