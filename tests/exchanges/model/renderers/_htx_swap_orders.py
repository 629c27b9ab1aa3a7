"""HTX: rows of open orders on coin-margined swaps, as htx.py serves them.

Field meanings come from www.htx.com/en-in/opend/newApiPages, Coin-margined swap: Query the user's current unfilled
orders, Get all open trigger orders, Open take-profit and stop-loss orders, Current unfilled trailing order acquisition.
"""

import json
from typing import Any

from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Kind, MarketKind, Order, Relation
from tests.exchanges.model.renderers import number
from tests.exchanges.payload_server import Request


def _page(rows: list[dict[str, Any]], request: Request) -> dict[str, Any]:
    """A contract is mandatory."""
    body = json.loads(request.body or "{}")
    wanted = [row for row in rows if row["contract_code"] == body.get("contract_code")]
    index, size = int(body.get("page_index", 1)), int(body.get("page_size", 20))
    pages = {"total_page": -(-len(wanted) // size) or 1, "current_page": index, "total_size": len(wanted)}
    return {"status": "ok", "data": {"orders": wanted[(index - 1) * size : index * size], **pages}, "ts": CREATED_AT}


def _orders(account: Account) -> tuple[Order, ...]:
    return account.orders_in(MarketKind.INVERSE)


def _common(order: Order) -> dict[str, Any]:
    """`volume` counts contracts."""
    return {
        "symbol": order.market.base,
        "contract_code": order.market.exchange_symbol,
        "volume": number(order.market.contracts(order.size)),
        "order_type": 1,
        "direction": order.side.value,
        "order_id": int(order.id),
        "order_id_str": order.id,
        "order_source": "api",
        "created_at": CREATED_AT,
    }


def _offset(order: Order) -> dict[str, Any]:
    """In hedge mode an order opens or closes, in one-way mode `offset` is "both"."""
    offset = "both" if order.position_side is None else "open" if order.closes is None else "close"
    return {"offset": offset, "lever_rate": 5, "reduce_only": 1 if order.reduce_only else 0}


def swap_orders(account: Account, request: Request) -> Any:
    return _page([_swap_order(order) for order in _orders(account) if not order.kind.waits], request)


def _swap_order(order: Order) -> dict[str, Any]:
    """Status 3 is not filled, 4 is filled in part."""
    filled = order.market.contracts(order.filled)
    return (
        _common(order)
        | _offset(order)
        | {
            "price": number(order.limit or ZERO),
            "order_price_type": "limit",
            "client_order_id": None,
            "trade_volume": number(filled),
            "trade_turnover": number(order.filled),
            "trade_avg_price": number(order.limit) if order.filled and order.limit else None,
            "fee": 0,
            "fee_asset": order.market.base,
            "margin_frozen": 0,
            "profit": 0,
            "real_profit": 0,
            "status": 4 if order.filled else 3,
            "liquidation_type": None,
            "is_tpsl": 0,
        }
    )


def trigger_orders(account: Account, request: Request) -> Any:
    waiting = [order for order in _orders(account) if order.kind in (Kind.STOP_LIMIT, Kind.TAKE_PROFIT_LIMIT)]
    return _page([_trigger_order(order) for order in waiting], request)


def _trigger_order(order: Order) -> dict[str, Any]:
    """`trigger_type` ge acts at or above the price, le at or below it."""
    return (
        _common(order)
        | _offset(order)
        | {
            "trigger_type": "ge" if order.acts_when_price_rises else "le",
            "trigger_price": number(order.trigger or ZERO),
            "order_price": number(order.limit or ZERO),
            "order_price_type": "limit",
            "status": 2,
        }
    )


def tpsl_orders(account: Account, request: Request) -> Any:
    """Closing orders at market, alone or in a pair."""
    waiting = [order for order in _orders(account) if order.kind in (Kind.STOP, Kind.TAKE_PROFIT)]
    return _page([_tpsl_order(account, order) for order in waiting], request)


def _tpsl_order(account: Account, order: Order) -> dict[str, Any]:
    """`relation_tpsl_order_id` is the other order of a pair, -1 without one."""
    others = [leg.id for leg in account.legs(order) if order.relation is Relation.OCO]
    return _common(order) | {
        "tpsl_order_type": "sl" if order.kind.is_stop else "tp",
        "trigger_type": "ge" if order.acts_when_price_rises else "le",
        "trigger_price": number(order.trigger or ZERO),
        "order_price": 0,
        "order_price_type": "market",
        "status": 2,
        "source_order_id": None,
        "relation_tpsl_order_id": others[0] if others else "-1",
    }


def track_orders(account: Account, request: Request) -> Any:
    trailing = [order for order in _orders(account) if order.kind is Kind.TRAILING_STOP]
    return _page([_track_order(account, order) for order in trailing], request)


def _track_order(account: Account, order: Order) -> dict[str, Any]:
    """`callback_rate` is a fraction. `is_active` says whether the activation price was reached."""
    active = order.activation or account.last(order.market)
    return (
        _common(order)
        | _offset(order)
        | {
            "order_price_type": "formula_price",
            "callback_rate": number((order.percent or ZERO) / 100),
            "active_price": number(active),
            "is_active": 0 if order.activation else 1,
            "status": 2,
        }
    )
