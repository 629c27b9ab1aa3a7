"""XT: rows of open orders, as xt.py serves them.

Field meanings come from doc.xt.com: Spot (Query the current pending order) and Futures (Order: See order, Query all
orders. Entrust: Create Trigger Orders, See trigger orders, See Stop Limit, Query Historical Take-Profit & Stop-Loss
Orders, Get track list).
"""

from typing import Any

from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Direction, Kind, MarketKind, Order, Relation, Side
from tests.exchanges.model.renderers import first, number, plain
from tests.exchanges.payload_server import Request

TRIGGERS = {
    Kind.STOP: "STOP_MARKET",
    Kind.STOP_LIMIT: "STOP",
    Kind.TAKE_PROFIT: "TAKE_PROFIT_MARKET",
    Kind.TAKE_PROFIT_LIMIT: "TAKE_PROFIT",
}


def spot_orders(account: Account, request: Request) -> Any:
    """`bizType` SPOT is the spot book, LEVER that of margin."""
    if first(request, "bizType", "SPOT") != "SPOT":
        return []
    rows = [_spot_order(order) for order in account.orders_in(MarketKind.SPOT)]
    return [row for row in rows if first(request, "symbol") in ("", row["symbol"])]


def _spot_order(order: Order) -> dict[str, Any]:
    price = order.limit or ZERO
    return {
        "symbol": order.market.exchange_symbol,
        "orderId": order.id,
        "clientOrderId": f"client{order.id}",
        "baseCurrency": order.market.base.lower(),
        "quoteCurrency": order.market.quote.lower(),
        "side": order.side.value.upper(),
        "type": "LIMIT",
        "timeInForce": "GTC",
        "price": plain(price),
        "origQty": plain(order.size),
        "origQuoteQty": plain(order.size * price),
        "executedQty": plain(order.filled),
        "leavingQty": plain(order.remaining),
        "tradeBase": plain(order.filled),
        "tradeQuote": plain(order.filled * price),
        "avgPrice": plain(price) if order.filled else None,
        "fee": None,
        "feeCurrency": None,
        "state": "PARTIALLY_FILLED" if order.filled else "NEW",
        "deductServices": [],
        "time": CREATED_AT,
        "ip": "127.0.0.1",
        "updatedTime": CREATED_AT,
    }


def book_orders(account: Account, request: Request, kind: MarketKind) -> Any:
    resting = [order for order in account.orders_in(kind) if not order.kind.waits]
    return _page([_book_order(account, order) for order in resting], request)


def plan_orders(account: Account, request: Request, kind: MarketKind) -> Any:
    plans = [order for order in _waiting(account, kind) if not _belongs_to_position(order)]
    return _page([_plan_order(order) for order in plans if order.kind is not Kind.TRAILING_STOP], request)


def profit_orders(account: Account, request: Request, kind: MarketKind) -> Any:
    """Take profits and stops that were placed on a position."""
    return _page([_profit_order(order) for order in _waiting(account, kind) if _belongs_to_position(order)], request)


def track_orders(account: Account, request: Request, kind: MarketKind) -> Any:
    trailing = [order for order in account.orders_in(kind) if order.kind is Kind.TRAILING_STOP]
    return _page([_track_order(account, order) for order in trailing], request)


def _waiting(account: Account, kind: MarketKind) -> list[Order]:
    return [o for o in account.orders_in(kind) if o.kind.waits and o.relation is not Relation.ATTACHED]


def _belongs_to_position(order: Order) -> bool:
    """True if a closing order is placed on its position. A plan order could do the same."""
    if order.closes is None or order.close_position or order.kind is Kind.TRAILING_STOP:
        return False
    return int(order.id) % 2 == 1


def _row(order: Order) -> dict[str, Any]:
    """Fields of most lists. `origQty` counts contracts."""
    return {
        "symbol": order.market.exchange_symbol,
        "orderSide": order.side.value.upper(),
        "positionSide": order.position_side.value.upper() if order.position_side else "BOTH",
        "origQty": plain(order.market.contracts(order.size)),
        "createdTime": CREATED_AT,
        "updatedTime": CREATED_AT,
    }


