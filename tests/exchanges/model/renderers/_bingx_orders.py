"""BingX: rows of open orders, as bingx.py serves them.

Field meanings come from bingx-api.github.io/docs-v3: Spot (Place order, Current Open Orders, Query All Open OCO
Orders), USDT-M Perp Futures (Place order, Current All Open Orders) and Coin-M Perp Futures (Trade order, Query all
current pending orders).
"""

from decimal import Decimal
from typing import Any

from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Kind, MarketKind, Order, Relation, Side
from tests.exchanges.model.renderers import first, number, plain
from tests.exchanges.payload_server import Request

# Orders that close a position. Every other trigger is of a type that does not tell stop from take profit.
CLOSING_TYPES = {
    Kind.STOP: "STOP_MARKET",
    Kind.STOP_LIMIT: "STOP",
    Kind.TAKE_PROFIT: "TAKE_PROFIT_MARKET",
    Kind.TAKE_PROFIT_LIMIT: "TAKE_PROFIT",
}


def spot_orders(account: Account, request: Request) -> Any:
    rows = [_spot_order(order) for order in account.orders_in(MarketKind.SPOT) if order.relation is None]
    return {"orders": [row for row in rows if first(request, "symbol") in ("", row["symbol"])]}


def _spot_order(order: Order) -> dict[str, Any]:
    """A market buy may name money to spend: `origQuoteOrderQty`."""
    price = order.limit or ZERO
    return {
        "symbol": order.market.exchange_symbol,
        "orderId": int(order.id),
        "price": plain(price),
        "StopPrice": plain(order.trigger or ZERO),
        "origQty": "0" if order.spends else plain(order.size),
        "executedQty": plain(order.filled),
        "cummulativeQuoteQty": plain(order.filled * price),
        "status": _status(order),
        "type": _spot_type(order),
        "side": order.side.value.upper(),
        "time": CREATED_AT,
        "updateTime": CREATED_AT,
        "origQuoteOrderQty": plain(order.size) if order.spends else "0",
        "fee": 0,
        "clientOrderID": "",
    }


def _status(order: Order) -> str:
    return "NEW" if order.kind.waits else "PARTIALLY_FILLED" if order.filled else "PENDING"


def _spot_type(order: Order) -> str:
    if not order.kind.waits:
        return "LIMIT"
    family = "TAKE_STOP" if int(order.id) % 2 else "TRIGGER"
    return f"{family}_{'LIMIT' if order.kind.has_limit else 'MARKET'}"


def oco_orders(account: Account, request: Request) -> Any:
    """Both legs of every pair, page by page."""
    size, page = int(first(request, "pageSize", "100")), int(first(request, "pageIndex", "1"))
    legs = [order for order in account.orders if order.relation is Relation.OCO]
    return [_oco_leg(order) for order in legs][(page - 1) * size : page * size]


def _oco_leg(order: Order) -> dict[str, Any]:
    return {
        "transactionTime": CREATED_AT,
        "orderId": order.id,
        "clientOrderId": "",
        "symbol": order.market.exchange_symbol,
        "orderType": "ocoTps" if order.kind.waits else "ocoLimit",
        "side": order.side.value.upper(),
        "triggerPrice": number(order.trigger or ZERO),
        "price": number(order.limit or ZERO),
        "quantity": number(order.size),
        "orderListId": order.group,
        "status": "NEW" if order.kind.waits else "PENDING",
    }


def linear_orders(account: Account, request: Request) -> Any:
    return _open_orders(account, request, MarketKind.LINEAR)


def inverse_orders(account: Account, request: Request) -> Any:
    return _open_orders(account, request, MarketKind.INVERSE)


def _open_orders(account: Account, request: Request, kind: MarketKind) -> Any:
    listed = [order for order in account.orders_in(kind) if order.relation is not Relation.ATTACHED]
    rows = [_order(account, order) for order in listed]
    if kind is MarketKind.LINEAR:
        rows = [row | _linear_fields(account, order) for row, order in zip(rows, listed, strict=True)]
    return {"orders": [row for row in rows if first(request, "symbol") in ("", row["symbol"])]}


def _order(account: Account, order: Order) -> dict[str, Any]:
    """Amounts are in coins, of inverse contracts in contracts. `positionSide` BOTH is one-way mode."""
    size, filled = order.market.contracts(order.size), order.market.contracts(order.filled)
    legs = {leg.kind: leg for leg in account.legs(order)}
    return {
        "symbol": order.market.exchange_symbol,
        "orderId": int(order.id),
        "side": order.side.value.upper(),
        "positionSide": order.position_side.value.upper() if order.position_side else "BOTH",
        "type": _type(order),
        "origQty": plain(size),
        "price": plain(order.limit or order.distance or ZERO),
        "executedQty": plain(filled),
        "avgPrice": plain(order.limit if order.filled and order.limit else Decimal("0.0")),
        "cumQuote": plain(order.filled * (order.limit or ZERO)),
        "stopPrice": plain(order.trigger) if order.trigger else "",
        "profit": "0.0",
        "commission": "0.0",
        "status": _status(order),
        "time": CREATED_AT,
        "updateTime": CREATED_AT,
        "clientOrderId": "",
        "leverage": "5X",
        "takeProfit": _attached(legs.get(Kind.TAKE_PROFIT)),
        "stopLoss": _attached(legs.get(Kind.STOP)),
        "positionID": 0,
        "takeProfitEntrustPrice": 0,
        "stopLossEntrustPrice": 0,
        "orderType": "",
        "postOnly": False,
        "workingType": "MARK_PRICE",
        "reduceOnly": order.reduce_only,
    }


def _type(order: Order) -> str:
    if not order.kind.waits:
        return "LIMIT"
    if order.kind is Kind.TRAILING_STOP:
        return "TRAILING_STOP_MARKET"
    if order.closes is not None and (order.close_position or int(order.id) % 2):
        return CLOSING_TYPES[order.kind]
    return "TRIGGER_LIMIT" if order.kind.has_limit else "TRIGGER_MARKET"


def _attached(leg: Order | None) -> dict[str, Any]:
    return {
        "type": CLOSING_TYPES[leg.kind] if leg else "",
        "quantity": number(leg.market.contracts(leg.size)) if leg else 0,
        "stopPrice": number(leg.trigger or ZERO) if leg else 0,
        "price": 0,
        "workingType": "MARK_PRICE" if leg else "",
        "StopGuaranteed": "",
    }


def _linear_fields(account: Account, order: Order) -> dict[str, Any]:
    """`priceRate` is a fraction. `price` holds a distance. The activation price defaults to the price at placing.

    The page of the list calls it `actPrice`, that of placing and other samples `activationPrice`.
    """
    fields: dict[str, Any] = {
        "closePosition": "true" if order.close_position else "false",
        "advanceAttr": 0,
        "trailingStopRate": 0,
        "trailingStopDistance": 0,
        "priceRate": "",
        "stopGuaranteed": "false",
    }
    if order.kind is not Kind.TRAILING_STOP:
        return fields
    passed = account.mark(order.market) * (Decimal("0.99") if order.side is Side.SELL else Decimal("1.01"))
    return fields | {
        "priceRate": plain(order.percent / 100) if order.percent else "",
        "trailingStopRate": number(order.percent / 100) if order.percent else 0,
        "trailingStopDistance": number(order.distance) if order.distance else 0,
        "actPrice" if int(order.id) % 2 else "activationPrice": plain(order.activation or passed),
    }
