"""MEXC: the wallets of spot and contracts, positions, the spot book, and the book and plan orders of contracts.

Sources: www.mexc.com/api-docs, spot pages "Account Information" and "Current Open Orders", futures pages "Get Single
Currency Asset Information" (equity is the total and includes unrealized), "Get Open Positions" (positionType 1 long, 2
short, openType 1 isolated, 2 cross, no open profit is stated), "Get Plan Order List" (side, triggerType, trend).
"""

from collections.abc import Mapping
from typing import Any

from domain.orders import OrderKind
from domain.positions import PositionSide
from domain.transfers import TransferStatus
from exchanges.connection.calls import Call
from exchanges.connection.exact import Garbled, amount
from exchanges.connection.gateway import Gateway
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.contracts import Permissions
from exchanges.venues._mexc_orders import contract_row, ended_row, fill_row, is_live
from exchanges.venues._shared.account_calls import PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.key_words import (
    KeyWords,
    object_in,
    words_of,
)
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import (
    OrderRow,
    id_in,
    price_in,
    word_in,
)
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown
from exchanges.venues._shared.transfer_call import (
    deposits,
    withdrawals,
)
from exchanges.venues._shared.transfer_statuses import statuses
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import equity_of_rows

_SPOT_KINDS = {
    "LIMIT": OrderKind.LIMIT,
    "LIMIT_MAKER": OrderKind.LIMIT,
    "IMMEDIATE_OR_CANCEL": OrderKind.LIMIT,
    "FILL_OR_KILL": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
}
_POSITION_SIDES = {"1": PositionSide.LONG, "2": PositionSide.SHORT}
_MARGIN_MODES = {"1": "isolated", "2": "cross"}
_SPOT = BalanceFields("asset", ("free", "locked"), free="free", locked=("locked",))
_SWAP = BalanceFields(
    "currency",
    equity="equity",
    open_profit=("unrealized",),
    free="availableBalance",
    locked=("positionMargin", "frozenBalance"),
)
_DATA = ("data",)


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of the open orders or of the plan orders."""
    return contract_row(row) if "vol" in row else _spot(row)


def _spot(row: Mapping[str, Any]) -> OrderRow:
    order_type, size = word_in(row, "type"), price_in(row, "origQty")
    return OrderRow(
        kind=_SPOT_KINDS.get(order_type, OrderKind.UNKNOWN),
        in_quote=size is None and price_in(row, "origQuoteOrderQty") is not None,
        post_only=order_type == "LIMIT_MAKER",
    )


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of the open positions. It states neither a mark price nor the open profit."""
    size, side = amount(row, "holdVol"), _POSITION_SIDES.get(word_in(row, "positionType"))
    if size is None or (side is None and size != 0):
        raise Garbled("holdVol or positionType is missing")
    return PositionRow(
        size=size.copy_abs(),
        side=side or PositionSide.LONG,
        entry_price=price_or_unknown(row, "holdAvgPrice", "openAvgPrice"),
        realised_profit=amount_or_unknown(row, "realised"),
        liquidation_price=price_or_unknown(row, "liquidatePrice"),
        leverage=price_or_unknown(row, "leverage"),
        margin_mode=_MARGIN_MODES.get(word_in(row, "openType")),
        position_id=id_in(row, "positionId"),
    )


# MEXC's plan orders have a list that ccxt reaches by the name of its own method.
_PLANS = "contractPrivateGetPlanorderListOrders"

_TRAILING = "trackorder/list/orders"

_KEY_PERMISSIONS = KeyWords(
    withdraws={"spot_withdraw_write", "spot_transfer_out_write"},
    is_reading=lambda word: word.endswith("_read"),
    is_trading=lambda word: word.endswith(("_deal_write", "_transfer_write")),
)


def _key_permissions(gateway: Gateway, key: str) -> Permissions:
    return _KEY_PERMISSIONS.permissions_of(
        words_of(object_in(gateway.request("apiKeyInfo", {"accessKey": key})).get("permissions"))
    )


