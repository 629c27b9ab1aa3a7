"""Deribit: rows of open orders, as deribit.py serves them. The documented pages are named there."""

from typing import Any

from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Kind, MarketKind, Order, Relation, Side
from tests.exchanges.model.renderers import first, number
from tests.exchanges.payload_server import Request

WORDS = {
    Kind.LIMIT: "limit",
    Kind.STOP: "stop_market",
    Kind.STOP_LIMIT: "stop_limit",
    Kind.TAKE_PROFIT: "take_market",
    Kind.TAKE_PROFIT_LIMIT: "take_limit",
    Kind.TRAILING_STOP: "trailing_stop",
}


def open_orders(account: Account, request: Request) -> Any:
    """Inverse instruments belong to their coin, linear ones and spot to their quote currency."""
    currency, kind = first(request, "currency"), first(request, "kind")
    orders = [o for o in account.orders if o.market.settle == currency]
    return [_order(account, o) for o in orders if kind in ("", "future" if o.market.is_contract else "spot")]


def _order(account: Account, order: Order) -> dict[str, Any]:
    """`amount` is in dollars on inverse perpetuals, else in coins. An order before its trigger is "untriggered"."""
    row = {
        "order_id": order.id,
        "order_state": "untriggered" if order.kind.waits else "open",
        "order_type": WORDS[order.kind],
        "instrument_name": order.market.exchange_symbol,
        "direction": order.side.value,
        "price": number(order.limit) if order.limit else "market_price",
        "amount": number(order.size),
        "max_show": number(order.size),
        "contracts": number(order.market.contracts(order.size)),
        "filled_amount": number(order.filled),
        "average_price": number(order.limit) if order.filled and order.limit else 0,
        "time_in_force": "good_til_cancelled",
        "post_only": False,
        "label": "",
        "api": True,
        "web": False,
        "replaced": False,
        "mmp": False,
        "risk_reducing": False,
        "creation_timestamp": CREATED_AT,
        "last_update_timestamp": CREATED_AT,
    }
    return row | _of_contracts(order) | _trigger(account, order) | _links(account, order)


def _of_contracts(order: Order) -> dict[str, Any]:
    if order.market.kind is MarketKind.SPOT:
        return {"is_rebalance": False}
    closes = order.reduce_only or order.relation is Relation.ATTACHED
    return {"reduce_only": closes, "is_liquidation": False}


def _trigger(account: Account, order: Order) -> dict[str, Any]:
    """A trailing stop's trigger price follows the market at `trigger_offset`, in the quote currency."""
    if not order.kind.waits:
        return {}
    row = {"trigger": "last_price", "triggered": False, "trigger_price": number(order.trigger or ZERO)}
    if order.kind is not Kind.TRAILING_STOP:
        return row
    last, distance = account.last(order.market), order.distance or ZERO
    price = last - distance if order.side is Side.SELL else last + distance
    offset = {"trigger_offset": number(distance), "trigger_reference_price": number(last)}
    return row | offset | {"trigger_price": number(price)}


def _links(account: Account, order: Order) -> dict[str, Any]:
    """`oco_ref` joins two orders that cancel each other. Secondary orders wait for their primary order."""
    legs = [leg.id for leg in account.legs(order)]
    if order.relation is Relation.OCO:
        return {"oco_ref": order.group, "trigger_fill_condition": "first_hit"}
    if order.relation is Relation.PARENT:
        return {"oto_order_ids": legs, "is_primary_otoco": True, "trigger_fill_condition": "first_hit"}
    if order.relation is Relation.ATTACHED:
        return {"oco_ref": f"oco-{order.group}", "is_secondary_oto": True, "primary_order_id": order.group}
    return {}
