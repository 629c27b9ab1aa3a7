"""HTX: rows of open orders on spot and linear perpetuals, as htx.py serves them.

Field meanings come from www.htx.com/en-in/opend/newApiPages: Spot (Get All Open Orders, Query open conditional orders
before trigger), USDT-M futures v5 (current orders, current algo orders).
"""

from typing import Any

from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Kind, MarketKind, Order, Relation
from tests.exchanges.model.renderers import first, plain
from tests.exchanges.payload_server import Request

AT = str(CREATED_AT)


def spot_orders(account: Account, request: Request) -> Any:
    """For one account and symbol, or for all."""
    wanted, symbol = first(request, "account-id"), first(request, "symbol")
    orders = [order for order in account.orders_in(MarketKind.SPOT) if not order.kind.waits]
    rows = [_spot_order(order) for order in orders]
    return {"status": "ok", "data": [row for row in rows if symbol in ("", row["symbol"]) and wanted in ("", "71")]}


def _spot_order(order: Order) -> dict[str, Any]:
    price = order.limit or ZERO
    return {
        "id": int(order.id),
        "symbol": order.market.exchange_symbol,
        "account-id": 71,
        "client-order-id": "",
        "amount": plain(order.size),
        "price": plain(price),
        "created-at": CREATED_AT,
        "type": f"{order.side}-limit",
        "filled-amount": plain(order.filled),
        "filled-cash-amount": plain(order.filled * price),
        "filled-fees": "0",
        "source": "api",
        "state": "partial-filled" if order.filled else "submitted",
    }


def spot_algo_orders(account: Account, _: Request) -> Any:
    waiting = [order for order in account.orders_in(MarketKind.SPOT) if order.kind.waits]
    return {"code": 200, "data": [_spot_algo_order(order) for order in waiting]}


def _spot_algo_order(order: Order) -> dict[str, Any]:
    """A market order to buy names money. `trailingRate` is a fraction, and `stopPrice` then where trailing begins."""
    size = {"orderValue" if order.spends else "orderSize": plain(order.size)}
    row = size | {
        "lastActTime": CREATED_AT,
        "orderOrigTime": CREATED_AT,
        "symbol": order.market.exchange_symbol,
        "source": "api",
        "clientOrderId": f"client{order.id}",
        "orderId": None,
        "orderSide": order.side.value,
        "orderType": "limit" if order.kind.has_limit else "market",
        "accountId": 71,
        "timeInForce": "gtc" if order.kind.has_limit else "ioc",
        "stopPrice": plain(order.trigger or order.activation or ZERO),
        "orderStatus": "created",
    }
    limit = {"orderPrice": plain(order.limit)} if order.limit else {}
    return row | limit | ({"trailingRate": plain(order.percent / 100)} if order.percent else {})


def linear_orders(account: Account, request: Request) -> Any:
    orders = [o for o in account.orders_in(MarketKind.LINEAR) if not o.kind.waits]
    return _coded([_linear_order(account, order) for order in orders], request)


def _coded(rows: list[dict[str, Any]], request: Request) -> dict[str, Any]:
    """`from` asks for what comes after an id."""
    after, size = first(request, "from"), int(first(request, "limit", "10"))
    later = [row for row in rows if not after or int(row["id"]) < int(after)]
    return {"code": 200, "message": "Success", "data": later[:size], "ts": CREATED_AT}


def _common(order: Order) -> dict[str, Any]:
    """`volume` counts contracts. In one-way mode the position side is "both"."""
    return {
        "id": order.id,
        "volume": plain(order.market.contracts(order.size)),
        "side": order.side.value,
        "contract_code": order.market.exchange_symbol,
        "position_side": order.position_side.value if order.position_side else "both",
        "margin_mode": "isolated" if order.is_isolated else "cross",
        "order_source": "api",
        "created_time": AT,
        "updated_time": AT,
    }


def _linear_order(account: Account, order: Order) -> dict[str, Any]:
    attached = {leg.kind: plain(leg.trigger or ZERO) for leg in account.legs(order)}
    return (
        _common(order)
        | {
            "type": "limit",
            "price": plain(order.limit or ZERO),
            "state": "partially_filled" if order.filled else "new",
            "profit": None,
            "price_match": None,
            "order_id": order.id,
            "client_order_id": order.id,
            "lever_rate": 5,
            "reduce_only": order.reduce_only,
            "time_in_force": "gtc",
            "trade_avg_price": plain(order.limit) if order.filled and order.limit else "0",
            "trade_volume": plain(order.market.contracts(order.filled)),
            "trade_turnover": plain(order.filled * (order.limit or ZERO)),
            "fee_currency": "",
            "fee": "0",
            "price_protect": False,
            "contract_type": "swap",
            "cancel_reason": None,
            "self_match_prevent": "cancel_taker",
        }
        | _attached("tp", attached.get(Kind.TAKE_PROFIT))
        | _attached("sl", attached.get(Kind.STOP))
    )


def _attached(leg: str, trigger: str | None) -> dict[str, Any]:
    return {
        f"{leg}_trigger_price": trigger or "",
        f"{leg}_order_price": "",
        f"{leg}_type": "market" if trigger else "0",
        f"{leg}_trigger_price_type": "last" if trigger else "",
    }


def algo_orders(account: Account, request: Request) -> Any:
    """Take profits, stops, pairs of both, and trailing stops."""
    kind = first(request, "type")
    rows = [row for order in account.orders_in(MarketKind.LINEAR) for row in _algo_rows(account, order)]
    return _coded([row for row in rows if row["type"] == kind], request)


def _algo_rows(account: Account, order: Order) -> list[dict[str, Any]]:
    if not order.kind.waits or order.relation is Relation.ATTACHED:
        return []
    row = _common(order) | {"algo_id": order.id, "state": "active"}
    if order.kind is Kind.TRAILING_STOP:
        return [row | _trailing(order)]
    if order.relation is Relation.OCO:
        legs = [_leg(leg) for leg in (order, *account.legs(order))]
        return [row | legs[0] | legs[1] | {"type": "tpsl"}] if order.kind.is_take_profit else []
    return [row | _leg(order) | {"type": "sl" if order.kind.is_stop else "tp"}]


def _leg(order: Order) -> dict[str, Any]:
    """An order price of 0 is the market's."""
    leg = "sl" if order.kind.is_stop else "tp"
    return {
        f"{leg}_trigger_price": plain(order.trigger or ZERO),
        f"{leg}_order_price": plain(order.limit or ZERO),
        f"{leg}_type": "limit" if order.limit else "market",
        f"{leg}_trigger_price_type": "last",
    }


def _trailing(order: Order) -> dict[str, Any]:
    """`callback_rate` is a fraction."""
    return {
        "type": "trailing_stop",
        "active_price": plain(order.activation or ZERO),
        "callback_rate": plain((order.percent or ZERO) / 100),
        "reduce_only": order.reduce_only or (order.position_side is not None and order.closes is not None),
        "order_price_type": "formula_price",
    }
