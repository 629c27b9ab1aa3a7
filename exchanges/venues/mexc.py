"""MEXC: the wallets of spot and contracts, positions, the spot book, and the book and plan orders of contracts.

Sources: www.mexc.com/api-docs, spot pages "Account Information" and "Current Open Orders"; futures pages "Get Single
Currency Asset Information" (equity is the total, unrealized is inside), "Get Open Positions" (positionType 1 long, 2
short; openType 1 isolated, 2 cross; no open profit is stated), "Get Plan Order List" (side, triggerType, trend).
"""

from collections.abc import Mapping
from typing import Any

from domain.markets import Side
from domain.orders import OrderKind, Role, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from exchanges.connection.calls import Call
from exchanges.connection.exact import Garbled, amount
from exchanges.connection.gateway import Gateway
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.contracts import Permissions
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
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_order,
    flag_in,
    id_in,
    price_in,
    word_in,
)
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown
from exchanges.venues._shared.transfer_call import (
    deposits,
    withdrawals,
)
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import equity_of_rows

# Contracts say side and position in one number: opens a long one, closes a short one, opens a short one, closes a long.
_SIDES = {
    "1": (Side.BUY, PositionSide.LONG, False),
    "2": (Side.BUY, PositionSide.SHORT, True),
    "3": (Side.SELL, PositionSide.SHORT, False),
    "4": (Side.SELL, PositionSide.LONG, True),
}
_AT_MARKET = frozenset({"5", "6"})
_POST_ONLY = "2"
_TRIGGER_KINDS = {"1": TriggerKind.LAST, "2": TriggerKind.MARK, "3": TriggerKind.INDEX}
_DIRECTIONS = {"1": TriggerDirection.RISES, "2": TriggerDirection.FALLS}
_ONE_WAY, _HEDGE = "2", "1"
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
_PLAN_STATES = {"1": "open", "2": "canceled", "3": "triggered", "4": "canceled", "5": "rejected"}
_BOOK_STATES = {"5": "canceled"}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """What a row of the open orders or of the plan orders says."""
    return _contract(row) if "vol" in row else _spot(row)


def fill_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """The side of an execution of contracts: the same numbers, of which ccxt takes 2 for a sale and knows no others."""
    side = _SIDES.get(word_in(row, "side"))
    if "vol" not in row or side is None:
        return {}
    return {"side": side[0], "positionSide": side[1] if word_in(row, "positionMode") == _HEDGE else None}


def _spot(row: Mapping[str, Any]) -> OrderRow:
    said, size = word_in(row, "type"), price_in(row, "origQty")
    return OrderRow(
        kind=_SPOT_KINDS.get(said, OrderKind.UNKNOWN),
        in_quote=size is None and price_in(row, "origQuoteOrderQty") is not None,
        post_only=said == "LIMIT_MAKER",
    )


def _contract(row: Mapping[str, Any]) -> OrderRow:
    side, position, closes = _SIDES.get(word_in(row, "side"), (None, None, False))
    at_market, trigger = word_in(row, "orderType") in _AT_MARKET, price_in(row, "triggerPrice")
    direction = _DIRECTIONS.get(word_in(row, "triggerType")) if trigger is not None else None
    one_way = word_in(row, "positionMode") == _ONE_WAY
    reduces = True if closes else flag_in(row, "reduceOnly")
    opens = side is not None and not one_way and not reduces
    return OrderRow(
        kind=_kind(at_market, trigger is not None, direction, side),
        role=Role.ENTRY if opens else None,
        side=side,
        client_order_id=id_in(row, "externalOid"),
        book_order_id=id_in(row, "orderId") if "triggerType" in row and "id" in row else None,
        order_id=id_in(row, "id") if "triggerType" in row else None,
        trigger_price=trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "trend")) if trigger is not None else None,
        trigger_direction=direction,
        limit_price=price_in(row, "price"),
        reduce_only=reduces,
        post_only=word_in(row, "orderType") == _POST_ONLY,
        position_side=None if one_way else position,
        attached=() if closes else _hanging(row),
        kind_tells_direction=direction is not None,
    )


