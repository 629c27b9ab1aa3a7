"""Bybit: rows of open orders, as bybit.py serves them. The documented pages are named there."""

from decimal import Decimal
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
from tests.exchanges.model.renderers import first, plain
from tests.exchanges.payload_server import Request

AT = str(CREATED_AT)
CATEGORIES = {MarketKind.SPOT: "spot", MarketKind.LINEAR: "linear", MarketKind.INVERSE: "inverse"}


def index(direction: Direction | None) -> int:
    """0 is one-way mode, 1 the buy side and 2 the sell side of hedge mode."""
    return 0 if direction is None else 1 if direction is Direction.LONG else 2


def orders(account: Account, request: Request) -> Any:
    """Without a filter spot lists book orders, contracts list everything."""
    category, settle = first(request, "category"), first(request, "settleCoin")
    wanted = first(request, "orderFilter") or ("Order" if category == "spot" else "")
    rows = [
        _order(account, order)
        for order in account.orders
        if CATEGORIES[order.market.kind] == category
        and (category == "spot" or settle in ("", order.market.settle))
        and order.relation is not Relation.ATTACHED
        and wanted in ("", _filter(order))
    ]
    return {"list": rows, "nextPageCursor": "", "category": category}


def _filter(order: Order) -> str:
    """Spot has two kinds of conditional orders, and either may be a stop or a take profit."""
    if not order.kind.waits:
        return "Order"
    return "tpslOrder" if order.market.kind is MarketKind.SPOT and int(order.id) % 2 else "StopOrder"


def _stop_type(order: Order) -> str:
    if not order.kind.waits:
        return ""
    if order.market.kind is MarketKind.SPOT:
        return "tpslOrder" if _filter(order) == "tpslOrder" else "Stop"
    if order.kind is Kind.TRAILING_STOP:
        return "TrailingStop"
    if order.closes is None or not (order.close_position or int(order.id) % 2):
        return "Stop"
    partial = "" if order.close_position else "Partial"
    return f"{partial}{'StopLoss' if order.kind.is_stop else 'TakeProfit'}"


def _order(account: Account, order: Order) -> dict[str, Any]:
    """Sizes are in base units, or dollars (inverse). `leavesQty` is the whole amount before an order acts."""
    filled_value = order.filled * (order.limit or ZERO)
    return _conditions(account, order) | {
        "orderId": order.id,
        "orderLinkId": "",
        "symbol": order.market.exchange_symbol,
        "price": plain(order.limit or ZERO),
        "qty": plain(order.size),
        "side": order.side.value.capitalize(),
        "isLeverage": "",
        "positionIdx": index(order.position_side),
        "orderStatus": "Untriggered" if order.kind.waits else "PartiallyFilled" if order.filled else "New",
        "cancelType": "UNKNOWN",
        "rejectReason": "EC_NoError",
        "avgPrice": plain(order.limit or ZERO) if order.filled else "",
        "leavesQty": plain(order.remaining),
        "leavesValue": plain(order.remaining * (order.limit or ZERO)),
        "cumExecQty": plain(order.filled),
        "cumExecValue": plain(filled_value),
        "cumExecFee": "0",
        "timeInForce": "GTC" if order.kind.has_limit else "IOC",
        "orderType": "Limit" if order.kind.has_limit else "Market",
        "reduceOnly": order.reduce_only or order.close_position,
        "closeOnTrigger": order.close_position,
        "smpType": "None",
        "placeType": "",
        "createdTime": AT,
        "updatedTime": AT,
    }


def _conditions(account: Account, order: Order) -> dict[str, Any]:
    """`triggerDirection` 1 rises and 2 falls, on contracts only. Spot states the last price at placing.

    `triggerPrice` of a trailing stop is its activation price until the price has reached that.
    """
    legs = account.legs(order)
    attached = {leg.kind: plain(leg.trigger or ZERO) for leg in legs}
    waits, is_spot = order.kind.waits, order.market.kind is MarketKind.SPOT
    unit = "quoteCoin" if order.spends else "baseCoin"  # spot orders at market are in either
    rises = order.acts_when_price_rises if order.activation is None else order.side is Side.SELL
    direction = 1 if rises else 2
    row = {
        "stopOrderType": _stop_type(order),
        "triggerPrice": plain(order.trigger or order.activation or _trail(account, order)) if waits else "",
        "takeProfit": attached.get(Kind.TAKE_PROFIT, ""),
        "stopLoss": attached.get(Kind.STOP, ""),
        "tpTriggerBy": "LastPrice" if legs else "",
        "slTriggerBy": "LastPrice" if legs else "",
        "tpLimitPrice": "",
        "slLimitPrice": "",
        "triggerDirection": direction if waits and not is_spot else 0,
        "triggerBy": "LastPrice" if waits else "",
        "lastPriceOnCreated": plain(account.last(order.market)) if waits else "",
        "marketUnit": unit if is_spot and not order.kind.has_limit else "",
    }
    # A mode of contracts: Partial takes the size of the order, Full that of the position.
    mode = "Full" if order.close_position else "Partial" if legs else ""
    return row if is_spot else row | {"tpslMode": mode}


def _trail(account: Account, order: Order) -> Decimal:
    """The present trigger of a trailing stop: its distance from the market."""
    distance = order.distance or ZERO
    return account.last(order.market) + (distance if order.side is Side.BUY else -distance)
