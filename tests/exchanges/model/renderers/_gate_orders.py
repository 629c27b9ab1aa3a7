"""Gate: rows of open orders, as gate.py serves them.

Field meanings come from the models Order, OpenOrders, SpotPriceTriggeredOrder, FuturesOrder, FuturesPriceTriggeredOrder
and TrailOrder of github.com/gateio/gateapi-python.
"""

from collections.abc import Mapping
from typing import Any

from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Direction, Kind, MarketKind, Order, Side
from tests.exchanges.model.renderers import first, plain
from tests.exchanges.payload_server import Request

AT = CREATED_AT // 1000
ACCOUNTS = {MarketKind.SPOT: "spot", MarketKind.MARGIN: "margin"}
UNIFIED = dict.fromkeys(ACCOUNTS, "unified")


def spot_orders(account: Account, request: Request) -> Any:
    return _of_pairs(account, request, ACCOUNTS)


def unified_orders(account: Account, request: Request) -> Any:
    return _of_pairs(account, request, UNIFIED)


def _of_pairs(account: Account, request: Request, accounts: Mapping[MarketKind, str]) -> Any:
    """The orders of each pair. Without an account named, those of all."""
    wanted = first(request, "account")
    orders = [o for o in account.orders_in(*accounts) if not o.kind.waits and wanted in ("", accounts[o.market.kind])]
    pairs = sorted({order.market.exchange_symbol for order in orders})
    rows = {
        pair: [
            _spot_order(o) | {"account": accounts[o.market.kind]} for o in orders if o.market.exchange_symbol == pair
        ]
        for pair in pairs
    }
    page, size = int(first(request, "page", "1")), int(first(request, "limit", "100"))
    pages = {pair: of_pair[(page - 1) * size : page * size] for pair, of_pair in rows.items()}
    return [{"currency_pair": pair, "total": len(rows[pair]), "orders": of_pair} for pair, of_pair in pages.items()]


def _spot_order(order: Order) -> dict[str, Any]:
    price = order.limit or ZERO
    return {
        "id": order.id,
        "text": "apiv4",
        "amend_text": "-",
        "create_time": str(AT),
        "update_time": str(AT),
        "create_time_ms": CREATED_AT,
        "update_time_ms": CREATED_AT,
        "status": "open",
        "currency_pair": order.market.exchange_symbol,
        "type": "limit",
        "side": order.side.value,
        "amount": plain(order.size),
        "price": plain(price),
        "time_in_force": "gtc",
        "iceberg": "0",
        "left": plain(order.remaining),
        "filled_amount": plain(order.filled),
        "fill_price": plain(order.filled * price),
        "filled_total": plain(order.filled * price),
        "avg_deal_price": plain(price) if order.filled else "",
        "fee": "0",
        "fee_currency": order.market.quote,
        "finish_as": "open",
    }


def spot_price_orders(account: Account, request: Request) -> Any:
    return _price_orders(account, request, ACCOUNTS | {MarketKind.SPOT: "normal"})


def unified_price_orders(account: Account, request: Request) -> Any:
    return _price_orders(account, request, UNIFIED)


def _price_orders(account: Account, request: Request, accounts: Mapping[MarketKind, str]) -> Any:
    wanted = first(request, "account")
    waiting = [o for o in account.orders_in(*accounts) if o.kind.waits and wanted in ("", accounts[o.market.kind])]
    return _page([_spot_price_order(order, accounts[order.market.kind]) for order in waiting], request)


def _spot_price_order(order: Order, wallet: str) -> dict[str, Any]:
    """A market order to buy names money."""
    return {
        "id": int(order.id),
        "user": 5,
        "market": order.market.exchange_symbol,
        "ctime": AT,
        "ftime": 0,
        "fired_order_id": 0,
        "status": "open",
        "reason": "",
        "trigger": {
            "price": plain(order.trigger or ZERO),
            "rule": ">=" if order.acts_when_price_rises else "<=",
            "expiration": 86400,
        },
        "put": {
            "type": "limit" if order.kind.has_limit else "market",
            "side": order.side.value,
            "price": plain(order.limit or ZERO),
            "amount": plain(order.size),
            "account": wallet,
            "time_in_force": "gtc" if order.kind.has_limit else "ioc",
            "auto_borrow": False,
            "auto_repay": False,
            "text": "api",
        },
    }


def futures_orders(account: Account, request: Request, kind: MarketKind) -> Any:
    return _page([_futures_order(o) for o in account.orders_in(kind) if not o.kind.waits], request)


