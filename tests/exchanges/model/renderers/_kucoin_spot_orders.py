"""KuCoin: open orders of the spot and margin books, as kucoin.py serves them. The documented pages are named there."""

from collections.abc import Callable
from typing import Any

from tests.exchanges.model.account import CREATED_AT, ZERO, Account, MarketKind, Order, Relation
from tests.exchanges.model.renderers import first, plain
from tests.exchanges.model.renderers._kucoin_futures import page
from tests.exchanges.payload_server import Request

TRADE_TYPES = {MarketKind.SPOT: "TRADE", MarketKind.MARGIN: "MARGIN_TRADE"}  # margin orders of the model are cross
KINDS = {trade_type: kind for kind, trade_type in TRADE_TYPES.items()}


def open_orders(kind: MarketKind) -> Callable[[Account, Request], Any]:
    """Limit orders of one symbol. The trade type marks those of margin."""

    def answer(account: Account, request: Request) -> Any:
        resting = _resting(account, KINDS.get(first(request, "tradeType", TRADE_TYPES[kind])))
        return [_order(o) for o in resting if o.market.exchange_symbol == first(request, "symbol")]

    return answer


def open_symbols(kind: MarketKind) -> Callable[[Account, Request], Any]:
    """The symbols with open orders. Margin names the trade type and counts them."""

    def answer(account: Account, request: Request) -> Any:
        resting = _resting(account, KINDS.get(first(request, "tradeType", TRADE_TYPES[kind])))
        symbols = sorted({order.market.exchange_symbol for order in resting})
        return {"symbols": symbols} | ({"symbolSize": len(symbols)} if kind is MarketKind.MARGIN else {})

    return answer


def _resting(account: Account, kind: MarketKind | None) -> list[Order]:
    listed = account.orders_in(kind) if kind is not None else []
    return [order for order in listed if not order.kind.waits and order.relation is None]


def _order(order: Order) -> dict[str, Any]:
    price = order.limit or ZERO
    return {
        "id": order.id,
        "symbol": order.market.exchange_symbol,
        "opType": "DEAL",
        "type": "limit",
        "side": order.side.value,
        "price": plain(price),
        "size": plain(order.size),
        "funds": plain(order.size * price),
        "dealSize": plain(order.filled),
        "dealFunds": plain(order.filled * price),
        "fee": "0",
        "feeCurrency": order.market.quote,
        "stp": None,
        "timeInForce": "GTC",
        "postOnly": False,
        "hidden": False,
        "iceberg": False,
        "visibleSize": "0",
        "cancelAfter": 0,
        "channel": "API",
        "clientOid": f"client{order.id}",
        "remark": None,
        "tags": None,
        "cancelExist": False,
        "createdAt": CREATED_AT,
        "lastUpdatedAt": CREATED_AT,
        "tradeType": TRADE_TYPES[order.market.kind],
        "inOrderBook": True,
        "cancelledSize": "0",
        "cancelledFunds": "0",
        "remainSize": plain(order.remaining),
        "remainFunds": plain(order.remaining * price),
        "tax": "0",
        "active": True,
    }


def stop_orders(account: Account, request: Request) -> Any:
    """Stop orders of one trade type. Those of an OCO are listed, too, unless `stop` selects one of both."""
    kind, family = KINDS.get(first(request, "tradeType", "TRADE")), first(request, "stop")
    waiting = [order for order in account.orders if order.kind.waits and order.market.kind is kind]
    rows = [_stop_order(order) for order in waiting if family in ("", "oco" if order.relation else "stop")]
    symbol = first(request, "symbol")
    return page([row for row in rows if symbol in ("", row["symbol"])], request, 500)


def _stop_order(order: Order) -> dict[str, Any]:
    """`stop` entry acts at or above stopPrice, loss at or below it. An order at market names a size or `funds`."""
    return {
        "id": order.id,
        "symbol": order.market.exchange_symbol,
        "userId": "1",
        "status": "NEW",
        "type": "limit" if order.kind.has_limit else "market",
        "side": order.side.value,
        "price": plain(order.limit) if order.limit else None,
        "size": None if order.spends else plain(order.size),
        "funds": plain(order.size) if order.spends else None,
        "stp": None,
        "timeInForce": "GTC",
        "cancelAfter": -1,
        "postOnly": False,
        "hidden": False,
        "iceberg": False,
        "visibleSize": None,
        "channel": "API",
        "clientOid": f"client{order.id}",
        "remark": None,
        "tags": None,
        "orderTime": CREATED_AT * 1_000_000,
        "domainId": "kucoin",
        "tradeSource": "USER",
        "tradeType": TRADE_TYPES[order.market.kind],
        "feeCurrency": order.market.quote,
        "takerFeeRate": "0.001",
        "makerFeeRate": "0.001",
        "createdAt": CREATED_AT,
        "stop": "entry" if order.acts_when_price_rises else "loss",
        "stopTriggerTime": None,
        "stopPrice": plain(order.trigger or ZERO),
        "relatedNo": None,
        "limitPrice": None,
        "pop": None,
        "activateCondition": None,
    }


def oco_orders(kind: MarketKind) -> Callable[[Account, Request], Any]:
    def answer(account: Account, request: Request) -> Any:
        trade_type, symbol = first(request, "tradeType", TRADE_TYPES[kind]), first(request, "symbol")
        heads = [order for order in account.orders_in(kind) if _is_head(order)] if KINDS.get(trade_type) is kind else []
        return page([_oco_row(o) for o in heads if symbol in ("", o.market.exchange_symbol)], request, 500)

    return answer


def _is_head(order: Order) -> bool:
    return order.relation is Relation.OCO and not order.kind.waits


def _oco_row(order: Order) -> dict[str, Any]:
    return {
        "orderId": order.group,
        "symbol": order.market.exchange_symbol,
        "clientOid": f"client{order.group}",
        "orderTime": CREATED_AT,
        "status": "NEW",
    }


def oco_details(account: Account, request: Request) -> Any:
    """Both legs of one pair. The limit leg rests in the book, the other waits for its stop price."""
    group = first(request, "orderId") or request.path.rpartition("/")[2]  # margin names it in the query
    legs = [order for order in account.orders if order.group == group]
    rows = [
        {
            "id": order.id,
            "symbol": order.market.exchange_symbol,
            "side": order.side.value,
            "price": plain(order.limit or ZERO),
            "stopPrice": plain(order.trigger or order.limit or ZERO),
            "size": plain(order.size),
            "status": "NEW",
        }
        for order in legs
    ]
    return _oco_row(legs[0]) | {"orders": rows} if legs else None
