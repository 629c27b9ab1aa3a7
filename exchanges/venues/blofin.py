"""BloFin: accounts and positions, pending orders with attached orders, trigger orders, take profits and stops.

Sources: docs.blofin.com, pages "GET Futures Account Balance" (balance is cash, equity is cash with open profit), "GET
Balance" (the accounts by type), "GET Positions" (contracts, signed in one-way mode), "GET Active Orders" (algoId is the
algo order that placed this one, or an attached order), "GET Active Algo Orders", "GET Active TPSL Orders" (size -1 is
the whole position).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, OrderKind, TriggerKind
from domain.sources import SourceKind
from exchanges.connection.calls import Call
from exchanges.connection.exact import required_amount, text
from exchanges.connection.gateway import Gateway
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.key_words import (
    flag_at,
    object_in,
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
    stated_position_side,
    word_in,
)
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown, side_of
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import equity_of_rows

_BOOK = {
    "MARKET": OrderKind.MARKET,
    "LIMIT": OrderKind.LIMIT,
    "POST_ONLY": OrderKind.LIMIT,
    "FOK": OrderKind.LIMIT,
    "IOC": OrderKind.LIMIT,
}
_ENDINGS = {"PARTIALLY_CANCELED": "canceled", "ORDER_FAILED": "rejected"}
_TRIGGER_KINDS = {"LAST": TriggerKind.LAST, "MARK": TriggerKind.MARK, "INDEX": TriggerKind.INDEX}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of orders-pending, orders-algo-pending or orders-tpsl-pending. Sizes are in contracts."""
    size = price_in(row, "size")
    common: dict[str, Any] = {
        "reduce_only": flag_in(row, "reduceOnly"),
        "position_side": stated_position_side(row, "positionSide"),
        "amount": size,
        # "-1" means the size of the position at the time of the trigger.
        "close_position": True if size is None and str(row.get("size")).startswith("-1") else None,
    }
    if id_in(row, "tpslId"):
        return _tpsl(row, common)
    # A book order may name the algo order that placed it.
    return _algo(row, common) if id_in(row, "algoId") and "triggerPrice" in row else _book(row, common)


def _book(row: Mapping[str, Any], common: dict[str, Any]) -> OrderRow:
    order_type = word_in(row, "orderType")
    return OrderRow(
        kind=_BOOK.get(order_type, OrderKind.UNKNOWN),
        limit_price=price_in(row, "price"),
        post_only=order_type == "POST_ONLY",
        attached=_legs(row, None),
        **common,
    )