# https://mexcdevelop.github.io/apidocs/spot_v3_en/#limits: a weight of 500 in 10 seconds, 200 of ccxt's costs. A path
# of contracts takes 20 requests in 2 seconds, 40 of ccxt's costs.
_RATE_LIMITS = (
    per_window(200, 10, Scope.ACCOUNT, "spot/private"),
    per_window(200, 10, Scope.ADDRESS, "spot/public"),
    per_window(40, 2, Scope.ACCOUNT, "contract/private", per_path=True),
    per_window(40, 2, Scope.ADDRESS, "contract/public", per_path=True),
)

# Deposit History, status: REFUND, INVALID and COMPLETED. No page says if money came with PRE_SUCCESS and RESTRICTED.
_STATUS = statuses(
    "status",
    deposits={"8": TransferStatus.FAILED, "10": TransferStatus.FAILED, "12": TransferStatus.DONE},
    withdrawals={},
)

VENUE = Venue(
    open_orders=(
        OrderCall(ORDERS, "spot", {"type": "spot"}, each_symbol=True, market="spot", list_at=()),
        OrderCall(ORDERS, "swap", {"type": "swap"}, paging=Paging(100, "page_num"), list_at=_DATA),
        OrderCall(TRIGGERS, "swap", {"type": "swap", "trigger": True}, paging=Paging(100, "page_num"), list_at=_DATA),
        OrderCall(
            TRIGGERS,
            "swap-tpsl",
            path="stoporder/open_orders",
            is_direct=True,
            is_live=is_live,
            market="linear",
            list_at=_DATA,
        ),
        OrderCall(
            TRIGGERS,
            "swap-trailing",
            {"states": "0,1", "pageSize": 100},
            path=_TRAILING,
            is_direct=True,
            market="linear",
            paging=Paging(100, "pageIndex"),
            list_at=_DATA,
        ),
    ),
    wallets=(
        WalletCall("spot", {"type": "spot"}, list_at=("balances",), fields=_SPOT),
        WalletCall(
            "swap", {"type": "swap"}, list_at=_DATA, fields=_SWAP, equity=equity_of_rows(_DATA, "currency", "equity")
        ),
    ),
    positions=(PositionsCall("main", list_at=_DATA, market="swap"),),
    position_row=position_row,
    order_names=PositionNames("openType", "positionId", _MARGIN_MODES),
    ticker_mark="fairPrice",
    ended_orders=(
        newest_first("spot", "fetch_orders", ORDERS, "spot", market="spot", each_symbol=True, rows=1000, list_at=()),
        newest_first("swap", "fetch_orders", ORDERS, "swap", params={"type": "swap"}, list_at=_DATA),
        newest_first(
            "swap-plan",
            "fetch_orders",
            TRIGGERS,
            "swap",
            params={"type": "swap", "method": _PLANS, "states": "2,3,4,5"},
            paging=Paging(100, "page_num"),
            list_at=_DATA,
        ),
        newest_first(
            "swap-tpsl",
            "stoporder/list/orders",
            TRIGGERS,
            "swap-tpsl",
            params={"is_finished": 1, "page_size": 100},
            direct="linear",
            paging=Paging(100, "page_num"),
            list_at=_DATA,
        ),
        newest_first(
            "swap-trailing",
            _TRAILING,
            TRIGGERS,
            "swap-trailing",
            params={"states": "2,3,4", "pageSize": 100},
            direct="linear",
            paging=Paging(100, "pageIndex"),
            list_at=_DATA,
        ),
    ),
    order_by_id={"orders": {}, "triggers": None},
    transfers=(deposits(until="endTime", list_at=()), withdrawals(until="endTime", list_at=())),
    transfer_status=_STATUS,
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
    key_permissions=_key_permissions,
    calls=(
        Call("GET", "apiKeyInfo", ("spot", "private"), 1),
        Call("GET", "stoporder/open_orders", ("contract", "private"), 2),
        Call("GET", "stoporder/list/orders", ("contract", "private"), 2),
        Call("GET", _TRAILING, ("contract", "private"), 2),
    ),
    fills_name_position=True,
    unread_wallets=("earn",),
    rate_limits=_RATE_LIMITS,
)