def _book_order(account: Account, order: Order) -> dict[str, Any]:
    """The prices of an attached take profit and stop stand in the row."""
    legs = {leg.kind: leg.trigger for leg in account.legs(order)}
    return _row(order) | {
        "orderId": order.id,
        "clientOrderId": None,
        "contractSize": plain(order.market.contract_size),
        "orderType": "LIMIT",
        "positionType": "CROSSED",
        "timeInForce": "GTC",
        "closePosition": False,
        "price": plain(order.limit or ZERO),
        "avgPrice": plain(order.limit if order.filled and order.limit else ZERO),
        "executedQty": plain(order.market.contracts(order.filled)),
        "marginFrozen": "0",
        "closeProfit": None,
        "forceClose": False,
        "leverage": 5,
        "state": "PARTIALLY_FILLED" if order.filled else "NEW",
        "sourceId": None,
        "triggerPriceType": "LATEST_PRICE" if legs else None,
        **_delegates(legs.get(Kind.TAKE_PROFIT), legs.get(Kind.STOP)),
    }


def _delegates(profit: Any, stop: Any) -> dict[str, Any]:
    """A take profit and a stop that execute at market. None if there is none."""
    return {
        "triggerProfitPrice": plain(profit) if profit else None,
        "profitDelegateOrderType": "MARKET" if profit else None,
        "profitDelegateTimeInForce": "IOC" if profit else None,
        "profitDelegatePrice": None,
        "triggerStopPrice": plain(stop) if stop else None,
        "stopDelegateOrderType": "MARKET" if stop else None,
        "stopDelegateTimeInForce": "IOC" if stop else None,
        "stopDelegatePrice": None,
    }


def _plan_order(order: Order) -> dict[str, Any]:
    return _row(order) | {
        "entrustId": order.id,
        "clientOrderId": None,
        "entrustType": TRIGGERS[order.kind],
        "closePosition": order.close_position,
        "marketOrderLevel": None,
        "ordinary": True,
        "price": plain(order.limit) if order.limit else None,
        "state": "NOT_TRIGGERED",
        "stopPrice": plain(order.trigger or ZERO),
        "timeInForce": "GTC" if order.kind.has_limit else "IOC",
        "triggerPriceType": "LATEST_PRICE",
    }


def _profit_order(order: Order) -> dict[str, Any]:
    """`positionSide` names the closed position."""
    leg = "Stop" if order.kind.is_stop else "Profit"
    prefix = leg.lower()
    row = _row(order) | {
        "profitId": order.id,
        "entryPrice": "0",
        "executedQty": "0",
        "isolatedMargin": "0",
        "leverage": 5,
        "positionSize": plain(order.market.contracts(order.size)),
        "positionSide": "LONG" if order.closes is Direction.LONG else "SHORT",
        "positionType": "CROSSED",
        "triggerPriceType": "LATEST_PRICE",
        "state": "NOT_TRIGGERED",
        **_delegates(None, None),
    }
    del row["orderSide"]
    return row | {
        f"trigger{leg}Price": plain(order.trigger or ZERO),
        f"{prefix}DelegateOrderType": "LIMIT" if order.kind.has_limit else "MARKET",
        f"{prefix}DelegateTimeInForce": "GTC" if order.kind.has_limit else "IOC",
        f"{prefix}DelegatePrice": plain(order.limit) if order.limit else None,
    }


def _track_order(account: Account, order: Order) -> dict[str, Any]:
    """`callback` PROPORTION is a fraction of the price, FIXED a distance. NOT_ACTIVATION waits for the activation."""
    last, sign = account.last(order.market), -1 if order.side is Side.SELL else 1
    distance = order.distance or last * (order.percent or ZERO) / 100
    return _row(order) | {
        "trackId": order.id,
        "configActivation": order.activation is not None,
        "activationPrice": number(order.activation or ZERO),
        "callback": "PROPORTION" if order.percent else "FIXED",
        "callbackVal": number(order.percent / 100 if order.percent else order.distance or ZERO),
        "currentPrice": number(last),
        "desc": "",
        "avgPrice": 0,
        "executedQty": 0,
        "ordinary": True,
        "price": 0,
        "stopPrice": number(last + sign * distance) if order.activation is None else 0,
        "state": "NOT_TRIGGERED" if order.activation is None else "NOT_ACTIVATION",
        "triggerPriceType": "LATEST_PRICE",
    }


def _page(rows: list[dict[str, Any]], request: Request) -> dict[str, Any]:
    size, page = int(first(request, "size", "10")), int(first(request, "page", "1"))
    listed = [row for row in rows if first(request, "symbol") in ("", row["symbol"])]
    return {"items": listed[(page - 1) * size : page * size], "page": page, "ps": size, "total": len(listed)}