def _algo(row: Mapping[str, Any], common: dict[str, Any]) -> OrderRow:
    listed = row.get("attachAlgoOrders")
    hangs = (
        [attached_row for attached_row in listed if isinstance(attached_row, Mapping)]
        if isinstance(listed, list)
        else []
    )
    limit = price_in(row, "orderPrice", "price")
    return OrderRow(
        kind=OrderKind.STOP if limit is None else OrderKind.STOP_LIMIT,
        order_id=id_in(row, "algoId"),
        book_order_id=id_in(row, "orderId"),
        trigger_price=price_in(row, "triggerPrice"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerPriceType")),
        limit_price=limit,
        attached=tuple(leg for attached_row in hangs or [row] for leg in _legs(attached_row, None)),
        kind_tells_direction=False,
        **common,
    )


def _tpsl(row: Mapping[str, Any], common: dict[str, Any]) -> OrderRow:
    """Parse a take profit, a stop, or both, where one cancels the other."""
    legs, identity = _legs(row, common["amount"]), id_in(row, "tpslId")
    several = len(legs) > 1
    return OrderRow(
        kind=None if legs else OrderKind.UNKNOWN,
        order_id=identity,
        book_order_id=id_in(row, "orderId"),
        legs=legs,
        group_id=identity if several else None,
        contingency=Contingency.OCO if several else None,
        **common,
    )


def _legs(row: Mapping[str, Any], size: Decimal | None) -> tuple[AttachedOrder, ...]:
    """The take profit and the stop in a row. A limit of "-1" executes at market."""
    return (
        *attached_order(
            "tp",
            price_in(row, "tpTriggerPrice"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "tpTriggerPriceType")),
            limit_price=price_in(row, "tpOrderPrice"),
            amount=size,
        ),
        *attached_order(
            "sl",
            price_in(row, "slTriggerPrice"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "slTriggerPriceType")),
            limit_price=price_in(row, "slOrderPrice"),
            amount=size,
        ),
    )


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of the positions, in contracts: signed in one-way mode, without a sign in hedge mode."""
    size = required_amount(row, "positions")
    return PositionRow(
        size=size.copy_abs(),
        side=side_of(row, "positionSide", size),
        entry_price=price_or_unknown(row, "averagePrice"),
        mark_price=price_or_unknown(row, "markPrice"),
        open_profit=amount_or_unknown(row, "unrealizedPnl"),
        realised_profit=amount_or_unknown(row, "realizedPnl"),
        liquidation_price=price_or_unknown(row, "liquidationPrice"),
        leverage=price_or_unknown(row, "leverage"),
        margin_mode=text(row, "marginMode"),
    )


def fill_row(_row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row of trade/fills-history, which holds contracts alone. Spot has a list of its own."""
    return {"is_contract": True}


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """How an order ended, by the words that ccxt does not know or calls cancelled."""
    return EndedRow(status=_ENDINGS.get(word_in(row, "state")), reason=text(row, "cancelSourceReason"))


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    read_only = flag_at(object_in(gateway.request("user/query-apikey"), "data"), "readOnly")
    return Permissions(True, not read_only, False if read_only else None, "")


# https://docs.blofin.com/index.html#rate-limits: 500 requests a minute and address, and 1,500 in 5 minutes.
_RATE_LIMITS = (per_window(500, 60, Scope.ADDRESS),)

_DATA, _DETAILS = ("data",), ("data", "details")
_FUTURES = BalanceFields("currency", ("balance",), free="available", locked=("frozen",))
_EQUITY = equity_of_rows(_DETAILS, "currency", "equity")
_OTHERS = ("funding", "spot", "copy_trading", "earn")


def _open_call(kind: SourceKind, list_name: str | None, identity: str, **params: Any) -> OrderCall:
    return OrderCall(kind, list_name, params, limit=100, paging=Paging(100, "after", identity), list_at=_DATA)


VENUE = Venue(
    open_orders=(
        _open_call(ORDERS, None, "orderId"),
        _open_call(TRIGGERS, "algo", "algoId", trigger=True),
        _open_call(TRIGGERS, "tpsl", "tpslId", tpsl=True),
    ),
    wallets=(
        WalletCall("main", list_at=_DETAILS, fields=_FUTURES, equity=_EQUITY, market="linear"),
        WalletCall(
            "inverse",
            {"productType": "COIN-FUTURES"},
            list_at=_DETAILS,
            fields=_FUTURES,
            equity=_EQUITY,
            market="inverse",
        ),
        *(WalletCall(name, {"accountType": name}, list_at=_DATA, fields=_FUTURES) for name in _OTHERS),
    ),
    positions=(PositionsCall("main", list_at=_DATA, market="swap"),),
    position_row=position_row,
    order_names=PositionNames("marginMode"),
    fills=(FillsCall("all", list_at=_DATA),),
    # Orders cannot be requested by id, so all pages are read.
    ended_orders=(
        newest_first("book", "fetch_closed_orders", ORDERS, paging=Paging(100, "after", "orderId"), list_at=_DATA),
        newest_first(
            "tpsl",
            "fetch_closed_orders",
            TRIGGERS,
            "tpsl",
            params={"tpsl": True},
            paging=Paging(100, "after", "tpslId"),
            list_at=_DATA,
        ),
    ),
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
    key_permissions=_key_permissions,
    calls=(Call("GET", "user/query-apikey", ("private",), 1),),
    fills_name_position=True,
    rate_limits=_RATE_LIMITS,
)
