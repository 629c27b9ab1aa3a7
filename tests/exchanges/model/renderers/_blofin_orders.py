"""BloFin: rows of open orders, as blofin.py serves them.

Field meanings come from docs.blofin.com: Place Order, Place TPSL Order, Place Algo Order, GET Active Orders, GET Active
TPSL Orders, GET Active Algo Orders.
"""

from typing import Any

from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Kind, Order, Relation
from tests.exchanges.model.renderers import first, plain
from tests.exchanges.payload_server import Request

AT = str(CREATED_AT)
AT_MARKET = "-1"
WHOLE_POSITION = "-1"


def book_orders(account: Account, request: Request) -> Any:
    rows = [_book_order(account, order) for order in account.orders if not order.kind.waits]
    return _page(rows, request, "orderId")


def tpsl_orders(account: Account, request: Request) -> Any:
    """Take profits and stops that close a position."""
    return _page([_tpsl_order(order) for order in _waiting(account) if _is_tpsl(order)], request, "tpslId")


def algo_orders(account: Account, request: Request) -> Any:
    """Triggers in either direction, which execute at market: the list states no price of their order."""
    rows = [_algo_order(order) for order in _waiting(account) if not _is_tpsl(order)]
    return _page(rows if first(request, "orderType") == "trigger" else [], request, "algoId")


def _waiting(account: Account) -> list[Order]:
    return [order for order in account.orders if order.kind.waits and order.relation is not Relation.ATTACHED]


def _is_tpsl(order: Order) -> bool:
    return order.closes is not None and (order.close_position or order.kind.has_limit or int(order.id) % 2 == 1)


def _row(order: Order) -> dict[str, Any]:
    """Fields of every list. Sizes count contracts."""
    return {
        "clientOrderId": "",
        "instId": order.market.exchange_symbol,
        "marginMode": "cross",
        "positionSide": order.position_side.value if order.position_side else "net",
        "side": order.side.value,
        "size": plain(order.market.contracts(order.size)),
        "reduceOnly": "true" if order.reduce_only or order.close_position else "false",
        "leverage": "5",
        "createTime": AT,
        "brokerId": "",
    }


def _book_order(account: Account, order: Order) -> dict[str, Any]:
    """`algoId` names the algo order that placed this one, or the attached one."""
    legs = {leg.kind: leg.trigger or ZERO for leg in account.legs(order)}
    return _row(order) | {
        "orderId": order.id,
        "orderType": "limit",
        "price": plain(order.limit or ZERO),
        "state": "partially_filled" if order.filled else "live",
        "filledSize": plain(order.market.contracts(order.filled)),
        "filled_amount": plain(order.filled),
        "averagePrice": plain(order.limit if order.filled and order.limit else ZERO),
        "fee": "0.000000000000000000",
        "pnl": "0.000000000000000000",
        "updateTime": AT,
        "orderCategory": "normal",
        "tpTriggerPrice": plain(legs[Kind.TAKE_PROFIT]) if legs else None,
        "tpOrderPrice": AT_MARKET if legs else None,
        "slTriggerPrice": plain(legs[Kind.STOP]) if legs else None,
        "slOrderPrice": AT_MARKET if legs else None,
        "algoClientOrderId": "",
        "algoId": str(int(order.id) + 900_000) if legs or int(order.id) % 3 == 0 else "",
    }


def _tpsl_order(order: Order) -> dict[str, Any]:
    """A size of -1 is the whole position. Orders at market have the price -1, or none in the published sample."""
    leg = "sl" if order.kind.is_stop else "tp"
    prices: dict[str, Any] = dict.fromkeys(("tpTriggerPrice", "tpOrderPrice", "slTriggerPrice", "slOrderPrice"))
    at_market = AT_MARKET if int(order.id) % 4 == 1 else None
    prices |= {
        f"{leg}TriggerPrice": plain(order.trigger or ZERO),
        f"{leg}OrderPrice": plain(order.limit) if order.limit else at_market,
    }
    row = _row(order) | {"tpslId": order.id, "state": "live", "actualSize": None, **prices}
    return row | ({"size": WHOLE_POSITION} if order.close_position else {})


def _algo_order(order: Order) -> dict[str, Any]:
    return _row(order) | {
        "algoId": order.id,
        "orderType": "trigger",
        "state": "live",
        "triggerPrice": plain(order.trigger or ZERO),
        "triggerPriceType": "last",
        "attachAlgoOrders": [],
    }


def _page(rows: list[dict[str, Any]], request: Request, key: str) -> list[dict[str, Any]]:
    """Newest first. `after` requests rows older than an id."""
    after, symbol = first(request, "after"), first(request, "instId")
    newest = sorted(rows, key=lambda row: int(row[key]), reverse=True)
    listed = [r for r in newest if (not after or int(r[key]) < int(after)) and symbol in ("", r["instId"])]
    return listed[: int(first(request, "limit", "20"))]
