"""Parsers for KuCoin's orders: the books of spot, margin and futures, stop orders, and the pairs of an OCO.

Sources: www.kucoin.com/docs-new, pages "Get Open Orders", "Get Symbols With Open Order", "Get Stop Orders List" (by
trade type, stops of pairs among them), "Get OCO Order List" (a pair's status) and "Get OCO Order Detail By OrderId"
(both orders, where the resting one also states its price as stopPrice).
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from domain.markets import Side
from domain.orders import Contingency, OrderKind, TriggerDirection, TriggerKind
from exchanges.connection.exact import moment, text
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OpenSymbols, OrderCall
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

_TRIGGER_KINDS = {"TP": TriggerKind.LAST, "MP": TriggerKind.MARK, "IP": TriggerKind.INDEX}
# Futures name the direction. On spot "loss" waits for a fall and "entry" for a rise, on either side.
_DIRECTIONS = {
    "UP": TriggerDirection.RISES,
    "DOWN": TriggerDirection.FALLS,
    "ENTRY": TriggerDirection.RISES,
    "LOSS": TriggerDirection.FALLS,
}
_STOPS = {"new": "open", "cancelled": "canceled", "fail": "rejected"}
_OCO, _OCO_ORDER = "oco/orders", "oco/order/details/{orderId}"
_MARGIN_OCO, _MARGIN_OCO_ORDER = "hf/margin/oco-orders", "hf/margin/oco-order/detail/orderId"
_SPOT_SYMBOLS, _MARGIN_SYMBOLS = "hf/orders/active/symbols", "hf/margin/order/active/symbols"
_DATA, _ITEMS, _SYMBOLS = ("data",), ("data", "items"), ("data", "symbols")
DIRECT_LISTS = (_SPOT_SYMBOLS, _MARGIN_SYMBOLS, _OCO, _OCO_ORDER, _MARGIN_OCO, _MARGIN_OCO_ORDER)
_OVER = frozenset({"DONE", "TRIGGERED", "CANCELED", "CANCELLED"})
_UNFILLED = "NEW"  # as soon as one of a pair executes, the other is cancelled
_SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}
# Fields added to an order of a pair: the pair's id and time, and True for the order in the book.
_PAIR, _RESTS, _PAIR_TIME = "ocoOrderId", "restsInBook", "ocoOrderTime"


def order_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of the active orders, of the stop orders or of a pair."""
    if _PAIR in row:
        return _of_pair(row)
    at_market, trigger = word_in(row, "type") == "MARKET", price_in(row, "stopPrice")
    direction = _DIRECTIONS.get(word_in(row, "stop"))
    waits = trigger is not None and not flag_in(row, "stopTriggered")
    is_futures = "closeOrder" in row
    closes = is_futures and bool(flag_in(row, "closeOrder"))
    size = price_in(row, "size")
    return OrderRow(
        kind=_kind(at_market, direction, str(unified.get("side"))) if waits else _plain(at_market),
        trigger_price=trigger,
        trigger_kind=(_TRIGGER_KINDS.get(word_in(row, "stopPriceType")) if is_futures else TriggerKind.LAST)
        if waits
        else None,
        trigger_direction=direction if waits else None,
        amount=size,
        in_quote=size is None and price_in(row, "funds") is not None,
        reduce_only=True if closes else flag_in(row, "reduceOnly"),
        post_only=flag_in(row, "postOnly"),
        close_position=True if closes else None,
        position_side=position_side_in(row, "positionSide"),
        kind_tells_direction=direction is not None,
    )


def _plain(at_market: bool) -> OrderKind:
    return OrderKind.MARKET if at_market else OrderKind.LIMIT


def _kind(at_market: bool, direction: TriggerDirection | None, side: str) -> OrderKind:
    against = TriggerDirection.FALLS if side == Side.SELL else TriggerDirection.RISES
    if direction in (None, against):
        return OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
    return OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT


def is_live_pair(row: Any) -> bool:
    """True if both orders of a pair are open. Once one has acted, the other lists show the rest."""
    return not isinstance(row, Mapping) or word_in(row, "status") not in _OVER


