"""MEXC: open orders of contracts, as mexc.py serves them.

Field meanings come from www.mexc.com/api-docs/futures: Get current pending orders, Get Plan Order List, Get Current
Take-Profit/Stop-Loss Order List, Get Take-Profit/Stop-Loss Order List, Place TP/SL order by position, Query trailing
orders.
"""

from typing import Any

from tests.exchanges.model.account import (
    CREATED_AT,
    ZERO,
    Account,
    Direction,
    Kind,
    MarketKind,
    Order,
    Relation,
    Side,
)
from tests.exchanges.model.renderers import first, number
from tests.exchanges.payload_server import Request

OPEN_LONG, CLOSE_SHORT, OPEN_SHORT, CLOSE_LONG = 1, 2, 3, 4
LIMIT, MARKET = 1, 5


def open_orders(account: Account, request: Request) -> Any:
    rows = [_open_order(account, order) for order in _contract_orders(account) if not order.kind.waits]
    return _page(rows, request)


def plan_orders(account: Account, request: Request) -> Any:
    """Triggers of any direction, opening and closing."""
    waiting = [o for o in _contract_orders(account) if o.kind.waits and o.relation is not Relation.ATTACHED]
    plans = [o for o in waiting if o.kind is not Kind.TRAILING_STOP and not _belongs_to_position(o)]
    states = first(request, "states", "1").split(",")
    return _page([_plan_order(order) for order in plans if "1" in states], request)


def stop_orders(account: Account, request: Request) -> Any:
    """Take profits and stops that were placed on a position."""
    if first(request, "is_finished", "0") != "0":
        return []
    waiting = [o for o in _contract_orders(account) if o.relation is not Relation.ATTACHED and _belongs_to_position(o)]
    return _page([_stop_order(account, order) for order in waiting], request)


def trailing_orders(account: Account, request: Request) -> Any:
    states = first(request, "states").split(",")
    trailing = [order for order in _contract_orders(account) if order.kind is Kind.TRAILING_STOP]
    return [row for row in (_trailing_order(account, o) for o in trailing) if str(row["state"]) in states]


def _contract_orders(account: Account) -> tuple[Order, ...]:
    return account.orders_in(MarketKind.LINEAR, MarketKind.INVERSE)


def _belongs_to_position(order: Order) -> bool:
    """True if a closing order at market is placed on its position. A plan order could do the same."""
    if order.closes is None or order.kind not in (Kind.STOP, Kind.TAKE_PROFIT):
        return False
    return order.close_position or int(order.id) % 2 == 1


def _side(order: Order) -> int:
    if order.closes is not None:
        return CLOSE_LONG if order.closes is Direction.LONG else CLOSE_SHORT
    return OPEN_LONG if order.side is Side.BUY else OPEN_SHORT


def _row(order: Order) -> dict[str, Any]:
    """Fields of every list. `positionMode` is 1 for hedge mode, where `reduceOnly` is not taken."""
    return {
        "symbol": order.market.exchange_symbol,
        "vol": number(order.market.contracts(order.size)),
        "leverage": 5,
        "side": _side(order),
        "openType": 1 if order.is_isolated else 2,
        "errorCode": 0,
        "positionMode": 2 if order.position_side is None else 1,
        "reduceOnly": order.position_side is None and order.closes is not None,
        "createTime": CREATED_AT,
        "updateTime": CREATED_AT,
    }


def _open_order(account: Account, order: Order) -> dict[str, Any]:
    """`vol` and `dealVol` count contracts. The prices of an attached take profit and stop stand in the row."""
    attached = {leg.kind: leg.trigger or ZERO for leg in account.legs(order)}
    return _row(order) | {
        "orderId": order.id,
        "positionId": 0,
        "price": number(order.limit or ZERO),
        "category": 1,
        "orderType": LIMIT,
        "dealAvgPrice": number(order.limit if order.filled and order.limit else ZERO),
        "dealVol": number(order.market.contracts(order.filled)),
        "orderMargin": 0,
        "usedMargin": 0,
        "takerFee": 0,
        "makerFee": 0,
        "profit": 0,
        "feeCurrency": order.market.settle,
        "state": 2,
        "externalOid": f"_m_{order.id}",
        "version": 1,
        "stopLossPrice": number(attached.get(Kind.STOP, ZERO)),
        "takeProfitPrice": number(attached.get(Kind.TAKE_PROFIT, ZERO)),
    }


def _plan_order(order: Order) -> dict[str, Any]:
    """`triggerType` 1 acts at or above the trigger price, 2 at or below it."""
    return _row(order) | {
        "id": order.id,
        "triggerPrice": number(order.trigger or ZERO),
        "price": number(order.limit or ZERO),
        "triggerType": 1 if order.acts_when_price_rises else 2,
        "state": 1,
        "executeCycle": 87600,
        "trend": 1,
        "orderType": LIMIT if order.kind.has_limit else MARKET,
        "priceProtect": 0,
        "lossTrend": 1,
        "profitTrend": 1,
    }


def _stop_order(account: Account, order: Order) -> dict[str, Any]:
    """`volType` 2 closes the position, 1 its stated volume. `orderId` is 0: it belongs to a position."""
    volume = number(order.market.contracts(order.size))
    closes = (order.market, order.closes)
    position = next(n for n, held in enumerate(account.positions) if (held.market, held.direction) == closes)
    prices = {"stopLossPrice" if order.kind.is_stop else "takeProfitPrice": number(order.trigger or ZERO)}
    return {
        "id": int(order.id),
        "orderId": "0",
        "symbol": order.market.exchange_symbol,
        "positionId": str(5001 + position),
        "lossTrend": 1,
        "profitTrend": 1,
        "state": 1,
        "triggerSide": 0,
        "positionType": 1 if order.closes is Direction.LONG else 2,
        "vol": volume,
        "realityVol": 0,
        "errorCode": 0,
        "version": 1,
        "isFinished": 0,
        "priceProtect": 0,
        "profitLossVolType": "SAME",
        "volType": 2 if order.close_position else 1,
        "takeProfitReverse": 2,
        "stopLossReverse": 2,
        "takeProfitType": 0,
        "stopLossType": 0,
        "createTime": CREATED_AT,
        "updateTime": CREATED_AT,
    } | prices


def _trailing_order(account: Account, order: Order) -> dict[str, Any]:
    """`backType` 1 is a fraction of the price, 2 a distance. State 0 waits for `activePrice`, 1 follows the price."""
    last, sign = account.last(order.market), -1 if order.side is Side.SELL else 1
    distance = order.distance or last * (order.percent or ZERO) / 100
    is_active = order.activation is None
    return _row(order) | {
        "id": order.id,
        "trend": 1,
        "activePrice": number(order.activation or ZERO),
        "markPrice": number(last) if is_active else 0,
        "backType": 1 if order.percent else 2,
        "backValue": number(order.percent / 100 if order.percent else order.distance or ZERO),
        "triggerPrice": number(last + sign * distance) if is_active else 0,
        "triggerType": 2 if order.side is Side.SELL else 1,
        "orderId": 0,
        "state": 1 if is_active else 0,
    }


def _page(rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
    size, page = int(first(request, "page_size", "20")), int(first(request, "page_num", "1"))
    symbol = first(request, "symbol")
    return [row for row in rows if symbol in ("", row["symbol"])][(page - 1) * size : page * size]
