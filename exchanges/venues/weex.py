"""WEEX: spot and contract wallets, positions, orders and conditional orders of contracts, which count in base units.

Documentation: weex.com/api-doc (V3). Spot: Get Account Information, Unfinished Orders. Contract: Get Account Balance,
Get All Positions, Get Current Orders, Get Current Conditional Orders, Place TP/SL Conditional Orders.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.orders import OrderKind, TriggerKind
from exchanges.connection.exact import amount
from exchanges.connection.listed_markets import QUOTIENT
from exchanges.venues._shared.account_calls import SPOT_PARAMS, SWAP_PARAMS, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    OrderRow,
    attached_order,
    flag_in,
    id_in,
    position_side_in,
    price_in,
    stated_position_side,
    word_in,
)
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.parameters import LINEAR
from exchanges.venues._shared.position_rows import PositionFields, PositionRow, amount_or_unknown
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import plain_list

_KINDS = {
    "LIMIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "STOP": OrderKind.STOP_LIMIT,
    "STOP_MARKET": OrderKind.STOP,
    "TAKE_PROFIT": OrderKind.TAKE_PROFIT_LIMIT,
    "TAKE_PROFIT_MARKET": OrderKind.TAKE_PROFIT,
    "TRAILING_STOP_MARKET": OrderKind.TRAILING_STOP,
}
_TRIGGER_KINDS = {"CONTRACT_PRICE": TriggerKind.LAST, "MARK_PRICE": TriggerKind.MARK}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """A row of openOrders, of spot or contracts, or of openAlgoOrders."""
    if id_in(row, "algoId") is None:
        return OrderRow(
            kind=_KINDS.get(word_in(row, "type"), OrderKind.UNKNOWN),
            position_side=position_side_in(row, "positionSide"),
            attached=_attached(row),
        )
    return _conditional(row)


def _conditional(row: Mapping[str, Any]) -> OrderRow:
    """A conditional order. No field states its direction: its type is what its owner called it.

    A quantity of zero closes the whole position. The order that it became counts once it has triggered.
    """
    quantity, reduces = amount(row, "quantity"), flag_in(row, "reduceOnly")
    closes_all = flag_in(row, "closePosition") or (quantity == 0 and reduces is True)
    return OrderRow(
        kind=_KINDS.get(word_in(row, "orderType"), OrderKind.UNKNOWN),
        order_id=id_in(row, "algoId"),
        client_order_id=id_in(row, "clientAlgoId"),
        book_order_id=id_in(row, "actualOrderId") if amount_or_unknown(row, "triggerTime") else None,
        trigger_price=price_in(row, "triggerPrice"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "workingType")),
        limit_price=price_in(row, "price"),
        amount=price_in(row, "quantity"),
        reduce_only=reduces,
        close_position=True if closes_all else None,
        position_side=stated_position_side(row, "positionSide"),
        attached=_attached(row),
        kind_tells_direction=False,
    )


def _attached(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    """The attached take profit and stop, placed once the order is filled. A price of zero means at market."""
    return (
        *attached_order("tp", price_in(row, "tpTriggerPrice"), limit_price=price_in(row, "tpPrice")),
        *attached_order("sl", price_in(row, "slTriggerPrice"), limit_price=price_in(row, "slPrice")),
    )


_POSITION = PositionFields(
    size="size", side="side", profit=("unrealizePnl",), liquidation=("liquidatePrice",), leverage=("leverage",),
    mode="marginType",
)  # fmt: skip


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """Parse a row of allPosition. `openValue` is the cost of the size. Separated positions each have an id."""
    position, value = _POSITION.row_of(row), amount_or_unknown(row, "openValue")
    entry = QUOTIENT.divide(value, position.size) if value and position.size else None
    is_separate = word_in(row, "separatedMode") == "SEPARATED"
    return replace(position, entry_price=entry, split_id=id_in(row, "id") if is_separate else None)


# "Total balance" is the wallet balance: the unrealised profit is a field of its own.
_CONTRACT = BalanceFields(asset="asset", wallet_balance=("balance",), free="availableBalance", locked=("frozen",))
_SPOT = BalanceFields(asset="asset", wallet_balance=("free", "locked"), free="free", locked=("locked",))


def _contract_orders(first_page: int, **changes: Any) -> OrderCall:
    call = OrderCall(ORDERS, "linear", LINEAR, limit=100, paging=Paging(100, "page", first_page=first_page), list_at=())
    return replace(call, **changes)


VENUE = Venue(
    open_orders=(
        OrderCall(ORDERS, "spot", SPOT_PARAMS, list_at=()),
        _contract_orders(0),
        _contract_orders(1, kind=TRIGGERS, params=LINEAR | {"trigger": True}),
    ),
    wallets=(
        WalletCall("main", SPOT_PARAMS, list_at=("balances",), fields=_SPOT),
        WalletCall("swap", SWAP_PARAMS, rows=plain_list, fields=_CONTRACT),
    ),
    positions=(PositionsCall("main", list_at=(), market="swap"),),
    position_row=position_row,
    # The history of contracts holds the conditional orders, too.
    ended_orders=(
        EndedCall("spot", "fetch_orders", market="spot", each_symbol=True, list_at=()),
        EndedCall("linear", "fetch_canceled_and_closed_orders", LINEAR, market="linear", list_at=()),
    ),
    order_row=order_row,
    post_reads=(r"/api/v3/account/bills", r"/capi/v3/account/income"),
    amounts_in_units=True,
    fills_name_position=True,
    unread_triggers="trailing stops",
    unread_wallets=("funding", "copy trading"),
)