def orders_of_pair(pair: Any) -> Iterable[Any]:
    """The orders of an OCO. The order in the book is the dearer one of two sells, or the cheaper one of two buys."""
    orders = pair.get("orders") if isinstance(pair, Mapping) else None
    if not isinstance(orders, list) or not all(isinstance(order, Mapping) for order in orders):
        return (pair,)
    prices = [price_in(order, "stopPrice", "price") for order in orders]
    named = [price for price in prices if price is not None]
    resting = None
    if len(orders) == 2 and len(set(named)) == 2:
        resting = max(named) if word_in(orders[0], "side") == "SELL" else min(named)
    added = {_PAIR: pair.get("orderId"), _PAIR_TIME: pair.get("orderTime")}
    return [
        {**order, **added, _RESTS: None if resting is None else price == resting}
        for order, price in zip(orders, prices, strict=True)
        if word_in(order, "status") not in _OVER
    ]


def _of_pair(row: Mapping[str, Any]) -> OrderRow:
    is_resting, limit = row.get(_RESTS), price_in(row, "price")
    waits = is_resting is False
    return OrderRow(
        kind=OrderKind.STOP_LIMIT if waits else OrderKind.LIMIT if is_resting else OrderKind.UNKNOWN,
        side=_SIDES.get(word_in(row, "side")),
        order_id=id_in(row, "id"),
        group_id=id_in(row, _PAIR),
        contingency=Contingency.OCO,
        trigger_price=price_in(row, "stopPrice") if waits else None,
        trigger_kind=TriggerKind.LAST if waits else None,
        limit_price=limit,
        amount=price_in(row, "size"),
        filled=Decimal(0) if word_in(row, "status") == _UNFILLED else None,
        created_at=moment(row, _PAIR_TIME),
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse a row of the done orders, or a spot stop order, which ccxt calls cancelled after its trigger.

    A stop of futures keeps its id in the book, one of spot does not.
    """
    is_stop_of_spot = "stopTriggered" not in row and id_in(row, "stop") is not None and "status" in row
    state = (text(row, "status") or "").lower()
    return EndedRow(
        status=_STOPS.get(state, state) if is_stop_of_spot else None,
        ended_at=moment(row, "endAt") or moment(row, "lastUpdatedAt"),
    )


def swap_orders() -> tuple[OrderCall, ...]:
    base, paging = {"type": "swap", "uta": False, "pageSize": 100}, Paging(100, "currentPage")
    return (
        OrderCall(ORDERS, "swap", base, paging=paging, list_at=_ITEMS),
        OrderCall(TRIGGERS, "swap", base | {"trigger": True}, paging=paging, list_at=_ITEMS),
    )


def margin_orders(mode: str, trade_type: str) -> tuple[OrderCall, ...]:
    """The orders of one kind of margin: its book, its stop orders, those that the list of spot states (the older way to
    place them), and pairs. They trade the coins of a margin wallet and hold no position."""
    base, paging = {"uta": False}, Paging(100, "currentPage")
    stops = base | {"hf": False, "trigger": True, "pageSize": 100}
    book, trade = base | {"hf": True, "marginMode": mode}, {"tradeType": trade_type}
    return (
        OrderCall(
            ORDERS, mode, book, market="spot", list_at=_DATA, symbols=OpenSymbols(_MARGIN_SYMBOLS, _SYMBOLS, trade)
        ),
        OrderCall(TRIGGERS, mode, stops | {"marginMode": mode}, paging=paging, list_at=_ITEMS),
        OrderCall(
            TRIGGERS,
            f"{mode}-older",
            stops | trade | {"type": "spot"},
            paging=paging,
            list_at=_ITEMS,
        ),
        _pairs(f"{mode}-oco", _MARGIN_OCO, _MARGIN_OCO_ORDER, trade),
    )


def _pairs(list_name: str, path: str, order_path: str, params: Mapping[str, Any]) -> OrderCall:
    return OrderCall(
        TRIGGERS,
        list_name,
        {**params, "pageSize": 500, "currentPage": 1},
        path=path,
        is_direct=True,
        is_live=is_live_pair,
        orders_in=orders_of_pair,
        row_path=order_path,
        market="spot",
        paging=Paging(500, "currentPage"),
        list_at=_ITEMS,
    )


SPOT_ORDERS = (
    # Every account trades in the fast engine by now, which tells its open orders for one symbol at a time.
    OrderCall(
        ORDERS,
        "spot",
        {"hf": True, "uta": False},
        market="spot",
        list_at=_DATA,
        symbols=OpenSymbols(_SPOT_SYMBOLS, _SYMBOLS),
    ),
    OrderCall(
        TRIGGERS,
        "spot",
        {"type": "spot", "hf": False, "uta": False, "trigger": True, "pageSize": 100},
        paging=Paging(100, "currentPage"),
        list_at=_ITEMS,
    ),
    _pairs("spot-oco", _OCO, _OCO_ORDER, {}),
)
