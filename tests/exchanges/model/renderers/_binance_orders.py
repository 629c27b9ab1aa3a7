"""Binance: rows of open orders, as binance.py serves them. The documented pages are named there."""

from collections.abc import Callable
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

SPOT_TYPES = {
    Kind.LIMIT: "LIMIT",
    Kind.STOP: "STOP_LOSS",
    Kind.STOP_LIMIT: "STOP_LOSS_LIMIT",
    Kind.TAKE_PROFIT: "TAKE_PROFIT",
    Kind.TAKE_PROFIT_LIMIT: "TAKE_PROFIT_LIMIT",
    Kind.TRAILING_STOP: "STOP_LOSS",
}
FUTURES_TYPES = {
    Kind.LIMIT: "LIMIT",
    Kind.STOP: "STOP_MARKET",
    Kind.STOP_LIMIT: "STOP",
    Kind.TAKE_PROFIT: "TAKE_PROFIT_MARKET",
    Kind.TAKE_PROFIT_LIMIT: "TAKE_PROFIT",
    Kind.TRAILING_STOP: "TRAILING_STOP_MARKET",
}


def position_side(direction: Direction | None) -> str:
    return "BOTH" if direction is None else direction.value.upper()


def spot_orders(kind: MarketKind) -> Callable[[Account, Request], Any]:
    """Query Margin Account's Open Orders lists cross margin, unless `isIsolated` is TRUE. The model's is cross."""

    def answer(account: Account, request: Request) -> Any:
        orders = () if first(request, "isIsolated").upper() == "TRUE" else account.orders_in(kind)
        return [_spot_order(o) for o in orders if first(request, "symbol") in ("", o.market.exchange_symbol)]

    return answer


def _spot_order(order: Order) -> dict[str, Any]:
    """Legs of an order list share `orderListId`. PENDING_NEW waits for the working order of its list."""
    is_maker = order.relation is Relation.OCO and order.kind is Kind.LIMIT
    status = "PARTIALLY_FILLED" if order.filled else "NEW"
    row = {
        "symbol": order.market.exchange_symbol,
        "orderId": int(order.id),
        "orderListId": int(order.group) if order.group else -1,
        "clientOrderId": f"client{order.id}",
        "price": plain(order.limit or Decimal("0.00000000")),
        "origQty": plain(order.size),
        "executedQty": plain(order.filled),
        "cummulativeQuoteQty": plain(order.filled * (order.limit or ZERO)),
        "status": "PENDING_NEW" if order.relation is Relation.ATTACHED else status,
        "timeInForce": "GTC",
        "type": "LIMIT_MAKER" if is_maker else SPOT_TYPES[order.kind],
        "side": order.side.value.upper(),
        "stopPrice": plain(order.trigger or Decimal("0.00000000")),
        "icebergQty": "0.00000000",
        "time": CREATED_AT,
        "updateTime": CREATED_AT,
        "isWorking": not order.kind.waits,
        "origQuoteOrderQty": "0.00000000",
        "selfTradePreventionMode": "NONE",
    }
    if order.market.kind is MarketKind.MARGIN:
        row |= {"isIsolated": False, "accountId": 1}
    if order.percent is not None:  # in hundredths of a percent. trailingTime is the begin of trailing
        row |= {"trailingDelta": int(order.percent * 100), "trailingTime": CREATED_AT}
    return row


def futures_orders(kind: MarketKind) -> Callable[[Account, Request], Any]:
    """Conditional orders live in the algo list alone."""
    return lambda account, _: [_futures_order(o) for o in account.orders_in(kind) if not o.kind.waits]


def _futures_order(order: Order) -> dict[str, Any]:
    return {
        "orderId": int(order.id),
        "clientOrderId": f"client{order.id}",
        "symbol": order.market.exchange_symbol,
        "pair": order.market.base + order.market.quote,
        "status": "PARTIALLY_FILLED" if order.filled else "NEW",
        "price": plain(order.limit or ZERO),
        "avgPrice": plain(order.limit if order.filled and order.limit else ZERO),
        "origQty": plain(order.market.contracts(order.size)),
        "executedQty": plain(order.market.contracts(order.filled)),
        "cumQuote": plain(order.filled * (order.limit or ZERO)),
        "cumBase": "0",
        "timeInForce": "GTC",
        "type": FUTURES_TYPES[order.kind],
        "origType": FUTURES_TYPES[order.kind],
        "reduceOnly": order.reduce_only,
        "closePosition": False,
        "side": order.side.value.upper(),
        "positionSide": position_side(order.position_side),
        "stopPrice": "0",
        "workingType": "CONTRACT_PRICE",
        "priceProtect": False,
        "time": CREATED_AT,
        "updateTime": CREATED_AT,
    }


def algo_orders(kind: MarketKind) -> Callable[[Account, Request], Any]:
    return lambda account, _: [_algo_order(account, o) for o in account.orders_in(kind) if o.kind.waits]


def _algo_order(account: Account, order: Order) -> dict[str, Any]:
    """`quantity` is 0 when the whole position is closed. `activatePrice` defaults to the price at placing."""
    row = {
        "algoId": int(order.id),
        "clientAlgoId": f"client{order.id}",
        "algoType": "CONDITIONAL",
        "orderType": FUTURES_TYPES[order.kind],
        "symbol": order.market.exchange_symbol,
        "side": order.side.value.upper(),
        "positionSide": position_side(order.position_side),
        "timeInForce": "GTC",
        "quantity": "0" if order.close_position else plain(order.market.contracts(order.size)),
        "algoStatus": "NEW",
        "actualOrderId": "",
        "actualPrice": "0.00000",
        "triggerPrice": plain(order.trigger or Decimal("0.000")),
        "price": plain(order.limit or Decimal("0.000")),
        "icebergQuantity": None,
        "workingType": "CONTRACT_PRICE",
        "priceMatch": "NONE",
        "closePosition": order.close_position,
        "priceProtect": False,
        "reduceOnly": order.reduce_only or order.close_position,
        "createTime": CREATED_AT,
        "updateTime": CREATED_AT,
        "triggerTime": 0,
        "goodTillDate": 0,
    }
    if order.percent is not None:
        passed = account.last(order.market) * (Decimal("0.99") if order.side is Side.SELL else Decimal("1.01"))
        row |= {"callbackRate": plain(order.percent), "activatePrice": plain(order.activation or passed)}
    return row
