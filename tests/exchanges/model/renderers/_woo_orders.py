"""WOO X: rows of open orders, as woo.py serves them.

Field meanings come from developer.woox.io: Get orders, Get algo order, Get algo orders, Place algo order.
"""

from typing import Any

from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Kind, Order, Relation
from tests.exchanges.model.renderers import first, number
from tests.exchanges.payload_server import Request

CREATED_SECONDS = f"{CREATED_AT // 1000}.000"


def orders(account: Account, request: Request) -> Any:
    """The book. The entry of a bracket is an algo order."""
    resting = [order for order in account.orders if not order.kind.waits and order.relation is None]
    return _page([_order(order) for order in resting], request)


def _order(order: Order) -> dict[str, Any]:
    is_filled = order.filled and order.limit
    return {
        "orderId": int(order.id),
        "clientOrderId": 0,
        "symbol": order.market.exchange_symbol,
        "orderTag": "default",
        "side": order.side.value.upper(),
        "positionSide": _position_side(order),
        "quantity": number(order.size),
        "amount": None,
        "type": "LIMIT",
        "status": "PARTIAL_FILLED" if order.filled else "NEW",
        "price": number(order.limit or ZERO),
        "executed": number(order.filled),
        "visible": number(order.size),
        "averageExecutedPrice": number(order.limit if is_filled and order.limit else ZERO),
        "totalFee": 0,
        "feeAsset": order.market.base,
        "totalRebate": 0,
        "rebateAsset": order.market.quote,
        "reduceOnly": order.reduce_only,
        "createdTime": CREATED_SECONDS,
        "realizedPnl": None,
        "bidAskLevel": None,
    }


def _position_side(order: Order) -> str:
    return order.position_side.value.upper() if order.position_side else "BOTH"


def algo_orders(account: Account, request: Request) -> Any:
    rows = []
    for order in account.orders:
        if order.relation is Relation.PARENT:
            rows.append(_bracket(account, order))
        elif order.relation is None and order.kind.waits:
            rows.append(_algo_order(account, order))
    return _page(rows, request)


def _row(order: Order, identity: int) -> dict[str, Any]:
    """Fields of every algo order, root or child."""
    return {
        "algoOrderId": identity,
        "clientAlgoOrderId": 0,
        "rootAlgoOrderId": identity,
        "parentAlgoOrderId": 0,
        "symbol": order.market.exchange_symbol,
        "algoOrderTag": "default",
        "side": order.side.value.upper(),
        "positionSide": _position_side(order),
        "quantity": number(order.size),
        "isTriggered": False,
        "triggerStatus": "USELESS",
        "type": "LIMIT" if order.kind.has_limit else "MARKET",
        "rootAlgoStatus": "NEW",
        "algoStatus": "NEW",
        "triggerPriceType": "MARKET_PRICE",
        "price": number(order.limit) if order.limit else None,
        "triggerTime": "0",
        "totalExecutedQuantity": 0,
        "visibleQuantity": number(order.size),
        "averageExecutedPrice": 0,
        "totalFee": 0,
        "feeAsset": "",
        "totalRebate": 0,
        "rebateAsset": "",
        "reduceOnly": order.reduce_only or order.close_position,
        "createdTime": CREATED_SECONDS,
        "updatedTime": CREATED_SECONDS,
    }


def _algo_order(account: Account, order: Order) -> dict[str, Any]:
    """A closing order may be a plain trigger, of a type that tells what it is, or a leg of a pair without its other.

    A STOP acts when the price reaches `triggerPrice` from either side.
    """
    if order.kind is Kind.TRAILING_STOP:
        return _trailing_order(order)
    if order.close_position:
        return _pair(order, "POSITIONAL_TP_SL")
    if order.closes is not None and int(order.id) % 3 == 0:
        return _pair(order, "TP_SL")
    is_told = order.closes is not None and int(order.id) % 3 == 1
    row = _row(order, int(order.id)) | {"triggerPrice": number(order.trigger or ZERO)}
    return row | {"algoType": _leg_type(order) if is_told else "STOP"}


def _leg_type(order: Order) -> str:
    return "STOP_LOSS" if order.kind.is_stop else "TAKE_PROFIT"


def _trailing_order(order: Order) -> dict[str, Any]:
    """`callbackRate` is a fraction of the price, `callbackValue` a distance."""
    row = _row(order, int(order.id)) | {"algoType": "TRAILING_STOP", "isActivated": order.activation is None}
    if order.activation is not None:
        row["activatedPrice"] = str(order.activation)
    distance = {"callbackRate": str(order.percent / 100)} if order.percent else {"callbackValue": str(order.distance)}
    return row | distance


def _pair(leg: Order, kind: str) -> dict[str, Any]:
    """A take profit and a stop, where only one was given. POSITIONAL_TP_SL closes the position at any size."""
    root = int(leg.id) + 900_000
    return _row(leg, root) | {
        "algoType": kind,
        "quantity": 0 if kind == "POSITIONAL_TP_SL" else number(leg.size),
        "type": "MARKET",
        "price": None,
        "childOrders": [_child(leg, root, closes_position=kind == "POSITIONAL_TP_SL")],
    }


def _child(leg: Order, root: int, closes_position: bool) -> dict[str, Any]:
    row = _row(leg, int(leg.id)) | {
        "algoType": _leg_type(leg),
        "rootAlgoOrderId": root,
        "parentAlgoOrderId": root,
        "triggerPrice": number(leg.trigger or ZERO),
        "reduceOnly": True,
    }
    return row | ({"type": "CLOSE_POSITION", "quantity": 0} if closes_position else {})


def _bracket(account: Account, entry: Order) -> dict[str, Any]:
    """An entry with a pair that becomes active when the entry is filled."""
    legs = account.legs(entry)
    pair = _row(legs[0], int(entry.id) + 900_000) | {
        "algoType": "TP_SL",
        "rootAlgoOrderId": int(entry.id),
        "parentAlgoOrderId": int(entry.id),
        "type": "MARKET",
        "reduceOnly": True,
        "childOrders": [_child(leg, int(entry.id), closes_position=False) for leg in legs],
    }
    return _row(entry, int(entry.id)) | {"algoType": "BRACKET", "childOrders": [pair]}


def _page(rows: list[dict[str, Any]], request: Request) -> dict[str, Any]:
    """Open orders have the status INCOMPLETE."""
    if first(request, "status", "INCOMPLETE") not in ("INCOMPLETE", "NEW"):
        rows = []
    size, page = int(first(request, "size", "25")), int(first(request, "page", "1"))
    listed = [row for row in rows if first(request, "symbol") in ("", row["symbol"])]
    meta = {"total": len(listed), "recordsPerPage": size, "currentPage": page}
    return {"rows": listed[(page - 1) * size : page * size], "meta": meta}