def _futures_order(order: Order) -> dict[str, Any]:
    """Sizes count contracts, negative to sell. In dual mode an order without reduce-only opens."""
    return {
        "id": int(order.id),
        "user": 5,
        "create_time": CREATED_AT / 1000,
        "update_time": CREATED_AT / 1000,
        "finish_as": "_new",
        "status": "open",
        "contract": order.market.exchange_symbol,
        "size": _signed(order, order.size),
        "left": _signed(order, order.remaining),
        "iceberg": 0,
        "price": plain(order.limit or ZERO),
        "fill_price": plain(order.limit) if order.filled and order.limit else "0",
        "is_close": False,
        "is_reduce_only": order.closes is not None,
        "is_liq": False,
        "tif": "gtc",
        "text": "api",
        "tkfr": "0.0005",
        "mkfr": "0.0002",
        "refu": 0,
        "stp_id": 0,
        "stp_act": "-",
        "amend_text": "-",
    }


def _signed(order: Order, size: Any) -> int:
    return int(order.market.contracts(size)) * (1 if order.side is Side.BUY else -1)


def price_orders(account: Account, request: Request, kind: MarketKind) -> Any:
    waiting = [o for o in account.orders_in(kind) if o.kind.waits and o.kind is not Kind.TRAILING_STOP]
    return _page([_price_order(order) for order in waiting], request)


def _price_order(order: Order) -> dict[str, Any]:
    """Rule 1 acts at or above the price, 2 at or below it. A price of 0 executes at market."""
    return {
        "id": int(order.id),
        "user": 5,
        "create_time": AT,
        "finish_time": 0,
        "trade_id": 0,
        "status": "open",
        "finish_as": "",
        "reason": "",
        "order_type": _order_type(order),
        "me_order_id": 0,
        "trigger": {
            "strategy_type": 0,
            "price_type": 0,
            "price": plain(order.trigger or ZERO),
            "rule": 1 if order.acts_when_price_rises else 2,
            "expiration": 0,
        },
        "initial": {
            "contract": order.market.exchange_symbol,
            "size": 0 if order.close_position else _signed(order, order.size),
            "price": plain(order.limit or ZERO),
            "tif": "gtc" if order.kind.has_limit else "ioc",
            "text": "api",
            "iceberg": 0,
            "is_close": order.close_position,
            "is_reduce_only": order.closes is not None,
            "auto_size": _auto_size(order),
        },
    }


def _order_type(order: Order) -> str:
    """A type that begins with "plan" closes a part of the position, the other all of it."""
    if order.closes is None:
        return ""
    kind = f"close-{order.closes}-position"
    return kind if order.close_position else f"plan-{kind}"


def _auto_size(order: Order) -> str:
    """In dual mode the side that a closing of all belongs to."""
    if not order.close_position or order.position_side is None:
        return ""
    return "close_long" if order.closes is Direction.LONG else "close_short"


def trail_orders(account: Account, request: Request, kind: MarketKind) -> Any:
    trailing = [o for o in account.orders_in(kind) if o.kind is Kind.TRAILING_STOP]
    rows = [_trail_order(account, order) for order in trailing]
    page, size = int(first(request, "page_num", "1")), int(first(request, "page_size", "20"))
    orders = [] if first(request, "is_finished", "false") == "true" else rows[(page - 1) * size : page * size]
    return {"code": 0, "message": "", "data": {"orders": orders}, "timestamp": CREATED_AT}


def _trail_order(account: Account, order: Order) -> dict[str, Any]:
    """`price_offset` is a share with a percent sign, or a distance. An activation price of 0 acts at once."""
    last, is_active = account.last(order.market), order.activation is None
    distance = order.distance or last * (order.percent or ZERO) / 100
    trigger = last - distance if order.side is Side.SELL else last + distance
    return {
        "id": int(order.id),
        "user_id": 5,
        "user": 5,
        "contract": order.market.exchange_symbol,
        "settle": order.market.settle.lower(),
        "amount": str(_signed(order, order.size)),
        "is_gte": order.side is Side.SELL,
        "activation_price": plain(order.activation or ZERO),
        "price_type": 1,
        "price_offset": f"{order.percent:f}%" if order.percent else plain(order.distance or ZERO),
        "text": "apiv4",
        "reduce_only": order.closes is not None,
        "position_related": False,
        "create_time": AT,
        "created_at": AT,
        "activated_at": AT if is_active else 0,
        "active_time": AT if is_active else 0,
        "finished_at": 0,
        "finish_time": 0,
        "is_dual_mode": order.position_side is not None,
        "trigger_price": plain(trigger) if is_active else "",
        "extremum_price": plain(last) if is_active else "",
        "suborder_id": 0,
        "side_label": _side_label(order),
        "position_side_output": _side_label(order),
        "status": "open",
        "updated_at": AT,
        "pos_margin_mode": "cross",
        "position_mode": "single" if order.position_side is None else "dual",
    }


def _side_label(order: Order) -> str:
    if order.position_side is None:
        return "long" if order.side is Side.BUY else "short"
    return f"{'open' if order.closes is None else 'close'} {order.position_side}"


def _page(rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
    offset, size = int(first(request, "offset", "0")), int(first(request, "limit", "100"))
    start = offset or (int(first(request, "page", "1")) - 1) * size
    return rows[start : start + size]