def _kind(at_market: bool, waits: bool, direction: TriggerDirection | None, side: Side | None) -> OrderKind:
    if not waits:
        return OrderKind.MARKET if at_market else OrderKind.LIMIT
    against = TriggerDirection.FALLS if side is Side.SELL else TriggerDirection.RISES
    if direction in (None, against):
        return OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
    return OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT


def _hanging(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    """What comes into force once this order fills, at market."""
    return (
        *attached_order(
            "tp", price_in(row, "takeProfitPrice"), trigger_kind=_TRIGGER_KINDS.get(word_in(row, "profitTrend"))
        ),
        *attached_order(
            "sl", price_in(row, "stopLossPrice"), trigger_kind=_TRIGGER_KINDS.get(word_in(row, "lossTrend"))
        ),
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
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """How an order of contracts ended: of plan orders ccxt takes the states for those of the book."""
    if "vol" not in row:
        return EndedRow()
    said, code = word_in(row, "state"), id_in(row, "errorCode")
    status = _PLAN_STATES.get(said, said) if "triggerType" in row else _BOOK_STATES.get(said)
    reason = "no longer valid" if said == ("4" if "triggerType" in row else "5") else None
    return EndedRow(status=status, reason=f"code {code}" if code is not None else reason)


# MEXC's plan orders stand in a list that ccxt reaches by the name of its own method.
_PLANS = "contractPrivateGetPlanorderListOrders"

_KEY_PERMISSIONS = KeyWords(
    withdraws={"spot_withdraw_write", "spot_transfer_out_write"},
    is_reading=lambda word: word.endswith("_read"),
    is_trading=lambda word: word.endswith(("_deal_write", "_transfer_write")),
)


def _key_permissions(gateway: Gateway, key: str) -> Permissions:
    return _KEY_PERMISSIONS.understood(
        words_of(object_in(gateway.ask("apiKeyInfo", {"accessKey": key})).get("permissions"))
    )


# https://mexcdevelop.github.io/apidocs/spot_v3_en/#limits: a weight of 500 in 10 seconds, 200 of ccxt's costs. A path
# of contracts takes 20 requests in 2 seconds, 40 of ccxt's costs.
_RATE_LIMITS = (
    per_window(200, 10, Scope.ACCOUNT, "spot/private"),
    per_window(200, 10, Scope.ADDRESS, "spot/public"),
    per_window(40, 2, Scope.ACCOUNT, "contract/private", per_path=True),
    per_window(40, 2, Scope.ADDRESS, "contract/public", per_path=True),
)

VENUE = Venue(
    open_orders=(
        OrderCall(ORDERS, "spot", {"type": "spot"}, each_symbol=True, market="spot", list_at=()),
        OrderCall(ORDERS, "swap", {"type": "swap"}, paging=Paging(100, "page_num"), list_at=_DATA),
        OrderCall(TRIGGERS, "swap", {"type": "swap", "trigger": True}, paging=Paging(100, "page_num"), list_at=_DATA),
    ),
    wallets=(
        WalletCall("spot", {"type": "spot"}, list_at=("balances",), fields=_SPOT),
        WalletCall(
            "swap", {"type": "swap"}, list_at=_DATA, fields=_SWAP, equity=equity_of_rows(_DATA, "currency", "equity")
        ),
    ),
    positions=(PositionsCall("main", list_at=_DATA, market="swap"),),
    position_row=position_row,
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
    ),
    order_by_id={"orders": {}, "triggers": None},
    transfers=(deposits(until="endTime", list_at=()), withdrawals(until="endTime", list_at=())),
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
    key_permissions=_key_permissions,
    calls=(Call("GET", "apiKeyInfo", ("spot", "private"), 1),),
    fills_name_position=True,
    unread_wallets=("earn",),
    unread_triggers="take profits and stops of positions, trailing orders",
    rate_limits=_RATE_LIMITS,
)
